package culturalintelligence.persistence.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import culturalintelligence.domain.jobs.BatchClaim;
import culturalintelligence.domain.jobs.FileJob;
import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileQueue.Work;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.jobs.JobState;
import culturalintelligence.domain.jobs.WalkClaim;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.music.StreamFacts;
import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.testkit.database.TestDatabase;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Walks and batches that are claimed twice, come late, or belong to the dead. */
class JobLedgerTest {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration OVER_AT_ONCE = Duration.ofMillis(1);

  private final TestDatabase database = TestDatabase.migrated();
  private final List<Work> sent = new ArrayList<>();
  private FileJobs jobs;
  private JobLedger ledger;

  JobLedgerTest() {
    TargetDatabase target =
        new TargetDatabase(
            new Database(
                DatabaseAddress.parse(database.url(), database.user(), database.password()),
                "test"));
    jobs = new FileJobs(target, sent::addAll);
    ledger = new JobLedger(target, sent::addAll);
  }

  @BeforeEach
  void nothingWasSentYet() {
    sent.clear();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static List<String> paths(int n) {
    return IntStream.rangeClosed(1, n).mapToObj("/music/%05d.mp3"::formatted).toList();
  }

  private static List<BatchClaim.Asked> asked(int n) {
    return paths(n).stream().map(p -> new BatchClaim.Asked(p, null)).toList();
  }

  private static FileReading read(BatchClaim.Asked file) {
    return outcome(file, FileOutcome.READ, null);
  }

  private static FileReading outcome(
      BatchClaim.Asked file, FileOutcome outcome, @Nullable String code) {
    return new FileReading(
        file.path(), file.trackId(), outcome, code, null, null, null, Instant.EPOCH);
  }

  private static JobLedger.Stretch stretch(String position, List<BatchClaim.Asked> files) {
    return new JobLedger.Stretch(position, files, List.of(), 1, 2, 3);
  }

  private BatchClaim.Granted granted(Work work, Duration lease) throws SQLException {
    return (BatchClaim.Granted) ledger.claim(work, lease);
  }

  private boolean settleAll(BatchClaim.Granted batch) throws SQLException {
    return ledger.settle(
        batch, batch.settled(), batch.files().stream().map(JobLedgerTest::read).toList(), LEASE);
  }

  private FileJob job(long id) throws SQLException {
    return jobs.find(id).orElseThrow();
  }

  /** Longer than the shortest lease, by the database's clock. */
  private void pass() {
    database.execute("select pg_sleep(0.02)");
  }

  @Test
  void witnessesAreAskedForInBatchesAndEachGivesOneReading() throws SQLException {
    long job = jobs.witness(paths(250)).id();

    assertThat(sent).containsExactly(new Work(job, 1), new Work(job, 2), new Work(job, 3));
    for (Work work : sent) {
      assertThat(settleAll(granted(work, LEASE))).isTrue();
    }
    assertThat(job(job).state()).isEqualTo(JobState.DONE);
    assertThat(job(job).count(FileOutcome.READ)).isEqualTo(250);
    List<FileReading> readings = new ArrayList<>();
    FileJobs.Page page = jobs.readings(job, null, 100);
    readings.addAll(page.readings());
    while (page.next() != null) {
      page = jobs.readings(job, page.next(), 100);
      readings.addAll(page.readings());
    }
    assertThat(readings).extracting(FileReading::path).containsExactlyElementsOf(paths(250));
  }

  @Test
  void nothingToWitnessIsDoneAtOnce() throws SQLException {
    assertThat(job(jobs.witness(List.of()).id()).state()).isEqualTo(JobState.DONE);
    assertThat(sent).isEmpty();
  }

  @Test
  void whatAFileSaidComesBackAsItWas() throws SQLException {
    database.execute(
        """
        insert into track (path_digest, match_digest, path, folder, file_name, extension, origin)
        values (gen_random_uuid(), gen_random_uuid(), 'X:\\Music\\❷.flac', 'X:\\Music', '❷.flac', 'flac', 'migrated')
        """);
    long track = database.number("select id from track");
    long job = jobs.witnessTracks(List.of(track, track + 1)).id();
    BatchClaim.Granted batch = granted(new Work(job, 1), LEASE);
    assertThat(batch.files()).containsExactly(new BatchClaim.Asked("X:\\Music\\❷.flac", track));
    FileReading.Facts facts =
        new FileReading.Facts(
            new ContentHash("ab".repeat(32)),
            new ContentHash("cd".repeat(32)),
            new StreamFacts("FLAC", "FLAC", 12.345, 44100, 2, 16, 900_000L, null, null, true),
            new FileReading.Said(
                "A",
                "T (Dub)",
                "Dub",
                "L",
                "CAT1",
                "House",
                "Deep",
                new BigDecimal("124.50"),
                "F#m"),
            "{\"normalized\": {}}");
    FileReading said =
        new FileReading(
            "X:\\Music\\❷.flac",
            track,
            FileOutcome.READ,
            null,
            null,
            new FileVersion(12, Instant.parse("2020-02-03T04:05:06.123456Z")),
            facts,
            Instant.EPOCH);

    ledger.settle(batch, 0, List.of(said), LEASE);

    assertThat(jobs.readings(job, null, 10).readings())
        .usingRecursiveComparison()
        .ignoringFields("readAt")
        .isEqualTo(List.of(said));
    assertThat(job(job).bytes()).isEqualTo(12);
  }

  @Test
  void aMessageThatComesAgainChangesNothing() throws SQLException {
    Work work = new Work(jobs.witness(paths(3)).id(), 1);
    BatchClaim.Granted first = granted(work, LEASE);
    assertThat(ledger.claim(work, LEASE)).isEqualTo(new BatchClaim.LeasedElsewhere());
    settleAll(first);
    FileJob done = job(work.job());

    assertThat(ledger.claim(work, LEASE)).isEqualTo(new BatchClaim.Over());
    assertThat(settleAll(first)).isFalse();
    assertThat(job(work.job()))
        .usingRecursiveComparison()
        .ignoringFields("takenAt")
        .isEqualTo(done);
  }

  @Test
  void aWorkerWhoseLeaseEndedSettlesNothingMore() throws SQLException {
    Work work = new Work(jobs.witness(paths(10)).id(), 1);
    BatchClaim.Granted zombie = granted(work, OVER_AT_ONCE);
    List<FileReading> three =
        zombie.files().subList(0, 3).stream().map(JobLedgerTest::read).toList();
    assertThat(ledger.settle(zombie, 0, three, OVER_AT_ONCE)).isTrue();
    pass();

    BatchClaim.Granted heir = granted(work, LEASE);
    assertThat(heir.settled()).isEqualTo(3);
    assertThat(heir.files()).hasSize(7);
    assertThat(ledger.settle(zombie, 3, three, LEASE)).isFalse();
    assertThat(ledger.renew(zombie, LEASE)).isFalse();
    assertThat(ledger.release(zombie)).isFalse();
    assertThat(settleAll(heir)).isTrue();
    assertThat(job(work.job()).count(FileOutcome.READ)).isEqualTo(10);
    assertThat(database.number("select count(*) from analysis_job.reading")).isEqualTo(10);
  }

  @Test
  void claimsThatCameToNothingAreCountedUntilSomethingIsSettled() throws SQLException {
    Work work = new Work(jobs.witness(paths(2)).id(), 1);
    for (int i = 1; i <= 3; i++) {
      assertThat(granted(work, OVER_AT_ONCE).fruitless()).isEqualTo(i);
      pass();
    }
    BatchClaim.Granted fourth = granted(work, LEASE);
    ledger.settle(fourth, 0, List.of(read(fourth.files().getFirst())), LEASE);
    ledger.release(fourth);
    assertThat(granted(work, LEASE).fruitless()).isEqualTo(1);
  }

  @Test
  void ofManyWhoClaimOneBatchOneIsGranted() throws Exception {
    Work work = new Work(jobs.witness(paths(1)).id(), 1);
    int threads = 8;
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Callable<BatchClaim>> claims = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        claims.add(
            () -> {
              start.await();
              return ledger.claim(work, LEASE);
            });
      }
      List<BatchClaim> granted = new ArrayList<>();
      for (Future<BatchClaim> claim : workers.invokeAll(claims)) {
        granted.add(claim.get());
      }
      assertThat(granted).filteredOn(BatchClaim.Granted.class::isInstance).hasSize(1);
    }
  }

  @Test
  void batchesThatEndAtOnceStillEndTheJobOnce() throws Exception {
    long job = jobs.witness(paths(800)).id();
    List<BatchClaim.Granted> batches = new ArrayList<>();
    for (Work work : sent) {
      batches.add(granted(work, LEASE));
    }
    try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
      CyclicBarrier start = new CyclicBarrier(8);
      List<Callable<Boolean>> settling = new ArrayList<>();
      for (BatchClaim.Granted batch : batches) {
        settling.add(
            () -> {
              start.await();
              return settleAll(batch);
            });
      }
      for (Future<Boolean> settled : workers.invokeAll(settling)) {
        assertThat(settled.get()).isTrue();
      }
    }
    assertThat(job(job).state()).isEqualTo(JobState.DONE);
    assertThat(job(job).settled()).isEqualTo(800);
    assertThat(job(job).count(FileOutcome.READ)).isEqualTo(800);
  }

  @Test
  void aScanIsWalkedInStretchesAndEndsWithItsLastBatch() throws SQLException {
    long job = jobs.scan("/music", false).id();
    assertThat(sent).containsExactly(Work.walk(job));
    WalkClaim.Granted walk = (WalkClaim.Granted) ledger.claimWalk(job, LEASE);
    assertThat(walk.root()).isEqualTo("/music");
    assertThat(walk.position()).isNull();

    assertThat(ledger.walked(walk, null, stretch("a", asked(150)), LEASE)).isTrue();
    assertThat(ledger.walked(walk, "a", stretch("b", List.of()), LEASE)).isTrue();
    ledger.sendUnsent(job);
    assertThat(sent).contains(new Work(job, 1), new Work(job, 2)).hasSize(3);
    settleAll(granted(new Work(job, 1), LEASE));
    settleAll(granted(new Work(job, 2), LEASE));
    assertThat(job(job).state()).isEqualTo(JobState.WALKING);
    assertThat(ledger.walkedToTheEnd(walk)).isTrue();

    FileJob done = job(job);
    assertThat(done.state()).isEqualTo(JobState.DONE);
    assertThat(List.of(done.folders(), done.found(), done.known(), done.skipped(), done.queued()))
        .containsExactly(2L, 154L, 4L, 6L, 150L);
    assertThat(database.number("select count(*) from analysis_job.batch where paths is not null"))
        .as("paths are not left behind")
        .isZero();
  }

  @Test
  void aWalkerThatLostItsWalkCommitsNothing() throws SQLException {
    long job = jobs.scan("/music", false).id();
    WalkClaim.Granted zombie = (WalkClaim.Granted) ledger.claimWalk(job, OVER_AT_ONCE);
    pass();
    WalkClaim.Granted heir = (WalkClaim.Granted) ledger.claimWalk(job, LEASE);
    assertThat(ledger.claimWalk(job, LEASE)).isEqualTo(new WalkClaim.LeasedElsewhere());

    assertThat(ledger.walked(zombie, null, stretch("z", asked(5)), LEASE)).isFalse();
    assertThat(ledger.walkedToTheEnd(zombie)).isFalse();
    assertThat(ledger.failed(zombie, "no")).isFalse();
    assertThat(ledger.renew(zombie, LEASE)).isFalse();
    assertThat(ledger.walked(heir, null, stretch("a", asked(5)), LEASE)).isTrue();
    assertThat(ledger.walked(heir, null, stretch("a", asked(5)), LEASE))
        .as("a stretch is not committed twice")
        .isFalse();
    assertThat(job(job).queued()).isEqualTo(5);
  }

  @Test
  void askingForAnUnfinishedScanGoesOnWithIt() throws SQLException {
    FileJobs.Asked first = jobs.scan("/music", false);
    WalkClaim.Granted walk = (WalkClaim.Granted) ledger.claimWalk(first.id(), LEASE);
    ledger.walked(walk, null, stretch("a", asked(150)), LEASE);
    settleAll(granted(new Work(first.id(), 1), LEASE));
    sent.clear();

    assertThat(jobs.scan("/music", false)).isEqualTo(new FileJobs.Asked(first.id(), true));
    assertThat(sent)
        .as("the walk, and what is not done")
        .containsExactly(Work.walk(first.id()), new Work(first.id(), 2));
    assertThat(jobs.scan("/other", false).resumed()).isFalse();
    jobs.cancel(first.id());
    assertThat(jobs.scan("/music", false).resumed()).isFalse();
  }

  @Test
  void aBatchWhoseMessageWasNeverSentIsSentByAResume() throws SQLException {
    long job = jobs.scan("/music", false).id();
    WalkClaim.Granted walk = (WalkClaim.Granted) ledger.claimWalk(job, LEASE);
    ledger.walked(walk, null, stretch("a", asked(1)), LEASE);
    ledger.walkedToTheEnd(walk);
    sent.clear();

    jobs.resume(job);

    assertThat(sent).containsExactly(new Work(job, 1));
  }

  @Test
  void aCancelledJobIsLeftAloneByEverybody() throws SQLException {
    long job = jobs.scan("/music", false).id();
    WalkClaim.Granted walk = (WalkClaim.Granted) ledger.claimWalk(job, LEASE);
    ledger.walked(walk, null, stretch("a", asked(150)), LEASE);
    BatchClaim.Granted batch = granted(new Work(job, 1), LEASE);

    assertThat(jobs.cancel(job).orElseThrow().state()).isEqualTo(JobState.CANCELLED);

    assertThat(settleAll(batch)).isFalse();
    assertThat(ledger.renew(batch, LEASE)).isFalse();
    assertThat(ledger.walked(walk, "a", stretch("b", asked(1)), LEASE)).isFalse();
    assertThat(ledger.walkedToTheEnd(walk)).isFalse();
    assertThat(ledger.claim(new Work(job, 2), LEASE)).isEqualTo(new BatchClaim.Over());
    assertThat(ledger.claimWalk(job, LEASE)).isEqualTo(new WalkClaim.Over());
    assertThat(job(job).settled()).isZero();
    assertThat(jobs.cancel(job).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void ofAScanOnlyTroubleIsListedAndAllIsCounted() throws SQLException {
    long job = jobs.scan("/music", false).id();
    WalkClaim.Granted walk = (WalkClaim.Granted) ledger.claimWalk(job, LEASE);
    ledger.walked(
        walk,
        null,
        new JobLedger.Stretch(
            "a",
            asked(3),
            List.of(
                outcome(
                    new BatchClaim.Asked("/music/�", null),
                    FileOutcome.FAILED,
                    "NAME_NOT_ENCODABLE")),
            1,
            0,
            0),
        LEASE);
    ledger.walkedToTheEnd(walk);
    BatchClaim.Granted batch = granted(new Work(job, 1), LEASE);
    ledger.settle(
        batch,
        0,
        List.of(
            read(batch.files().get(0)),
            outcome(batch.files().get(1), FileOutcome.UNREADABLE, "UNREADABLE"),
            outcome(batch.files().get(2), FileOutcome.NOT_AUDIO, "NOT_AUDIO")),
        LEASE);

    FileJob done = job(job);
    assertThat(done.state()).isEqualTo(JobState.DONE);
    assertThat(done.trouble()).isEqualTo(2);
    assertThat(done.settled()).isEqualTo(4).isEqualTo(done.queued()).isEqualTo(done.found());
    assertThat(jobs.readings(job, null, 10).readings())
        .extracting(FileReading::path)
        .containsExactly("/music/�", "/music/00002.mp3");
  }

  @Test
  void aPathWithANulOrTooManyAreRefusedBeforeAnythingIsWritten() {
    assertThatIllegalArgumentException().isThrownBy(() -> jobs.witness(List.of("/a\0b")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> jobs.witness(paths(FileJobs.MOST_WITNESSES + 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> jobs.scan(" ", false));
    assertThat(database.number("select count(*) from analysis_job.job")).isZero();
  }
}
