package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.analyseAsSecondClient;
import static culturalintelligence.analysis.http.Client.lookUp;
import static culturalintelligence.analysis.http.Client.lookUpHash;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class AnalyseTest {
  private static AudioFixture strobe() {
    return AudioFixture.mp3()
        .title("Strobe")
        .artist("Nørra Vale")
        .genre("Progressive House")
        .bpm("125.5")
        .key("F#m")
        .label("Mau Field");
  }

  @Test
  void aNewFileIsReadAndTheSecondAnswerIsTheSame() {
    String path = put("new/Nørra Vale - Strobe (Extended Mix).mp3", strobe());

    Answer first = analyse(path);
    Answer second = analyse(path);

    assertThat(first.status()).isEqualTo(200);
    assertThat(first.text("/status")).isEqualTo("success");
    assertThat(first.text("/source")).isEqualTo("realtime_analysis");
    assertThat(first.text("/classification/artist")).isEqualTo("Nørra Vale");
    assertThat(first.at("/classification/bpm").decimalValue()).isEqualByComparingTo("125.5");
    assertThat(first.text("/metadata/normalized/bpm")).isEqualTo("125.5");
    assertThat(first.at("/metadata/extraction_success").booleanValue()).isTrue();
    assertThat(second.text("/source")).isEqualTo("cached");
    assertThat(second.lasting()).isEqualTo(first.lasting());
    assertThat(lookUp(path).lasting()).isEqualTo(first.lasting());
    assertThat(lookUpHash(first.text("/file_hash")).lasting()).isEqualTo(first.lasting());
  }

  @Test
  void theHashIsThatOfTheFile() throws NoSuchAlgorithmException {
    byte[] bytes = strobe().comment("for its hash").bytes();
    String path = put("hash/a.mp3", bytes);

    assertThat(analyse(path).text("/file_hash"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
        .isEqualTo(analyse(path).text("/metadata/file_hash"));
  }

  @Test
  void aWindowsClientFindsTheSameFileWhateverTheCase() {
    put("win/Ärger & €uro #1 ❷.flac", AudioFixture.flac().title("One").artist("Two"));

    Answer first = analyse("X:\\Music\\win\\Ärger & €uro #1 ❷.flac");
    Answer other = analyse("x:\\MUSIC\\WIN\\äRGER & €URO #1 ❷.FLAC");

    assertThat(first.text("/status")).isEqualTo("success");
    assertThat(other.text("/source")).isEqualTo("cached");
    assertThat(other.at("/metadata/track_id")).isEqualTo(first.at("/metadata/track_id"));
    assertThat(other.at("/duplicates/duplicate_count").intValue()).isEqualTo(1);
    assertThat(other.text("/duplicates/primary_file"))
        .isEqualTo("X:\\Music\\win\\Ärger & €uro #1 ❷.flac");
  }

  @Test
  void anUnchangedFileIsNotReadAgain() throws IOException {
    String path = put("unchanged/a.wav", AudioFixture.wav().title("Once"));
    Path file = MusicLibrary.at("unchanged/a.wav");
    Answer first = analyse(path);
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, new byte[(int) Files.size(file)]);
    Files.setLastModifiedTime(file, time);

    assertThat(analyse(path).lasting()).isEqualTo(first.lasting());
  }

  @Test
  void aChangedFileIsReadAgain() {
    String path = put("changed/a.wav", AudioFixture.wav().title("Before").artist("A"));
    Answer before = analyse(path);
    put("changed/a.wav", AudioFixture.wav().title("After that").artist("A"));

    Answer after = analyse(path);

    assertThat(after.text("/source")).isEqualTo("realtime_analysis");
    assertThat(after.text("/file_hash")).isNotEqualTo(before.text("/file_hash"));
    assertThat(after.text("/classification/track_name")).contains("After that");
    assertThat(after.at("/metadata/track_id")).isEqualTo(before.at("/metadata/track_id"));
  }

  @Test
  void aTouchedFileKeepsItsAnswer() throws IOException {
    String path = put("touched/a.wav", AudioFixture.wav().title("Same").artist("A"));
    Answer before = analyse(path);
    Files.setLastModifiedTime(MusicLibrary.at("touched/a.wav"), FileTime.fromMillis(1_000_000));

    Answer after = analyse(path);

    assertThat(after.text("/source")).isEqualTo("cached");
    assertThat(after.lasting()).isEqualTo(before.lasting());
  }

  @Test
  void copiesAreCountedAndTheShortestPathIsThePrimary() {
    AudioFixture audio = AudioFixture.mp3().title("Copied").artist("Nobody");
    String longer = put("copies/a much longer folder/copied.mp3", audio);
    String shorter = put("copies/b/copied.mp3", audio);
    String cast = put("tmp/copied.mp3", audio);
    analyse(cast);
    analyse(longer);
    analyse(shorter);

    Answer best = analyse(shorter);
    Answer other = analyse(longer);

    assertThat(best.at("/duplicate_info/is_best_version").booleanValue()).isTrue();
    assertThat(best.at("/duplicates/duplicate_count").intValue()).isEqualTo(3);
    assertThat(best.at("/duplicates/duplicate_files")).hasSize(2);
    assertThat(other.text("/duplicates/primary_file")).isEqualTo(shorter);
    assertThat(other.at("/duplicate_info/is_best_version").booleanValue()).isFalse();
    assertThat(other.text("/status")).isEqualTo("success");
  }

  @Test
  void theSecondClientIsToldToSkipADuplicateWithAllElseInTheAnswer() {
    AudioFixture audio = AudioFixture.mp3().title("Skipped").artist("Nobody");
    String best = put("skip/a.mp3", audio);
    String other = put("skip/longer/a.mp3", audio);
    analyse(best);

    Answer skipped = analyseAsSecondClient(other);

    assertThat(skipped.status()).isEqualTo(200);
    assertThat(skipped.text("/status")).isEqualTo("duplicate_skip");
    assertThat(skipped.at("/track").isNull()).isTrue();
    assertThat(skipped.text("/classification/artist")).isEqualTo("Nobody");
    assertThat(skipped.text("/duplicate_info/primary_file")).isEqualTo(best);
    assertThat(analyseAsSecondClient(best).text("/status")).isEqualTo("success");
  }

  @Test
  void fiftyClientsWithTheSameNewFileMakeOneTrackAndGetOneAnswer() throws Exception {
    String path = put("fifty/Some One - Some Thing.mp3", strobe().comment("fifty at once"));
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(50)) {
      List<Future<Answer>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(clients.submit(() -> analyse(path)));
      }
      for (Future<Answer> one : all) {
        answers.add(one.get());
      }
    }

    assertThat(answers.stream().map(Answer::lasting).distinct()).hasSize(1);
    assertThat(
            TargetDatabaseResource.database()
                .number("select count(*) from track where path = '" + path + "'"))
        .isEqualTo(1);
    assertThat(
            TargetDatabaseResource.database()
                .number(
                    "select count(*) from classification join track using (path_digest) where path = '"
                        + path
                        + "'"))
        .isEqualTo(1);
  }

  /** Known files, new ones, copies and what is not there, all at once: nobody is turned away. */
  @Test
  void aHundredClientsAtOnceAreAllServed() throws Exception {
    String known = put("hundred/known.wav", AudioFixture.wav().title("Known").artist("A"));
    Answer first = analyse(known);
    byte[] copied = AudioFixture.wav().title("Copied by all").artist("A").bytes();
    List<Future<List<Answer>>> all = new ArrayList<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(100)) {
      for (int i = 0; i < 100; i++) {
        String mine =
            put("hundred/" + i + ".wav", AudioFixture.wav().title("Mine " + i).artist("B"));
        String copy = put("hundred/copy/" + i + ".wav", copied);
        all.add(
            clients.submit(
                () ->
                    List.of(
                        analyse(known),
                        analyse(mine),
                        analyseAsSecondClient(copy),
                        analyse("/srv/music/hundred/nothing.wav"),
                        lookUp(mine))));
      }
    }

    for (Future<List<Answer>> one : all) {
      List<Answer> answers = one.get();
      assertThat(answers).extracting(Answer::status).containsOnly(200);
      assertThat(answers.get(0).lasting()).isEqualTo(first.lasting());
      assertThat(answers.get(1).text("/status")).isEqualTo("success");
      assertThat(answers.get(2).text("/status")).isIn("success", "duplicate_skip");
      assertThat(answers.get(3).text("/code")).isEqualTo("FILE_NOT_FOUND");
      assertThat(answers.get(4).text("/file_hash")).isEqualTo(answers.get(1).text("/file_hash"));
    }
    assertThat(
            analyse("/srv/music/hundred/copy/7.wav").at("/duplicates/duplicate_count").intValue())
        .isEqualTo(100);
  }

  @Test
  void audioThatCannotBeReadIsHashedAndSaysSo() {
    byte[] broken = AudioFixture.flac().title("Broken").bytes();
    byte[] head = java.util.Arrays.copyOf(broken, 12);
    String path = put("broken/Some Artist - Some Title.flac", head);

    Answer answer = analyse(path);

    assertThat(answer.text("/status")).isEqualTo("success");
    assertThat(answer.text("/file_hash")).hasSize(64);
    assertThat(answer.at("/metadata/extraction_success").booleanValue()).isFalse();
    assertThat(answer.text("/metadata/error")).isNotBlank();
    assertThat(answer.text("/classification/artist")).isEqualTo("Some Artist");
    assertThat(analyse(path).lasting()).isEqualTo(answer.lasting());
  }

  @Test
  void valuesThatJsonbCannotHoldAreLeftOut() {
    String path = put("nul/a.mp3", AudioFixture.mp3().title("Zero").tag("KEY\0NAME", "va\0lue"));

    assertThat(analyse(path).text("/status")).isEqualTo("success");
  }

  @Test
  void everyFieldOfTheContractIsThereWithItsType() {
    Answer answer = analyse(put("shape/a.ogg", AudioFixture.vorbis().title("T").artist("A")));

    Set<String> names =
        answer.body().properties().stream()
            .map(java.util.Map.Entry::getKey)
            .collect(Collectors.toSet());
    assertThat(names)
        .contains(
            "status",
            "source",
            "file_hash",
            "classification",
            "track",
            "duplicates",
            "duplicate_info",
            "metadata",
            "processing_info",
            "api_info");
    assertThat(answer.at("/classification/confidence").isNumber()).isTrue();
    assertThat(answer.text("/track/remix_info")).isEqualTo("Original Mix");
    assertThat(answer.at("/classification/bpm").isNull()).isTrue();
    assertThat(answer.at("/metadata/normalized/duration").isNumber()).isTrue();
    assertThat(answer.at("/metadata/raw_tags").isObject()).isTrue();
    assertThat(answer.at("/metadata/track_id").isIntegralNumber()).isTrue();
    assertThat(answer.at("/processing_info/classification_sources/0")).hasSize(3);
    assertThat(answer.text("/processing_info/processed_at")).endsWith("Z");
    assertThat(answer.at("/api_info/response_time_ms").isIntegralNumber()).isTrue();
    assertThat(answer.text("/api_info/api_version")).isEqualTo("v3.2");
  }

  @Test
  void textIsNoMusicAndItsHashIsNotTold() {
    String path =
        put("text/notes.mp3", "shopping list\n".repeat(50).getBytes(StandardCharsets.UTF_8));

    Answer answer = analyse(path);

    assertThat(answer.text("/status")).isEqualTo("error");
    assertThat(answer.text("/code")).isEqualTo("NOT_AUDIO");
    assertThat(answer.at("/file_hash").isNull()).isTrue();
    assertThat(answer.text("/track/track_name")).isEqualTo("notes");
  }
}
