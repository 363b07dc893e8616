package culturalintelligence.analysis.jobs;

import static culturalintelligence.analysis.http.MusicLibrary.at;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static culturalintelligence.analysis.http.MusicLibrary.putInBucket;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.MusicLibrary;
import culturalintelligence.domain.jobs.FileJob;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileQueue.Work;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.jobs.JobState;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A folder scanned by queue message, whatever comes twice and whoever dies. */
@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class ScanTest {
  @Inject Workbench workbench;

  private static TestDatabase database() {
    return TargetDatabaseResource.database();
  }

  /** Three files of music, a picture that is none, and a damaged one. */
  private static void library(String folder) {
    put(folder + "/House/A - One.mp3", AudioFixture.mp3().title("One").artist("A " + folder));
    put(folder + "/House/B - Two.flac", AudioFixture.flac().title("Two").artist("B " + folder));
    put(folder + "/C - Three.mp3", AudioFixture.mp3().title("Three").artist("C " + folder));
    put(folder + "/cover.mp3", ("a picture " + folder).getBytes(StandardCharsets.UTF_8));
    put(folder + "/Techno/broken.flac", ("fLaC" + folder).getBytes(StandardCharsets.UTF_8));
  }

  private static long tracks(String folder) {
    return database()
        .number("select count(*) from track where path like '/srv/music/" + folder + "/%'");
  }

  private static void assertScanned(FileJob job) {
    assertThat(job.state()).isEqualTo(JobState.DONE);
    assertThat(job.found()).isEqualTo(5);
    assertThat(job.folders()).isEqualTo(2);
    assertThat(job.queued()).isEqualTo(5);
    assertThat(job.settled()).isEqualTo(5);
    assertThat(job.tallies().stream().mapToLong(FileJob.Tally::files).sum()).isEqualTo(5);
    assertThat(job.count(FileOutcome.NOT_AUDIO)).isEqualTo(1);
    assertThat(job.count(FileOutcome.UNREADABLE)).isEqualTo(1);
    assertThat(job.trouble()).isEqualTo(1);
  }

  @Test
  void aFolderIsReadOnceAndASecondScanReadsNothing() throws SQLException {
    library("twice");
    Workbench.Bench bench = workbench.bench(1);

    FileJob first = bench.scan("/srv/music/twice");

    assertScanned(first);
    assertThat(first.count(FileOutcome.READ)).isEqualTo(3);
    assertThat(tracks("twice")).isEqualTo(4);
    assertThat(bench.jobs.readings(first.id(), null, 10).readings())
        .singleElement()
        .satisfies(r -> assertThat(r.path()).isEqualTo("/srv/music/twice/Techno/broken.flac"))
        .satisfies(r -> assertThat(r.reason()).isNotBlank());

    FileJob second = bench.scan("/srv/music/twice");
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.state()).isEqualTo(JobState.DONE);
    assertThat(second.known()).isEqualTo(5);
    assertThat(second.queued()).isZero();
    assertThat(second.bytes()).isZero();
  }

  @Test
  void aFileThatChangedOrCameIsReadAndNoOther() throws SQLException, IOException {
    library("changes");
    Workbench.Bench bench = workbench.bench(2);
    bench.scan("/srv/music/changes");

    put("changes/C - Three.mp3", AudioFixture.mp3().title("Three, again").artist("C changes"));
    put("changes/D - Four.mp3", AudioFixture.mp3().title("Four").artist("D changes"));
    Path touched = at("changes/House/A - One.mp3");
    Files.setLastModifiedTime(touched, FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
    FileJob again = bench.scan("/srv/music/changes");

    assertThat(again.known()).isEqualTo(3);
    assertThat(again.queued()).isEqualTo(3);
    assertThat(again.count(FileOutcome.READ)).isEqualTo(3);
    assertThat(bench.scan("/srv/music/changes").queued()).isZero();
  }

  @Test
  void aForcedScanReadsEverythingAgain() throws SQLException {
    library("forced");
    Workbench.Bench bench = workbench.bench(3);
    bench.scan("/srv/music/forced");

    FileJob forced = bench.scan("/srv/music/forced", true);

    assertScanned(forced);
    assertThat(forced.known()).isZero();
    assertThat(forced.count(FileOutcome.READ)).isEqualTo(3);
    assertThat(tracks("forced")).isEqualTo(4);
  }

  @Test
  void aFolderMayBeNamedByTheWindowsPathOrByWhereItIs() throws SQLException {
    library("named");
    Workbench.Bench bench = workbench.bench(4);

    assertScanned(bench.scan("x:/music/NAMED"));
    assertThat(
            database()
                .number("select count(*) from track where path like 'X:\\\\Music\\\\named\\\\%'"))
        .as("told as it is on disk, under the root's prefix as configured")
        .isEqualTo(4);
    FileJob byPlace = bench.scan(at("named").toString());
    assertThat(byPlace.state()).isEqualTo(JobState.DONE);
    assertThat(byPlace.found()).isEqualTo(5);
    assertThat(byPlace.known()).as("the same files").isEqualTo(5);
  }

  @Test
  void aFolderThatIsNotThereOrNotOursFailsWithTheReason() throws SQLException {
    Workbench.Bench bench = workbench.bench(5);
    put("plain/file.mp3", AudioFixture.mp3());

    for (String folder :
        List.of("/srv/music/nowhere", "/etc", "/srv/music/../etc", "/srv/music/plain/file.mp3")) {
      FileJob job = bench.scan(folder);
      assertThat(job.state()).as(folder).isEqualTo(JobState.FAILED);
      assertThat(job.failure()).isNotBlank();
      assertThat(job.found()).isZero();
    }
  }

  @Test
  void linksOutOfTheLibraryAreNotFollowed() throws SQLException, IOException {
    library("scanned-links");
    Files.createSymbolicLink(at("scanned-links/etc"), Path.of("/etc"));
    Files.createSymbolicLink(at("scanned-links/passwd.mp3"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(at("scanned-links/House/circle"), at("scanned-links"));

    FileJob job = workbench.bench(6).scan("/srv/music/scanned-links");

    assertScanned(job);
    assertThat(job.skipped()).isEqualTo(3);
  }

  /**
   * The worker dies at each statement boundary of walk and batches in turn; its message comes
   * again, others come twice and in any order. Each time every file is settled once.
   */
  @Test
  void aWorkerKilledAtAnyBoundaryLosesAndDoublesNothing() throws SQLException {
    Workbench.Bench bench = workbench.bench(7);
    List<Integer> missed = new ArrayList<>();
    int boundaries = 0;
    for (int n = 1; boundaries == 0; n++) {
      String folder = "killed" + n;
      put(folder + "/House/A - One.mp3", AudioFixture.mp3().title("One").artist("A " + folder));
      put(folder + "/broken.flac", ("fLaC" + folder).getBytes(StandardCharsets.UTF_8));
      put(folder + "/cover.mp3", ("a picture " + folder).getBytes(StandardCharsets.UTF_8));
      long job = bench.jobs.scan("/srv/music/" + folder, false).id();
      bench.target.dieAt(n);
      int dead = bench.pump();
      if (dead == 0) {
        boundaries = n - 1;
      }
      FileJob done = bench.job(job);
      if (done.state() != JobState.DONE) {
        missed.add(n);
        continue;
      }
      assertThat(
              List.of(done.found(), done.queued(), done.settled(), done.folders(), done.trouble()))
          .as("killed at %d", n)
          .containsExactly(3L, 3L, 3L, 1L, 1L);
      assertThat(done.tallies().stream().mapToLong(FileJob.Tally::files).sum()).isEqualTo(3);
      assertThat(tracks(folder)).as("killed at %d", n).isEqualTo(2);
      assertThat(bench.jobs.readings(job, null, 10).readings()).hasSize(1);
    }
    System.out.println("scan: killed at each of " + boundaries + " boundaries");
    assertThat(missed).as("left unfinished with an empty queue").isEmpty();
    assertThat(boundaries).isGreaterThan(60);
  }

  @Test
  void aFolderOfABucketIsScannedAsAnyOther() throws SQLException {
    for (String name : List.of("House/A - One.mp3", "House/B - Two.mp3", "C - Three.mp3")) {
      putInBucket("scan/" + name, AudioFixture.mp3().title(name).artist("bucket").bytes());
    }
    putInBucket("scan/Art/cover.mp3", "a picture in a bucket".getBytes(StandardCharsets.UTF_8));
    putInBucket("scan/a//b.mp3", AudioFixture.mp3().title("Nobody can say this name").bytes());
    Workbench.Bench bench = workbench.bench(11);

    FileJob first = bench.scan("s3://music/crate/scan");

    assertThat(first.state()).as("%s", first.failure()).isEqualTo(JobState.DONE);
    assertThat(first.found()).isEqualTo(5);
    assertThat(first.folders()).isEqualTo(4);
    assertThat(first.count(FileOutcome.READ)).isEqualTo(3);
    assertThat(first.count(FileOutcome.NOT_AUDIO)).isEqualTo(1);
    assertThat(bench.jobs.readings(first.id(), null, 10).readings())
        .singleElement()
        .satisfies(r -> assertThat(r.code()).isEqualTo("MALFORMED_PATH"));
    assertThat(
            database()
                .number("select count(*) from track where path like 'B:\\\\Crate\\\\scan\\\\%'"))
        .as("under the prefix that MetaCrate uses")
        .isEqualTo(3);

    FileJob second = bench.scan("B:\\Crate\\SCAN");
    assertThat(second.known()).as("listed, and no object asked for").isEqualTo(4);
    assertThat(second.bytes()).isZero();

    putInBucket("scan/C - Three.mp3", AudioFixture.mp3().title("Three, again").bytes());
    FileJob third = bench.scan("s3://music/crate/scan");
    assertThat(third.known()).isEqualTo(3);
    assertThat(third.count(FileOutcome.READ)).isEqualTo(1);
  }

  @Test
  void aFileThatTakesItsReaderDownEachTimeIsPassedOverAndTold() throws SQLException {
    library("deadly");
    Workbench.Bench bench = workbench.bench(8);
    long job = bench.jobs.scan("/srv/music/deadly", false).id();
    bench.deliver(bench.queue.removeFirst());
    Work batch = bench.queue.removeFirst();
    // Dies right behind its claim, as often as it may.
    for (int i = 0; i < BatchWork.MOST_DEATHS; i++) {
      bench.ledger.claim(batch, Duration.ofSeconds(30));
      bench.leasesEnd();
    }
    bench.queue.add(batch);
    bench.pump();

    FileJob done = bench.job(job);
    assertThat(done.settled()).isEqualTo(done.queued());
    assertThat(
            bench.jobs.readings(job, null, 10).readings().stream().map(FileReading::code).toList())
        .contains("READER_DIED");
  }

  @Test
  void aScanThatIsCancelledInItsMiddleStaysSo() throws SQLException {
    library("cancelled");
    Workbench.Bench bench = workbench.bench(9);
    long job = bench.jobs.scan("/srv/music/cancelled", false).id();
    assertThat(bench.deliver(bench.queue.removeFirst())).isTrue();

    bench.jobs.cancel(job);
    bench.pump();

    assertThat(bench.job(job).state()).isEqualTo(JobState.CANCELLED);
    assertThat(bench.job(job).settled()).isZero();
    assertThat(tracks("cancelled")).isZero();
    assertScanned(bench.scan("/srv/music/cancelled"));
  }
}
