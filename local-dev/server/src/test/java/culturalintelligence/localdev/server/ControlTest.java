package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.migration.Claim;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.migration.Throttle;
import culturalintelligence.persistence.ledger.ChunkLedger;
import culturalintelligence.persistence.ledger.ControlLedger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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

/** What operators do to a run that goes on, one or two of them at once. */
class ControlTest {
  private Scene scene;
  private ControlLedger control;

  @BeforeEach
  void manyChunks() throws SQLException {
    scene =
        Scene.of(
            "create table artists (id int primary key, name text); insert into artists select g, 'n' || g"
                + " from generate_series(1, 40000) g;"
                + "create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification jsonb);"
                + "insert into metacrate_tracks select g, '/m/' || g, '{\"artist\":\"A\"}' from generate_series(1, 50) g");
    control = new ControlLedger(scene.targetDatabase);
    scene.plan();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void noMoreThanSoManyAreAtWorkHoweverManyAsk() throws Exception {
    control.throttle(scene.plan(), new Throttle(2, null, null, null));
    int claimers = 8;
    try (ExecutorService threads = Executors.newFixedThreadPool(claimers)) {
      CyclicBarrier start = new CyclicBarrier(claimers);
      List<Callable<Claim>> jobs = new ArrayList<>();
      for (int i = 1; i <= claimers; i++) {
        int number = i;
        jobs.add(
            () -> {
              start.await();
              return scene.chunks.claim(scene.chunk(number), "w" + number, Scene.LEASE);
            });
      }
      List<Claim> claims = new ArrayList<>();
      for (Future<Claim> job : threads.invokeAll(jobs)) {
        claims.add(job.get());
      }
      assertThat(claims).filteredOn(Claim.Granted.class::isInstance).hasSize(2);
      assertThat(claims).filteredOn(Claim.Throttled.class::isInstance).hasSize(6);
    }
  }

  /** Without the lock both have counted before either has written: there is room for one. */
  @Test
  void aClaimUnderALimitWaitsForTheOneBeforeIt() throws Exception {
    control.throttle(scene.plan(), new Throttle(1, null, null, null));
    try (Connection first = scene.openTarget();
        Statement statement = first.createStatement();
        ExecutorService others = Executors.newSingleThreadExecutor()) {
      first.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock(%d, %d)".formatted(0x63696331, scene.plan()));
      statement.execute(
          "insert into migration.attempt (run_id, chunk_id, worker, lease_until) values (%d, 1, 'w', now() + interval '1 min')"
              .formatted(scene.plan()));
      Future<Claim> second =
          others.submit(() -> scene.chunks.claim(scene.chunk(2), "second", Scene.LEASE));
      untilSomebodyWaitsForALock();
      first.commit();

      assertThat(second.get(10, TimeUnit.SECONDS))
          .isEqualTo(new Claim.Throttled("workers at most 1"));
    }
  }

  @Test
  void aLimitIsReadBeforeTheNextChunkAndSaysWhyItIsSlow() throws SQLException {
    assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Copied.class);
    scene.chunks.claim(scene.chunk(2), "somebody", Scene.LEASE);
    control.throttle(scene.plan(), new Throttle(1, null, null, null));

    assertThat(scene.worker().copy(scene.chunk(3)))
        .isEqualTo(new CopyOutcome.Later("workers at most 1"));
    assertThat(scene.progress().control().slow()).isEqualTo("workers at most 1");
    assertThat(scene.progress().control().attempts()).isEqualTo(1);

    control.throttle(scene.plan(), Throttle.NONE);
    assertThat(scene.worker().copy(scene.chunk(3))).isInstanceOf(CopyOutcome.Copied.class);
    assertThat(scene.progress().control().slow()).isNull();
  }

  @Test
  void aBusySourceIsLeftAlone() throws Exception {
    control.throttle(scene.plan(), new Throttle(null, 0, null, null));
    // Two of their own at work; the database's own limit says so in words.
    control.throttle(scene.plan(), new Throttle(null, 1, null, null));
    try (ExecutorService theirs = Executors.newFixedThreadPool(2)) {
      List<Future<?>> busy = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        busy.add(
            theirs.submit(
                () -> {
                  scene.inSource("set application_name = 'metacrate'; select pg_sleep(3)");
                  return null;
                }));
      }
      while (scene
              .source(
                  "select pid from pg_stat_activity where application_name = 'metacrate' and state = 'active' and datname = current_database()")
              .size()
          < 2) {
        scene.source("select pg_sleep(0.01)::text");
      }
      assertThat(scene.worker().copy(scene.chunk(1)))
          .isEqualTo(new CopyOutcome.Later("2 sessions at work on the source, at most 1"));
      for (Future<?> query : busy) {
        query.get();
      }
    }
    assertThat(scene.worker().copy(scene.chunk(1))).isInstanceOf(CopyOutcome.Copied.class);
  }

  @Test
  void aCancelledRunGivesNothingOutUntilItIsStartedAgain() throws SQLException {
    scene.plans.start(scene.plan());
    scene.worker().copy(scene.chunk(1));
    control.cancel(scene.plan());
    control.cancel(scene.plan());

    CopyOutcome outcome = scene.worker().copy(scene.chunk(2));
    assertThat(outcome).isEqualTo(new CopyOutcome.Held("the run is cancelled"));
    assertThat(outcome.deliverAgain()).isFalse();
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.CANCELLED);

    assertThat(scene.plans.start(scene.plan()))
        .contains(scene.chunk(2))
        .doesNotContain(scene.chunk(1));
    scene.copy();
    assertThat(scene.verify()).isEmpty();
  }

  /** The flag first, the attempts second: who is behind the fence is waited for, nobody follows. */
  @Test
  void aCancelWaitsForWhoeverWritesAndFencesWhoeverDoesNotYet() throws Exception {
    long writing = granted(1);
    long claimed = granted(2);
    try (Connection writer = scene.openTarget();
        Connection late = scene.openTarget();
        ExecutorService operator = Executors.newSingleThreadExecutor()) {
      writer.setAutoCommit(false);
      assertThat(ChunkLedger.fence(writer, writing)).isTrue();
      Future<Integer> cancel = operator.submit(() -> control.cancel(scene.plan()));
      untilSomebodyWaitsForALock();
      late.setAutoCommit(false);
      assertThat(ChunkLedger.fence(late, claimed)).as("the flag is there already").isFalse();
      late.rollback();
      assertThat(cancel.isDone()).isFalse();
      ChunkLedger.copied(writer, scene.chunk(1), writing, 0, 0, 0);
      writer.commit();
      cancel.get(10, TimeUnit.SECONDS);
    }
    assertThat(scene.target("select state from migration.chunk where id in (1, 2) order by id"))
        .containsExactly("COPIED", "PENDING");
  }

  @Test
  void ofTwoOperatorsTheSecondWaitsForTheFirst() throws Exception {
    try (Connection first = scene.openTarget();
        Statement statement = first.createStatement();
        ExecutorService operators = Executors.newFixedThreadPool(2)) {
      statement.execute("select pg_advisory_lock(%d, %d)".formatted(0x63696f70, scene.plan()));
      Future<Integer> cancel = operators.submit(() -> control.cancel(scene.plan()));
      Future<?> start = operators.submit(() -> scene.plans.start(scene.plan()));
      untilSomebodyWaitsForALock();
      assertThat(cancel.isDone() || start.isDone()).isFalse();
      statement.execute("select pg_advisory_unlock_all()");
      cancel.get(10, TimeUnit.SECONDS);
      start.get(10, TimeUnit.SECONDS);
    }
    assertThat(scene.progress().phase()).isIn(Progress.Phase.CANCELLED, Progress.Phase.COPYING);
  }

  @Test
  void whatACancelledRunBroughtCanBeRemovedAndPlannedAnew() throws SQLException {
    scene.copy();
    scene.inTarget(
        "insert into public.classification (id, path_digest, origin, decided_at)"
            + " select gen_random_uuid(), path_digest, 'human', now() from public.track where path = '/m/7'");
    assertThatThrownBy(() -> control.discard(scene.plan(), true))
        .isInstanceOf(ControlLedger.NotCancelled.class);
    control.cancel(scene.plan());

    ControlLedger.Discarded would = control.discard(scene.plan(), false);
    assertThat(would.rows()).isEqualTo(40_050);
    assertThat(scene.target("select count(*) from carried.artists")).containsExactly("40000");

    assertThat(control.discard(scene.plan(), true)).isEqualTo(would);
    assertThat(scene.target("select to_regclass('carried.artists')")).containsExactly("null");
    assertThat(scene.target("select path || ' ' || origin from public.track"))
        .as("what people decided stays")
        .containsExactly("/m/7 analysed");
    assertThat(scene.target("select origin from public.classification")).containsExactly("human");

    scene.inSource("alter table artists add column country text");
    assertThat(scene.plans.newest()).isEmpty();
    long second = scene.plans.plan().plan();
    assertThat(second).isGreaterThan(scene.plan());
    for (var chunk : scene.plans.start(second)) {
      assertThat(scene.worker().copy(chunk)).isInstanceOf(CopyOutcome.Copied.class);
    }
    assertThat(scene.target("select count(country is null or true) from metacrate.artists"))
        .containsExactly("40000");
  }

  @Test
  void aDryRunSaysWhatAPlanWouldBeAndWritesNothing() throws SQLException {
    scene.inSource(
        "create table genres (id int primary key); alter table artists add column country text");
    String before =
        scene.target("select count(*) || ' ' || max(id) from migration.chunk").getFirst();

    var dry = scene.plans.dryRun();
    assertThat(dry.tables())
        .extracting(t -> t.table() + " " + t.rows() + " " + t.chunks())
        .contains("public.artists 40000 8", "public.genres 0 1");
    assertThat(dry.changes())
        .containsExactlyInAnyOrder("public.artists has other columns", "public.genres is new");
    assertThat(scene.target("select count(*) || ' ' || max(id) from migration.chunk"))
        .containsExactly(before);
    assertThat(scene.target("select to_regclass('carried.genres')")).containsExactly("null");
  }

  private long granted(int chunk) throws SQLException {
    Claim claim = scene.chunks.claim(scene.chunk(chunk), "w" + chunk, Scene.LEASE);
    assertThat(claim).isInstanceOf(Claim.Granted.class);
    return ((Claim.Granted) claim).attempt();
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
