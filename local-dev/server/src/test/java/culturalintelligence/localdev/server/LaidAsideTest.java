package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.persistence.ledger.LaidAside;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only slows the load is away while it goes on, and there again afterwards, whatever dies. */
class LaidAsideTest {
  private static final String SHAPE =
      """
      select string_agg(line, chr(10) order by line) from (
        select pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid as line
          from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
         where n.nspname in ('public', 'carried') and t.relname not like 'api\\_%'
        union all
        select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace and contype = 'f'
        union all
        select tgrelid::regclass || ' ' || tgname from pg_trigger where not tgisinternal) x
      """;

  private static final String TRACKS =
      """
      create table metacrate_tracks (id int primary key, file_path text not null,
        metacrate_classification jsonb, extraction_metadata jsonb);
      insert into metacrate_tracks select g, '/m/' || g || '.mp3', '{"artist":"A"}',
        jsonb_build_object('file_hash', encode(sha256((g % 40)::text::bytea), 'hex')) from generate_series(1, 100) g;
      """;

  private Scene scene;
  private String shape;

  @BeforeEach
  void aLibrary() throws SQLException {
    scene = Scene.of(TRACKS);
    scene.plan();
    shape = shape();
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void theTargetIsAsBeforeWhenTheStepAfterTheLastChunkIsDone() throws SQLException {
    List<Chunk.Id> chunks = scene.plans.start(scene.plan(), 1);
    assertThat(shape())
        .isNotEqualTo(shape)
        .doesNotContain(
            "track_copies", "track_content_sha256_fkey", "classification_path_digest_fkey");
    assertThat(shape()).contains("track_path_digest_key", "classification_pkey", "content_pkey");
    copy(chunks);
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.COPYING);
    assertThat(scene.toCopy).containsExactly(Chunk.Id.afterTheLast(scene.plan()));
    assertThat(scene.target("select count(*) from public.content")).containsExactly("0");

    assertThat(scene.worker().copy(scene.toCopy.getFirst()))
        .isEqualTo(new CopyOutcome.AlreadyDone());

    assertThat(shape()).isEqualTo(shape);
    assertThat(scene.target("select count(*) from public.content")).containsExactly("40");
    assertThat(scene.verify()).isEmpty();
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
  }

  @Test
  void aStepThatComesTwiceOrTooEarlyChangesNothing() throws SQLException {
    List<Chunk.Id> chunks = scene.plans.start(scene.plan(), 1);
    Chunk.Id last = Chunk.Id.afterTheLast(scene.plan());
    scene.worker().copy(last);
    assertThat(shape()).as("too early").isNotEqualTo(shape);
    copy(chunks);
    scene.worker().copy(last);
    scene.worker().copy(last);
    assertThat(shape()).isEqualTo(shape);
  }

  @Test
  void whenItsMessageIsLostAStartAsksAgain() throws SQLException {
    copy(scene.plans.start(scene.plan(), 1));

    assertThat(scene.plans.start(scene.plan()))
        .containsExactly(Chunk.Id.afterTheLast(scene.plan()));
  }

  /** One time each thing: a builder that dies there leaves a list to go on from. */
  @Test
  void aBuilderKilledAtAnyOfItsStepsIsFollowedByOneThatFinishes() throws SQLException {
    copy(scene.plans.start(scene.plan(), 1));
    int things =
        Integer.parseInt(scene.target("select count(*) from migration.laid_aside").getFirst());
    assertThat(things).isEqualTo(7);
    for (int left = things - 1; left >= 0; left--) {
      // The note of this thing can't be taken back: the builder fails just behind having made it.
      scene.inTarget(
          "create function public.dies() returns trigger language plpgsql as $$ begin if (select count(*) from"
              + " migration.laid_aside) = %d then raise 'killed'; end if; return null; end $$;"
                  .formatted(left)
              + "create trigger dies after delete on migration.laid_aside for each statement execute function public.dies()");
      assertThatThrownBy(() -> scene.worker().copy(Chunk.Id.afterTheLast(scene.plan())))
          .hasMessageContaining("killed");
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.STUCK);
      scene.inTarget("drop function public.dies() cascade");
    }
    scene.worker().copy(Chunk.Id.afterTheLast(scene.plan()));
    assertThat(shape()).isEqualTo(shape);
    assertThat(scene.progress().failure()).isNull();
  }

  @Test
  void anIndexThatAKilledBuildLeftInvalidIsMadeAnew() throws SQLException {
    copy(scene.plans.start(scene.plan(), 1));
    scene.inTarget(
        "create index track_match on public.track (match_digest);"
            + "update pg_index set indisvalid = false where indexrelid = 'track_match'::regclass");

    scene.worker().copy(Chunk.Id.afterTheLast(scene.plan()));
    assertThat(shape()).isEqualTo(shape);
  }

  @Test
  void onlyOneBuilderIsAtIt() throws SQLException {
    copy(scene.plans.start(scene.plan(), 1));
    try (Connection other = scene.openTarget();
        Statement statement = other.createStatement()) {
      statement.execute("select pg_advisory_lock(%d)".formatted(0x63692d6c61696441L));
      assertThat(scene.worker().copy(Chunk.Id.afterTheLast(scene.plan())).deliverAgain()).isTrue();
    }
    scene.worker().copy(Chunk.Id.afterTheLast(scene.plan()));
    assertThat(shape()).isEqualTo(shape);
  }

  /** The reference is proven before anybody relies on it: a broken one is not made silently. */
  @Test
  void aClassificationWhoseTrackIsGoneStopsTheRun() throws SQLException {
    copy(scene.plans.start(scene.plan(), 1));
    scene.inTarget(
        "alter table public.track disable trigger user; delete from public.track where path = '/m/7.mp3'; alter table public.track enable trigger user");

    assertThatThrownBy(() -> scene.worker().copy(Chunk.Id.afterTheLast(scene.plan())))
        .hasMessageContaining("foreign key");
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.STUCK);
    assertThat(scene.progress().failure()).contains("put back");
  }

  @Test
  void meanwhileADeletedTrackTakesItsClassificationsAlong() throws SQLException {
    copy(scene.plans.start(scene.plan(), 1));
    scene.inTarget("delete from public.track where path in ('/m/7.mp3', '/m/8.mp3')");
    assertThat(scene.target("select count(*) from public.classification")).containsExactly("98");
  }

  /** A drain that takes away the track of a path for which another chunk brings a row. */
  @Test
  void aTrackThatIsTakenAwayMeanwhileIsWrittenAnew() throws Exception {
    scene.close();
    scene =
        Scene.of(
            TRACKS
                + "insert into metacrate_tracks select g, '/m/' || g, '{}' from generate_series(101, 5000) g;"
                + "insert into metacrate_tracks values (5001, '/m/1.mp3', '{}')");
    scene.plan();
    List<Chunk.Id> chunks = scene.plans.start(scene.plan(), 1);
    assertThat(chunks).hasSize(2);
    scene.worker().copy(chunks.getFirst());
    try (Connection drain = scene.openTarget();
        Statement statement = drain.createStatement();
        ExecutorService worker = Executors.newSingleThreadExecutor()) {
      drain.setAutoCommit(false);
      statement.execute("select from public.track where path = '/m/1.mp3' for update");
      Future<CopyOutcome> copied = worker.submit(() -> scene.worker().copy(chunks.getLast()));
      for (int i = 0;
          i < 300
              && scene
                  .target(
                      "select pid from pg_stat_activity where wait_event_type = 'Lock'"
                          + " and datname = current_database()")
                  .isEmpty();
          i++) {
        scene.target("select pg_sleep(0.01)::text");
      }
      statement.execute("delete from public.track where path = '/m/1.mp3'");
      drain.commit();
      assertThat(copied.get(20, TimeUnit.SECONDS)).isInstanceOf(CopyOutcome.Copied.class);
    }
    assertThat(scene.target("select count(*) from public.track where path = '/m/1.mp3'"))
        .containsExactly("1");
  }

  @Test
  void whereRowsAreAlreadyNothingIsLaidAside() throws SQLException {
    scene.inTarget("insert into content (sha256, facts_source) values (sha256('x'), 'migrated')");
    scene.plans.start(scene.plan(), 1);
    assertThat(shape()).isEqualTo(shape);
  }

  @Test
  void forFewRowsNothingIsLaidAside() throws SQLException {
    scene.plans.start(scene.plan());
    assertThat(shape()).isEqualTo(shape);
    assertThat(LaidAside.LEAST_ROWS).isGreaterThan(100);
  }

  @Test
  void whoHoldsATableForLongIsNotWaitedFor() throws SQLException {
    try (Connection other = scene.openTarget();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table public.track in row exclusive mode");
      copy(scene.plans.start(scene.plan(), 1));
    }
    assertThat(shape()).isEqualTo(shape);
    assertThat(scene.target("select count(*) from public.content")).containsExactly("40");
  }

  private void copy(List<Chunk.Id> chunks) throws SQLException {
    for (Chunk.Id chunk : chunks) {
      assertThat(scene.worker().copy(chunk)).isInstanceOf(CopyOutcome.Copied.class);
    }
  }

  private String shape() throws SQLException {
    return scene.target(SHAPE).getFirst();
  }
}
