package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.Claim;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.KeyRange;
import culturalintelligence.persistence.carried.ChunkWriter;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.copy.CopyOut;

/**
 * Messages that come twice, late or to the dead. The table has no key, so nothing but the protocol
 * keeps a row from being written twice under two numbers.
 */
class ProtocolTest {
  private static final int ROWS = 20;
  private static final Duration OVER_AT_ONCE = Duration.ofMillis(1);

  private Scene scene;

  @BeforeEach
  void aTableWithoutAKey() throws SQLException {
    scene =
        Scene.of(
            "create table music_log (line text); insert into music_log select 'row ' || g from generate_series(1, 20) g");
    scene.plan();
    scene.plans.start(scene.plan());
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aMessageDeliveredTwiceCopiesOnce() throws SQLException {
    assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Copied.class);
    assertThat(scene.worker().copy(scene.chunk(1))).isEqualTo(new CopyOutcome.AlreadyDone());
    assertThat(rows()).isEqualTo(ROWS);
    assertThat(scene.toVerify).containsExactly(scene.chunk(1));
  }

  @Test
  void aServerThatLetsNobodyInIsWaitedForAndIsNoFailureOfTheChunk() throws SQLException {
    for (String whose : List.of(scene.sourceName(), scene.targetName())) {
      for (int i = 0; i < 8; i++) {
        Scene.shut(whose);
        CopyOutcome outcome = scene.worker().copy(scene.chunk(1));
        Scene.letIn(whose);
        assertThat(outcome).isInstanceOf(CopyOutcome.Later.class);
        assertThat(outcome.toString()).contains("can't be reached");
      }
    }
    assertThat(scene.target("select state || failures from migration.chunk"))
        .containsExactly("PENDING0");
    assertThat(scene.target("select slow_reason from migration.run").toString())
        .contains("MetaCrate's database can't be reached");
    assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Copied.class);
    assertThat(rows()).isEqualTo(ROWS);
  }

  @Test
  void aChunkThatNobodyPlannedIsGivenUp() throws SQLException {
    assertThat(scene.worker().copy(scene.chunk(99))).isInstanceOf(CopyOutcome.GivenUp.class);
  }

  @Test
  void whileOneWorksTheOthersAreToldToWait() throws SQLException {
    granted(Scene.LEASE);

    assertThat(scene.worker().copy(scene.chunk(1)))
        .isInstanceOfSatisfying(
            CopyOutcome.NotNow.class, o -> assertThat(o.deliverAgain()).isTrue());
    assertThat(rows()).isZero();
  }

  @Test
  void aWorkerWhoseLeaseEndedIsReplacedAndWritesNothingWhenItComesBack() throws SQLException {
    long zombie = granted(OVER_AT_ONCE);
    pass();
    assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Copied.class);

    try (Connection writing = scene.openTarget()) {
      writing.setAutoCommit(false);
      assertThat(ChunkLedger.fence(writing, zombie)).isFalse();
    }
    scene.chunks.failed(scene.chunk(1), zombie, "the zombie gives up");

    assertThat(rows()).isEqualTo(ROWS);
    assertThat(scene.target("select state from migration.chunk")).containsExactly("COPIED");
    assertThat(scene.target("select state from migration.attempt order by id"))
        .containsExactly("CANCELLED", "DONE");
  }

  @Test
  void aWorkerThatStillWritesWhenItsLeaseEndsIsWaitedFor() throws Exception {
    long slow = granted(OVER_AT_ONCE);
    pass();
    try (Connection writing = scene.openTarget();
        ExecutorService others = Executors.newSingleThreadExecutor()) {
      writing.setAutoCommit(false);
      assertThat(ChunkLedger.fence(writing, slow)).isTrue();
      write(writing);

      Future<Claim> claim =
          others.submit(() -> scene.chunks.claim(scene.chunk(1), "other", Scene.LEASE));
      untilSomebodyWaitsForALock();
      assertThat(claim.isDone()).isFalse();
      ChunkLedger.copied(writing, scene.chunk(1), slow, ROWS, 0, 1);
      writing.commit();

      assertThat(claim.get(10, TimeUnit.SECONDS)).isEqualTo(new Claim.AlreadyCopied());
    }
    assertThat(rows()).isEqualTo(ROWS);
  }

  @Test
  void aWorkerThatDiesWhileItIsWaitedForLeavesNothingBehind() throws Exception {
    long slow = granted(OVER_AT_ONCE);
    pass();
    try (ExecutorService others = Executors.newSingleThreadExecutor()) {
      Future<CopyOutcome> taken;
      try (Connection writing = scene.openTarget()) {
        writing.setAutoCommit(false);
        assertThat(ChunkLedger.fence(writing, slow)).isTrue();
        write(writing);
        taken = others.submit(() -> scene.worker().copy(scene.chunk(1)));
        untilSomebodyWaitsForALock();
      }
      assertThat(taken.get(20, TimeUnit.SECONDS)).isInstanceOf(CopyOutcome.Copied.class);
    }
    assertThat(rows()).isEqualTo(ROWS);
  }

  @Test
  void ofManyWhoClaimAtOnceOneIsGranted() throws Exception {
    int threads = 8;
    int times = 25;
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Callable<List<Claim>>> jobs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String worker = "w" + i;
        jobs.add(
            () -> {
              List<Claim> claims = new ArrayList<>();
              start.await();
              for (int n = 0; n < times; n++) {
                claims.add(scene.chunks.claim(scene.chunk(1), worker, Scene.LEASE));
              }
              return claims;
            });
      }
      List<Claim> claims = new ArrayList<>();
      for (Future<List<Claim>> job : workers.invokeAll(jobs)) {
        claims.addAll(job.get());
      }
      assertThat(claims).hasSize(threads * times);
      assertThat(claims).filteredOn(Claim.Granted.class::isInstance).hasSize(1);
      assertThat(claims)
          .filteredOn(c -> !(c instanceof Claim.Granted))
          .allMatch(Claim.LeasedElsewhere.class::isInstance);
    }
    assertThat(scene.target("select count(*) from migration.attempt")).containsExactly("1");
  }

  @Test
  void whatFailsFiveTimesIsGivenUpUntilAnOperatorStartsItAgain() throws SQLException {
    scene.inTarget("alter table carried.music_log rename to music_log_gone");
    for (int i = 1; i <= 5; i++) {
      assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Retry.class);
    }
    assertThat(scene.worker().copy(scene.chunk(1)))
        .isInstanceOfSatisfying(
            CopyOutcome.GivenUp.class, o -> assertThat(o.reason()).contains("music_log"));
    assertThat(scene.progress().phase())
        .isEqualTo(culturalintelligence.domain.migration.Progress.Phase.STUCK);

    scene.inTarget("alter table carried.music_log_gone rename to music_log");
    assertThat(scene.plans.start(scene.plan())).containsExactly(scene.chunk(1));
    assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Copied.class);
    assertThat(scene.progress().failure()).isNull();
    assertThat(rows()).isEqualTo(ROWS);
  }

  @Test
  void aPausedRunGivesNothingOut() throws SQLException {
    scene.plans.pause(scene.plan(), true);
    assertThat(scene.worker().copy(scene.chunk(1)))
        .isEqualTo(new CopyOutcome.Held("the run is paused"));

    scene.plans.start(scene.plan());
    assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Copied.class);
  }

  /** The rule is what keeps it: left out, the dead man brings back what was deleted meanwhile. */
  @Test
  void withoutTheFenceADeletedRowRisesAgain() throws SQLException {
    long zombie = granted(OVER_AT_ONCE);
    pass();
    try (Connection before = scene.sourceDatabase.snapshot();
        Connection writing = scene.openTarget()) {
      before.createStatement().execute("select 1");
      scene.inSource("delete from music_log where line = 'row 3'");
      scene.worker().copy(scene.chunk(1));
      assertThat(scene.verify()).isEmpty();

      writing.setAutoCommit(false);
      assertThat(ChunkLedger.fence(writing, zombie)).as("the fence would have held it").isFalse();
      write(before, writing);
      writing.commit();
    }
    assertThat(rows()).as("one more than the source has").isEqualTo(ROWS);
    assertThat(scene.verify()).isNotEmpty();
  }

  private long granted(Duration lease) throws SQLException {
    Claim claim = scene.chunks.claim(scene.chunk(1), "first", lease);
    assertThat(claim).isInstanceOf(Claim.Granted.class);
    return ((Claim.Granted) claim).attempt();
  }

  /** What a worker does between its fence and its commit. */
  private void write(Connection writing) throws SQLException {
    try (Connection snapshot = scene.sourceDatabase.snapshot()) {
      write(snapshot, writing);
    }
  }

  private void write(Connection snapshot, Connection writing) throws SQLException {
    PlannedTable table = scene.plans.carriedTables(scene.plan()).getFirst();
    ChunkWriter writer = new ChunkWriter(writing, table.carried(), table.id(), scene.chunk(1));
    CopyOut rows = new SourceRows(table.source()).copyOut(snapshot, KeyRange.ALL);
    for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
      writer.add(row);
    }
    writer.finish();
  }

  private long rows() throws SQLException {
    return Long.parseLong(scene.target("select count(*) from carried.music_log").getFirst());
  }

  /** Longer than the shortest lease, by the target's clock. */
  private void pass() throws SQLException {
    scene.target("select pg_sleep(0.02)::text");
  }

  private void untilSomebodyWaitsForALock() throws SQLException {
    while (scene
        .target(
            "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
        .isEmpty()) {
      scene.target("select pg_sleep(0.01)::text");
    }
  }
}
