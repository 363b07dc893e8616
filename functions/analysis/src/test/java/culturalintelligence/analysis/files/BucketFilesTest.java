package culturalintelligence.analysis.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.analysis.audio.AudioReader;
import culturalintelligence.analysis.audio.AudioSource;
import culturalintelligence.analysis.audio.HashedReading;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.Resolution;
import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.storage.BucketServer;
import culturalintelligence.testkit.storage.BucketServer.Mood;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BucketFilesTest {
  private static final BucketServer SERVER = BucketServer.start();
  private static final byte[] TRACK =
      AudioFixture.mp3().title("Far Away").artist("Some One").seconds(90).bytes();

  private final LibraryFiles files =
      library("/srv/bucket=s3://music/crates/a;B:\\Crate=s3://music/crates/a");

  private static LibraryFiles library(String roots) {
    var settings =
        Settings.of(
            Map.of(
                "library-roots",
                roots,
                "storage.endpoint",
                SERVER.endpoint().toString(),
                "storage.patience",
                "PT0.3S"));
    return new LibraryFiles(settings, new Buckets(settings));
  }

  @BeforeEach
  void forget() {
    SERVER.forget();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static void put(String name, byte[] bytes) {
    SERVER.put("music", "crates/a/" + name, bytes);
  }

  private Located locate(String path) {
    return locate(files, path);
  }

  private static Located locate(LibraryFiles files, String path) {
    return files.locate(((Resolution.Inside) files.resolve(path)).path());
  }

  private Located.Found found(String path) {
    Located located = locate(path);
    assertThat(located).isInstanceOf(Located.Found.class);
    return (Located.Found) located;
  }

  private FailureCode refusal(String path) {
    return ((Located.Missing) locate(path)).failure().code();
  }

  private HashedReading read(String path) throws IOException {
    try (AudioSource source = found(path).opening().open()) {
      return new AudioReader().readAndHash(source);
    }
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void findingAFileIsOneHead() {
    put("found.mp3", TRACK);

    Located.Found found = found("/srv/bucket/found.mp3");

    assertThat(found.version().sizeBytes()).isEqualTo(TRACK.length);
    assertThat(SERVER.heads()).isEqualTo(1);
    assertThat(SERVER.gets()).isEmpty();
    assertThat(SERVER.lists()).isZero();
  }

  @Test
  void theTagsCostAFewRangesAndLittleOfTheFile() throws IOException {
    assertThat(TRACK.length).isGreaterThan(1_000_000);
    put("tags.mp3", TRACK);

    AudioReading reading;
    try (AudioSource source = found("/srv/bucket/tags.mp3").opening().open()) {
      reading = new AudioReader().read(source);
    }

    assertThat(reading).isInstanceOf(AudioReading.Read.class);
    assertThat(SERVER.gets())
        .hasSizeLessThanOrEqualTo(3)
        .allMatch(r -> r.matches("bytes=\\d+-\\d+"));
    assertThat(SERVER.bytesSent()).isLessThanOrEqualTo(3 * 128 * 1024);
    assertThat(SERVER.heads()).isEqualTo(1);
  }

  @Test
  void theHashTakesTheFileOnce() throws Exception {
    put("whole.mp3", TRACK);

    assertThat(read("/srv/bucket/whole.mp3").sha256()).isEqualTo(sha256(TRACK));
    assertThat(SERVER.gets()).hasSizeLessThanOrEqualTo(4);
    assertThat(SERVER.bytesSent()).isLessThan(TRACK.length + 3 * 128 * 1024);
  }

  @Test
  void aSmallFileIsOneRequest() throws Exception {
    byte[] small = Arrays.copyOf(TRACK, 100_000);
    put("small.mp3", small);

    assertThat(read("/srv/bucket/small.mp3").sha256()).isEqualTo(sha256(small));
    assertThat(SERVER.gets()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mood.class,
      names = {"WELL", "IGNORES_RANGES", "BREAKS_OFF"})
  void theBytesAreTheFilesHoweverTheyCome(Mood mood) throws Exception {
    byte[] m4a = AudioFixture.m4a().title("Index Last").artist("A").seconds(60).bytes();
    put("a.mp3", TRACK);
    put("b.m4a", m4a);
    SERVER.mood(mood);

    HashedReading far = read("/srv/bucket/a.mp3");
    HashedReading near = new AudioReader().readAndHash(AudioSource.of(TRACK));

    assertThat(far).isEqualTo(near);
    assertThat(read("/srv/bucket/b.m4a").sha256()).isEqualTo(sha256(m4a));
  }

  @Test
  void aReadIsWhatItAskedFor() throws IOException {
    byte[] bytes = new byte[700_000];
    new java.util.Random(7).nextBytes(bytes);
    put("random.bin", bytes);
    java.util.Random random = new java.util.Random(11);

    try (AudioSource source = found("/srv/bucket/random.bin").opening().open()) {
      for (int i = 0; i < 60; i++) {
        int from = random.nextInt(bytes.length + 10);
        int length = random.nextInt(300_000);
        byte[] into = new byte[length + 3];
        int n = source.read(from, into, 2, length);
        assertThat(n).isEqualTo(Math.clamp((long) bytes.length - from, 0, length));
        assertThat(Arrays.copyOfRange(into, 2, 2 + n))
            .isEqualTo(
                Arrays.copyOfRange(
                    bytes, Math.min(from, bytes.length), Math.min(from, bytes.length) + n));
      }
    }
  }

  @Test
  void aPassingFaultIsAskedAgain() throws Exception {
    put("again.mp3", TRACK);
    SERVER.failNext(2);

    assertThat(read("/srv/bucket/again.mp3").sha256()).isEqualTo(sha256(TRACK));
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsNotMixed() throws Exception {
    byte[] other = TRACK.clone();
    other[other.length - 1] ^= 1;
    put("replaced.mp3", TRACK);
    Located.Found found = found("/srv/bucket/replaced.mp3");
    byte[] block = new byte[200_000];

    try (AudioSource source = found.opening().open()) {
      assertThat(source.read(0, block, 0, 1000)).isEqualTo(1000);
      put("replaced.mp3", other);
      assertThatThrownBy(() -> source.read(500_000, block, 0, 1000))
          .isInstanceOfSatisfying(
              FileFailure.class,
              e -> assertThat(e.failure().code()).isEqualTo(FailureCode.FILE_CHANGING));
    }

    assertThat(found.opening().version()).as("asked for anew").isNotEqualTo(found.version());
    try (AudioSource source = found.opening().open()) {
      assertThat(new AudioReader().readAndHash(source).sha256()).isEqualTo(sha256(other));
    }
  }

  @Test
  void twoStatesInOneSecondOfOneSizeAreTwoVersions() {
    Instant moment = Instant.parse("2026-01-01T00:00:00Z");
    SERVER.put("music", "crates/a/twice.mp3", TRACK, moment);
    var before = found("/srv/bucket/twice.mp3").version();
    SERVER.put("music", "crates/a/twice.mp3", TRACK, moment);
    var after = found("/srv/bucket/twice.mp3").version();

    assertThat(after.sizeBytes()).isEqualTo(before.sizeBytes());
    assertThat(Duration.between(before.modified(), after.modified()).abs())
        .isPositive()
        .isLessThan(Duration.ofSeconds(1));
    assertThat(found("/srv/bucket/twice.mp3").version()).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sp ace/%41.mp3",
        "plus+and&amp.mp3",
        "#hash?query=1.mp3",
        "€uro ❷/Ärger.mp3",
        "back\\slash.mp3",
        "'quote\"<x>.mp3",
        " leading.mp3",
        "a:b=c,d;e.mp3"
      })
  void oddNamesAreNames(String name) throws Exception {
    put(name, TRACK);

    assertThat(read("/srv/bucket/" + name).sha256()).isEqualTo(sha256(TRACK));
  }

  @Test
  void aWindowsClientFindsItWhateverTheCase() {
    put("Färbe/Track One.mp3", TRACK);

    assertThat(found("B:\\Crate\\Färbe\\Track One.mp3").version().sizeBytes())
        .isEqualTo(TRACK.length);
    assertThat(SERVER.lists()).isZero();
    assertThat(found("b:\\CRATE\\fäRBE\\TRACK one.MP3").version().sizeBytes())
        .isEqualTo(TRACK.length);
    assertThat(refusal("b:\\crate\\färbe\\track two.mp3")).isEqualTo(FailureCode.FILE_NOT_FOUND);
    assertThat(refusal("/srv/bucket/färbe/track one.mp3")).isEqualTo(FailureCode.FILE_NOT_FOUND);
  }

  @Test
  void whatIsNoFileIsToldWhatItIs() {
    put("folder/inside.mp3", TRACK);

    assertThat(refusal("/srv/bucket/folder")).isEqualTo(FailureCode.IS_A_DIRECTORY);
    assertThat(refusal("/srv/bucket")).isEqualTo(FailureCode.IS_A_DIRECTORY);
    assertThat(refusal("/srv/bucket/nothing.mp3")).isEqualTo(FailureCode.FILE_NOT_FOUND);
    assertThat(
            refusal(
                "/srv/bucket/" + "é".repeat(200) + "/" + "é".repeat(200) + "/" + "é".repeat(200)))
        .isEqualTo(FailureCode.PATH_TOO_LONG);
    LibraryFiles elsewhere = library("/srv/none=s3://no-such-bucket");
    assertThat(((Located.Missing) locate(elsewhere, "/srv/none/a.mp3")).failure().code())
        .isEqualTo(FailureCode.BUCKET_NOT_FOUND);
  }

  /** Only {@code crates/a} is the library; its neighbours in the same bucket are not. */
  @Test
  void noPathLeadsOutOfThePrefix() {
    SERVER.put("music", "crates/secret.mp3", TRACK);
    SERVER.put("music", "crates/ab.mp3", TRACK);

    assertThat(files.resolve("/srv/bucket/../secret.mp3")).isInstanceOf(Resolution.Refused.class);
    assertThat(files.resolve("B:\\Crate\\..\\secret.mp3")).isInstanceOf(Resolution.Refused.class);
    assertThat(refusal("/srv/bucket/%2e%2e/secret.mp3")).isEqualTo(FailureCode.FILE_NOT_FOUND);
    assertThat(refusal("/srv/bucket/..%2fsecret.mp3")).isEqualTo(FailureCode.FILE_NOT_FOUND);
    assertThat(refusal("/srv/bucket/b.mp3")).isEqualTo(FailureCode.FILE_NOT_FOUND);
  }

  @Test
  void everyRefusalOfTheStorageHasItsCode() {
    put("refused.mp3", TRACK);
    SERVER.mood(Mood.DENIES);
    assertThat(refusal("/srv/bucket/refused.mp3")).isEqualTo(FailureCode.STORAGE_DENIED);
    SERVER.mood(Mood.FAILS);
    assertThat(refusal("/srv/bucket/refused.mp3")).isEqualTo(FailureCode.STORAGE_UNAVAILABLE);
    SERVER.mood(Mood.WELL);
    assertThat(locate(library("/srv/bucket=s3://music/crates/a"), "/srv/bucket/refused.mp3"))
        .isInstanceOf(Located.Found.class);
  }

  @Test
  void silentStorageIsNotWaitedForLong() {
    put("silent.mp3", TRACK);
    SERVER.mood(Mood.SILENT);
    long started = System.nanoTime();

    assertThat(refusal("/srv/bucket/silent.mp3")).isEqualTo(FailureCode.STORAGE_UNAVAILABLE);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(12));
  }

  @ParameterizedTest
  @EnumSource(
      value = Mood.class,
      names = {"ARCHIVED", "SENDS_NOTHING", "SENDS_ANOTHER_RANGE", "DENIES", "FAILS", "SILENT"})
  void bytesThatCannotBeHadAreAFailureNotOtherBytes(Mood mood) throws IOException {
    put("failing.mp3", TRACK);
    try (AudioSource source = found("/srv/bucket/failing.mp3").opening().open()) {
      SERVER.mood(mood);
      FailureCode expected =
          switch (mood) {
            case ARCHIVED -> FailureCode.FILE_ARCHIVED;
            case DENIES -> FailureCode.STORAGE_DENIED;
            default -> FailureCode.STORAGE_UNAVAILABLE;
          };
      assertThatThrownBy(() -> source.read(400_000, new byte[1000], 0, 1000))
          .isInstanceOfSatisfying(
              FileFailure.class, e -> assertThat(e.failure().code()).isEqualTo(expected));
    }
  }
}
