package culturalintelligence.analysis.files;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.audio.AudioReader;
import culturalintelligence.analysis.audio.AudioSource;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.testkit.audio.AudioFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hung or greedy reading never takes the service down. */
class FileReadersTest {
  private static final byte[] GOOD = AudioFixture.wav().title("Good").bytes();
  private static final Duration IN_TIME = Duration.ofSeconds(10);

  private final CountDownLatch end = new CountDownLatch(1);
  private final List<FileReaders> made = new ArrayList<>();

  /** For readings that hang: given up soon. */
  private FileReaders readers(FileReaders.Reader reader) {
    return readers(reader, "PT0.2S", "PT0.6S");
  }

  /** For readings that end by themselves, on a machine of any speed. */
  private FileReaders patientReaders(FileReaders.Reader reader) {
    return readers(reader, "PT10S", "PT10S");
  }

  private FileReaders readers(FileReaders.Reader reader, String structure, String hash) {
    FileReaders readers =
        new FileReaders(
            Settings.of(
                Map.of(
                    "reading.parallel",
                    "2",
                    "reading.patience",
                    "PT10S",
                    "reading.structure-deadline",
                    structure,
                    "reading.hash-deadline",
                    hash)),
            reader);
    made.add(readers);
    return readers;
  }

  /** Hangs on files that begin with {@code hang}, whatever is done to its thread. */
  private FileReaders.Reader hanging() {
    return source -> {
      if (startsWith(source, "hang")) {
        waitForEverUninterrupted();
      }
      return new AudioReader().readAndHash(source);
    };
  }

  private void waitForEverUninterrupted() {
    boolean ended = false;
    while (!ended) {
      try {
        end.await();
        ended = true;
      } catch (InterruptedException e) {
        // As a loop that never looks.
      }
    }
  }

  private static boolean startsWith(AudioSource source, String word) throws IOException {
    byte[] head = new byte[word.length()];
    int n = source.read(0, head, 0, head.length);
    return n == head.length && word.equals(new String(head, StandardCharsets.US_ASCII));
  }

  private static Located.Found file(byte[] bytes) {
    FileVersion version = new FileVersion(bytes.length, Instant.EPOCH);
    return new Located.Found(
        version,
        new Located.Opening() {
          @Override
          public AudioSource open() {
            return AudioSource.of(bytes);
          }

          @Override
          public FileVersion version() {
            return version;
          }
        });
  }

  private static Located.Found file(String text) {
    return file(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static FileReaders.Outcome.Done inTime(FileReaders readers, Located.Found file) {
    long started = System.nanoTime();
    FileReaders.Outcome outcome = readers.read(file);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(IN_TIME);
    assertThat(outcome).isInstanceOf(FileReaders.Outcome.Done.class);
    return (FileReaders.Outcome.Done) outcome;
  }

  private static String reason(FileReaders.Outcome.Done done) {
    return ((AudioReading.Unreadable) done.reading().reading()).reason();
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("file-reader-"))
        .count();
  }

  @AfterEach
  void letGo() throws InterruptedException {
    end.countDown();
    made.forEach(FileReaders::stop);
    for (int i = 0; i < 100 && threads() > 0; i++) {
      Thread.sleep(20);
    }
    assertThat(threads()).as("threads left behind when the hanging ends").isZero();
  }

  @Test
  void aReadingThatNeverReturnsIsAnsweredInTimeWithItsHash() {
    FileReaders.Outcome.Done done = inTime(readers(hanging()), file("hang 1"));

    assertThat(reason(done)).isEqualTo("the reading took too long");
    assertThat(done.reading().sha256()).hasSize(64);
  }

  @Test
  void otherFilesAreReadMeanwhileAsManyAtOnceAsEver() throws Exception {
    CyclicBarrier bothInside = new CyclicBarrier(2);
    FileReaders readers =
        readers(
            source -> {
              if (startsWith(source, "hang")) {
                waitForEverUninterrupted();
              }
              if (startsWith(source, "meet")) {
                try {
                  bothInside.await(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                  throw new IOException("nobody else was let in", e);
                }
              }
              return new AudioReader().readAndHash(source);
            });
    for (int i = 0; i < 4; i++) {
      inTime(readers, file("hang " + i));
    }

    try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
      Future<FileReaders.Outcome> one = clients.submit(() -> readers.read(file("meet")));
      Future<FileReaders.Outcome> other = clients.submit(() -> readers.read(file("meet")));
      assertThat(one.get()).isInstanceOf(FileReaders.Outcome.Done.class);
      assertThat(other.get()).isInstanceOf(FileReaders.Outcome.Done.class);
    }
    assertThat(inTime(readers, file(GOOD)).reading().reading())
        .isInstanceOf(AudioReading.Read.class);
    assertThat(readers.isAlive()).isTrue();
  }

  /** A client that tries again, or a library full of its copies, costs one thread. */
  @Test
  void aFileThatHungIsNotTriedAgainNorAreItsCopies() {
    FileReaders readers = readers(hanging());
    for (int i = 0; i < 30; i++) {
      FileReaders.Outcome.Done done = inTime(readers, file("hang always the same"));
      assertThat(done.reading().sha256()).hasSize(64);
    }

    assertThat(threads()).isEqualTo(1);
    assertThat(readers.isAlive()).isTrue();
  }

  @Test
  void tooManyDifferentFilesThatHangEndTheReadingAndSaySo() {
    FileReaders readers = readers(hanging());
    for (int i = 0; i < 8; i++) {
      assertThat(readers.isAlive()).isTrue();
      inTime(readers, file("hang " + i));
    }

    assertThat(readers.isAlive()).isFalse();
    for (int i = 8; i < 20; i++) {
      assertThat(readers.read(file("hang " + i)))
          .isInstanceOfSatisfying(
              FileReaders.Outcome.Failed.class,
              failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.OVERLOADED));
    }
    assertThat(threads()).as("bounded, whatever comes").isEqualTo(8);
  }

  @Test
  void whatHungAndCameBackCountsNoMore() throws InterruptedException {
    FileReaders readers = readers(hanging());
    for (int i = 0; i < 8; i++) {
      inTime(readers, file("hang " + i));
    }
    end.countDown();
    for (int i = 0; i < 100 && !readers.isAlive(); i++) {
      Thread.sleep(20);
    }

    assertThat(inTime(readers, file(GOOD)).reading().reading())
        .isInstanceOf(AudioReading.Read.class);
  }

  @Test
  void aReadingThatAsksForMoreThanThereIsIsAnsweredWithItsHash() {
    FileReaders readers =
        patientReaders(
            source -> {
              if (startsWith(source, "greed")) {
                long[][] all = new long[64][];
                for (int i = 0; i < all.length; i++) {
                  all[i] = new long[Integer.MAX_VALUE - 8];
                }
              }
              return new AudioReader().readAndHash(source);
            });

    FileReaders.Outcome.Done done = inTime(readers, file("greed"));

    assertThat(reason(done)).isEqualTo("the reader failed: OutOfMemoryError");
    assertThat(reason(inTime(readers, file("greed"))))
        .isEqualTo("a reading of the same file did not end well");
    assertThat(inTime(readers, file(GOOD)).reading().reading())
        .isInstanceOf(AudioReading.Read.class);
    assertThat(readers.isAlive()).isTrue();
  }

  @Test
  void aReadingThatOverflowsItsStackIsAnsweredWithItsHash() {
    FileReaders readers =
        patientReaders(
            source -> {
              if (startsWith(source, "deep")) {
                deeper(0);
              }
              return new AudioReader().readAndHash(source);
            });

    assertThat(reason(inTime(readers, file("deep"))))
        .isEqualTo("the reader failed: StackOverflowError");
    assertThat(inTime(readers, file(GOOD)).reading().reading())
        .isInstanceOf(AudioReading.Read.class);
  }

  private static int deeper(int n) {
    return n < 0 ? n : deeper(n + 1) + 1;
  }

  @Test
  void storageThatHangsIsATimeoutNotAHash() {
    Located.Found hangs =
        new Located.Found(
            new FileVersion(10, Instant.EPOCH),
            new Located.Opening() {
              @Override
              public AudioSource open() {
                waitForEverUninterrupted();
                return AudioSource.of(GOOD);
              }

              @Override
              public FileVersion version() {
                waitForEverUninterrupted();
                return new FileVersion(10, Instant.EPOCH);
              }
            });
    FileReaders readers = readers(hanging());
    long started = System.nanoTime();

    assertThat(readers.read(hangs))
        .isInstanceOfSatisfying(
            FileReaders.Outcome.Failed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(FailureCode.READ_TIMEOUT));
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(IN_TIME);
    assertThat(inTime(readers, file(GOOD)).reading().reading())
        .isInstanceOf(AudioReading.Read.class);
  }
}
