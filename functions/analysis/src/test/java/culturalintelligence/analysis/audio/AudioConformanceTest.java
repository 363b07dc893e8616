package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AudioConformanceTest {

  @Test
  void the_table_counts_hits_misses_and_refusals(@TempDir Path folder) throws IOException {
    Files.write(
        folder.resolve("a.mp3"),
        join(id3v2(3, 0, text(3, "TIT2", "Song"), text(3, "TYER", "1999")), mp3()));
    Files.write(folder.resolve("b.mid"), join(ascii("MThd"), be(6, 4), new byte[60]));
    Files.writeString(
        folder.resolve("expected.jsonl"),
        """
        {"file":"a.mp3","origin":"o","format":"MP3","valid_audio":true,"tags":{"TITLE":"Song","YEAR":"1999-01-01","ARTIST":"Nobody"},"stream":{"sr":44100.0,"duration":1.04}}
        {"file":"b.mid","origin":"o","format":"TRACKER/MIDI","valid_audio":false,"tags":{},"stream":{}}
        {"file":"gone.mp3","origin":"o","format":"MP3","valid_audio":true,"tags":{},"stream":{}}
        """);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int crashes =
        AudioConformance.run(folder, new PrintStream(said, true, StandardCharsets.UTF_8), true);
    assertThat(crashes).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("2 files, 1 named but not there")
        .containsPattern("valid audio read +100.00 %")
        .containsPattern("tags, all +66.67 % +2 of +3")
        .containsPattern("duration +100.00 %")
        .containsPattern("MIDI, modules refused +100.00 %")
        .contains("miss ARTIST");
  }

  /** Folders of other people: a BOM, fields left out, lists, lines that are none. */
  @Test
  void odd_lines_are_told_and_the_rest_is_measured(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("a.mp3"), join(id3v2(3, 0, text(3, "TIT2", "Song")), mp3()));
    Files.writeString(
        folder.resolve("expected.jsonl"),
        """
        \ufeff{"file":"a.mp3","valid_audio":true,"tags":{"TITLE":["Song"],"SHOE_SIZE":44},"stream":{"sr":"?"}}
        {"file":"a.mp3"}
        {"title":"no file"}
        [1, 2]
        {"file":"a.mp3",
        {"file":"b\\u0000.mp3"}
        """);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int crashes =
        AudioConformance.run(folder, new PrintStream(said, true, StandardCharsets.UTF_8), false);
    assertThat(crashes).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("2 files, 1 named but not there")
        .contains("3 lines not used; each should be such as {\"file\"")
        .contains("expected.jsonl line 3 names no \"file\"")
        .contains("expected.jsonl line 4 is not a JSON object")
        .contains("expected.jsonl line 5 is not a JSON object")
        .containsPattern("valid audio read +100.00 % +1 of +1")
        .containsPattern("tags, all +100.00 % +1 of +1");
  }

  @Test
  void a_folder_whose_files_are_elsewhere_says_so(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("expected.jsonl"), "{\"file\":\"gone.mp3\"}\n");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    AudioConformance.run(folder, new PrintStream(said, true, StandardCharsets.UTF_8), false);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("not there: gone.mp3")
        .contains("put the files beside expected.jsonl");
  }
}
