package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.phase.Gate;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.archive.FolderPlace;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.phase.BackDrain;
import culturalintelligence.persistence.phase.PhaseLedger;
import culturalintelligence.persistence.phase.Switch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table from phase to phase and back. */
class SwitchTest {
  private static final String TABLES =
      """
      create table artists (id serial primary key, name text not null default 'nobody', rank int);
      create table metacrate_tracks (
        id uuid primary key default gen_random_uuid(), file_path text not null, original_filename text,
        metacrate_classification jsonb, confidence_score float8, extraction_metadata jsonb,
        processing_timestamp timestamp default now(), artist_id int references artists);
      insert into artists (name) values ('Deadmau5'), ('Lacroix');
      insert into metacrate_tracks (file_path, metacrate_classification, artist_id)
      select 'X:\\Music\\' || n || '.mp3', jsonb_build_object('artist', 'A' || n, 'bpm', 120 + n), 1
        from generate_series(1, 20) n;
      """;
  private static final String TRACKS = "public.metacrate_tracks";
  private static final String ARTISTS = "public.artists";

  @TempDir Path folder;

  @Test
  void everyStepOnAndBackUnderWriters() throws Exception {
    try (Scene scene = ready()) {
      for (Phase phase : List.of(Phase.SHADOW, Phase.READ_NEW, Phase.WRITE_NEW)) {
        assertThat(to(scene, TRACKS, phase)).isInstanceOf(Switch.Outcome.Changed.class);
      }
      assertThatThrownBy(() -> scene.inSource("update metacrate_tracks set confidence_score = 1"))
          .hasMessageContaining("written in the Cultural Intelligence database");
      scene.inTarget(
          """
          insert into metacrate.metacrate_tracks (file_path, metacrate_classification)
          values ('X:\\Music\\New.mp3', '{"artist": "New"}');
          update metacrate.metacrate_tracks set confidence_score = 0.25 where file_path = 'X:\\Music\\1.mp3';
          update metacrate.metacrate_tracks set file_path = 'X:\\Music\\moved.mp3' where file_path = 'X:\\Music\\2.mp3';
          delete from metacrate.metacrate_tracks where file_path = 'X:\\Music\\3.mp3';
          """);
      backAndForth(scene);

      assertSame(scene, "metacrate_tracks");
      assertThat(
              scene.target(
                  "select artist from public.classification where path_digest = (select path_digest from public.track where path = 'X:\\Music\\New.mp3')"))
          .containsExactly("New");
      assertThat(scene.target("select file_name from public.track where path like '%moved%'"))
          .containsExactly("moved.mp3");
      assertThat(scene.target("select 1 from public.track where path = 'X:\\Music\\3.mp3'"))
          .isEmpty();
      assertThat(scene.verify()).isEmpty();

      assertThat(to(scene, TRACKS, Phase.OLD)).isInstanceOf(Switch.Outcome.Changed.class);
      scene.inSource("update metacrate_tracks set confidence_score = 0.5");
      assertThatThrownBy(() -> scene.inTarget("delete from metacrate.metacrate_tracks"))
          .isInstanceOf(SQLException.class);
      scene.drain();
      assertSame(scene, "metacrate_tracks");
    }
  }

  @Test
  void nothingWrittenAfterTheSwitchIsLostByARollback() throws Exception {
    try (Scene scene = ready()) {
      for (int flip = 0; flip < 5; flip++) {
        up(scene, ARTISTS);
        scene.inTarget(
            "insert into metacrate.artists (name, rank) select 'n' || n, %d from generate_series(1, 100) n"
                .formatted(flip));
        scene.inTarget(
            "insert into metacrate.artists (id, name) values (1, 'x') on conflict (id) do update set name = excluded.name || %d"
                .formatted(flip));
        assertThat(to(scene, ARTISTS, Phase.OLD)).isInstanceOf(Switch.Outcome.Changed.class);
        assertSame(scene, "artists");
        scene.inSource("insert into artists (name) values ('old again')");
        scene.drain();
        assertSame(scene, "artists");
      }
      assertThat(scene.source("select count(*) from public.artists")).containsExactly("507");
      assertThat(scene.verify()).isEmpty();
    }
  }

  @Test
  void aSwitchCutOffIsFinishedByAskingAgain() throws Exception {
    try (Scene scene = ready()) {
      to(scene, ARTISTS, Phase.SHADOW);
      to(scene, ARTISTS, Phase.READ_NEW);
      scene.inTarget("update migration.phase set towards = 'WRITE_NEW', towards_since = now()");

      assertThat(to(scene, ARTISTS, Phase.OLD)).isInstanceOf(Switch.Outcome.Refused.class);
      assertThat(to(scene, ARTISTS, Phase.READ_NEW)).isInstanceOf(Switch.Outcome.Changed.class);
      scene.inSource("update artists set rank = 3");
      assertThat(to(scene, ARTISTS, Phase.WRITE_NEW)).isInstanceOf(Switch.Outcome.Changed.class);
      assertThatThrownBy(() -> scene.inSource("delete from artists"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void closedGatesSayWhatToDo() throws Exception {
    try (Scene scene = Scene.of(TABLES)) {
      scene.copy();
      Switch.Outcome shadow = to(scene, ARTISTS, Phase.SHADOW);
      Switch.Outcome.Closed closed = (Switch.Outcome.Closed) to(scene, ARTISTS, Phase.READ_NEW);

      assertThat(shadow).isInstanceOf(Switch.Outcome.Changed.class);
      assertThat(closed.gates())
          .filteredOn(g -> !g.passed())
          .extracting(Gate::name)
          .contains("captured", "verified");
      assertThat(closed.gates()).filteredOn(g -> !g.passed()).allMatch(g -> g.next() != null);
      assertThat(closed.now().phase()).isEqualTo(Phase.SHADOW);
      assertThat(to(scene, ARTISTS, Phase.DROPPED)).isInstanceOf(Switch.Outcome.Refused.class);
    }
  }

  @Test
  void retiredDroppedRestored() throws Exception {
    try (Scene scene = ready()) {
      up(scene, TRACKS);
      up(scene, ARTISTS);
      String before =
          scene
              .source("select string_agg(t::text, '|' order by id) from public.artists t")
              .getFirst();
      assertThat(to(scene, TRACKS, Phase.RETIRED)).isInstanceOf(Switch.Outcome.Changed.class);
      assertThatThrownBy(() -> scene.inSource("select * from metacrate_tracks"))
          .hasMessageContaining("does not exist");
      scene.inTarget(
          "insert into metacrate.metacrate_tracks (file_path) values ('/while/retired.mp3')");

      assertThat(gate(to(scene, TRACKS, Phase.DROPPED), "name").passed()).isFalse();
      assertThat(drop(scene, TRACKS)).isInstanceOf(Switch.Outcome.Changed.class);
      assertThat(
              scene.source(
                  "select 1 from pg_class where relname like 'metacrate_tracks%' and relkind = 'r'"))
          .isEmpty();

      assertThat(to(scene, TRACKS, Phase.WRITE_NEW)).isInstanceOf(Switch.Outcome.Changed.class);
      assertSame(scene, "metacrate_tracks");
      assertThat(scene.source("select count(*) from public.metacrate_tracks"))
          .containsExactly("21");
      assertThat(to(scene, TRACKS, Phase.OLD)).isInstanceOf(Switch.Outcome.Changed.class);
      scene.inSource(
          "insert into metacrate_tracks (file_path, artist_id) values ('/again.mp3', 2)");
      scene.drain();
      assertSame(scene, "metacrate_tracks");
      assertThat(scene.source("select string_agg(t::text, '|' order by id) from public.artists t"))
          .containsExactly(before);
    }
  }

  @Test
  void aDamagedArchiveKeepsTheTable() throws Exception {
    try (Scene scene = ready()) {
      up(scene, TRACKS);
      to(scene, TRACKS, Phase.RETIRED);
      Path rows = folder.resolve(TRACKS).resolve("rows.copy.gz");
      byte[] bytes = Files.readAllBytes(rows);
      bytes[bytes.length / 2] ^= 1;
      Files.write(rows, bytes);

      assertThat(gate(drop(scene, TRACKS), "archive").passed()).isFalse();
      assertThat(
              scene.source(
                  "select 1 from pg_class where relname like 'metacrate_tracks__retired%' and relkind = 'r'"))
          .hasSize(1);
    }
  }

  @Test
  void anAccessToARetiredTableIsSeen() throws Exception {
    try (Scene scene = ready()) {
      up(scene, TRACKS);
      to(scene, TRACKS, Phase.RETIRED);
      String name =
          scene
              .target("select retired_name from migration.phase where retired_name is not null")
              .getFirst();
      scene.inSource("select * from " + name + "; select pg_stat_force_next_flush()");

      assertThat(gate(drop(scene, TRACKS), "accesses").passed()).isFalse();
    }
  }

  @Test
  void oldWritersMayBeFollowedInstead() throws Exception {
    try (Scene scene = ready()) {
      to(scene, TRACKS, Phase.SHADOW);
      to(scene, TRACKS, Phase.READ_NEW);
      assertThat(changer(scene).to(table(scene, TRACKS), wish(TRACKS, Phase.WRITE_NEW, true, null)))
          .isInstanceOf(Switch.Outcome.Changed.class);
      scene.inSource(
          """
          update metacrate_tracks set confidence_score = 0.5 where file_path like '%\\1.mp3';
          update metacrate_tracks set confidence_score = 0.5 where file_path like '%\\2.mp3';
          insert into metacrate_tracks (file_path) values ('/old/writer.mp3')
          """);
      scene.inTarget(
          "update metacrate.metacrate_tracks set original_filename = 'new side' where file_path = 'X:\\Music\\2.mp3'");
      scene.drain();
      backAndForth(scene);

      assertThat(
              scene.target(
                  """
                  select file_path || ' ' || coalesce(confidence_score::text, '-') || ' ' || coalesce(original_filename, '-')
                    from metacrate.metacrate_tracks
                   where file_path in ('X:\\Music\\1.mp3', 'X:\\Music\\2.mp3', '/old/writer.mp3') order by 1
                  """))
          .containsExactlyInAnyOrder(
              "X:\\Music\\1.mp3 0.5 -", "X:\\Music\\2.mp3 - new side", "/old/writer.mp3 - -");
      assertSame(scene, "metacrate_tracks");
      to(scene, ARTISTS, Phase.SHADOW);
      to(scene, ARTISTS, Phase.READ_NEW);
      assertThat(
              changer(scene)
                  .gates(table(scene, ARTISTS), wish(ARTISTS, Phase.WRITE_NEW, true, null)))
          .filteredOn(gate -> !gate.passed())
          .extracting(Gate::name)
          .contains("numbers");
    }
  }

  @Test
  void whatIsOnItsWayBackIsNoDifferenceAndWhatIsNotStillIs() throws Exception {
    try (Scene scene = ready()) {
      up(scene, TRACKS);
      scene.inTarget(
          """
          insert into metacrate.metacrate_tracks (file_path, metacrate_classification)
          values ('X:\\Music\\New.mp3', '{"artist": "New"}');
          update metacrate.metacrate_tracks set confidence_score = 0.25 where file_path = 'X:\\Music\\1.mp3';
          update metacrate.metacrate_tracks set file_path = 'X:\\Music\\moved.mp3' where file_path = 'X:\\Music\\2.mp3';
          delete from metacrate.metacrate_tracks where file_path = 'X:\\Music\\3.mp3';
          """);
      assertThat(scene.verify()).isEmpty();

      back(scene).drain(scene.plan(), Duration.ofSeconds(10));
      assertThat(scene.verify()).isEmpty();

      scene.drain();
      assertThat(scene.verify()).isEmpty();
      scene.inTarget(
          """
          begin;
          set local ci_capture.origin = 'drain';
          update carried.metacrate_tracks set confidence_score = 0.125
           where id = (select id from metacrate.metacrate_tracks where file_path = 'X:\\Music\\5.mp3');
          commit
          """);
      assertThat(scene.verify()).isNotEmpty();
    }
  }

  @Test
  void aRetiredTableIsNotComparedAnyMoreAndStaysVerified() throws Exception {
    try (Scene scene = ready()) {
      up(scene, TRACKS);
      to(scene, TRACKS, Phase.RETIRED);
      scene.inTarget("insert into metacrate.metacrate_tracks (file_path) values ('/later.mp3')");

      assertThat(scene.verify()).isEmpty();
      assertThat(scene.progress().phase())
          .isEqualTo(culturalintelligence.domain.migration.Progress.Phase.VERIFIED);
      long tracks = table(scene, TRACKS).id();
      assertThat(scene.plans.askForVerification(scene.plan()))
          .noneMatch(
              id -> {
                try {
                  return scene.chunks.find(id).table() == tracks;
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
    }
  }

  private static Gate gate(Switch.Outcome outcome, String name) {
    return ((Switch.Outcome.Closed) outcome)
        .gates().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
  }

  private static Scene ready() throws SQLException {
    Scene scene = Scene.of(TABLES);
    scene.copy();
    scene.capture();
    scene.drain();
    assertThat(scene.verify()).isEmpty();
    return scene;
  }

  private void up(Scene scene, String table) throws Exception {
    scene.verify();
    for (Phase phase : List.of(Phase.SHADOW, Phase.READ_NEW, Phase.WRITE_NEW)) {
      assertThat(to(scene, table, phase)).isInstanceOf(Switch.Outcome.Changed.class);
    }
  }

  private void backAndForth(Scene scene) throws SQLException {
    back(scene).drain(scene.plan(), Duration.ofSeconds(10));
    scene.drain();
  }

  private static BackDrain back(Scene scene) {
    return new BackDrain(scene.sourceDatabase, scene.targetDatabase, scene.plans);
  }

  private static Switch changer(Scene scene) {
    return new Switch(
        scene.sourceDatabase,
        scene.targetDatabase,
        new PhaseLedger(scene.targetDatabase),
        scene.drainer(),
        back(scene),
        scene.installer());
  }

  private Switch.Outcome to(Scene scene, String table, Phase phase) throws Exception {
    return changer(scene).to(table(scene, table), wish(table, phase, false, null));
  }

  private Switch.Outcome drop(Scene scene, String table) throws Exception {
    return changer(scene).to(table(scene, table), wish(table, Phase.DROPPED, false, table));
  }

  private Switch.Wish wish(String table, Phase phase, boolean forwards, String typed) {
    boolean archived = phase == Phase.RETIRED || phase == Phase.DROPPED || phase == Phase.WRITE_NEW;
    return new Switch.Wish(
        phase,
        "a test",
        forwards,
        archived ? new FolderPlace(folder.resolve(table)) : null,
        folder.resolve(table).toString(),
        typed,
        Duration.ZERO);
  }

  private static PlannedTable table(Scene scene, String name) throws SQLException {
    return scene.plans.carriedTables(scene.plan()).stream()
        .filter(t -> t.source().qualifiedName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertSame(Scene scene, String table) throws SQLException {
    String sql = "select t::text from %s." + table + " t order by id";
    assertThat(scene.target(sql.formatted("metacrate")))
        .isEqualTo(scene.source(sql.formatted("public")));
  }
}
