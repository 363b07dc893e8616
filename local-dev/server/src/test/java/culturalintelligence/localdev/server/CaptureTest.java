package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.persistence.capture.Drain;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What MetaCrate writes while a run goes arrives, whatever sort of write it is. */
class CaptureTest {
  private static final String TRACKS =
      """
      create table metacrate_tracks (
        id int primary key, file_path text not null, metacrate_classification jsonb,
        extraction_metadata jsonb);
      insert into metacrate_tracks
        select g, 'X:\\Music\\' || g || '.mp3',
               jsonb_build_object('artist', 'Artist ' || g, 'genre', 'House'),
               jsonb_build_object('file_hash', md5(g::text) || md5(g::text))
          from generate_series(1, 50) g;
      """;

  private Scene scene;

  @AfterEach
  void close() {
    scene.close();
  }

  private void copied(String sql) throws SQLException {
    scene = Scene.of(sql);
    scene.plan();
    scene.capture();
    assertThat(scene.copy()).allMatch(CopyOutcome.Copied.class::isInstance);
    assertThat(scene.verify()).isEmpty();
  }

  private void equalAfter(String change) throws SQLException {
    scene.inSource(change);
    assertThat(scene.source("select 1 from ci_capture.outbox")).as(change).isNotEmpty();
    scene.drain();
    assertThat(scene.verify()).as(change).isEmpty();
  }

  @Test
  void everySortOfWriteArrives() throws SQLException {
    copied(TRACKS);
    equalAfter(
        "insert into metacrate_tracks values (51, 'X:\\Music\\new.mp3', '{\"artist\": \"N\"}')");
    equalAfter(
        "update metacrate_tracks set metacrate_classification = '{\"artist\": \"U\"}' where id = 3");
    equalAfter("update metacrate_tracks set metacrate_classification = '{\"genre\": \"Trance\"}'");
    equalAfter("update metacrate_tracks set file_path = file_path || '.old' where id < 10");
    equalAfter("update metacrate_tracks set extraction_metadata = null where id < 5");
    equalAfter("delete from metacrate_tracks where id = 7");
    equalAfter("update metacrate_tracks set id = id + 1000 where id > 45");
    equalAfter("update metacrate_tracks set id = -id where id < 20");
    equalAfter(
        "delete from metacrate_tracks where id = 30; insert into metacrate_tracks values (30, 'X:\\Music\\again.mp3')");
    equalAfter(
        """
        insert into metacrate_tracks select g, 'X:\\Music\\up' || g from generate_series(25, 60) g
            on conflict (id) do update set file_path = excluded.file_path
        """);
    equalAfter(
        """
        merge into metacrate_tracks t using generate_series(40, 70) g on t.id = g
          when matched and g < 50 then delete
          when matched then update set file_path = 'X:\\Music\\merged' || g
          when not matched then insert values (g, 'X:\\Music\\new' || g)
        """);
    equalAfter(
        "set session_replication_role = replica; update metacrate_tracks set file_path = 'replica' || id where id = 41 or id = 55");
    assertThat(scene.source("select count(*) from public.metacrate_tracks"))
        .isEqualTo(scene.target("select count(*) from metacrate.metacrate_tracks"));
  }

  @Test
  void aTruncateArrivesAndWhatComesAfterItToo() throws SQLException {
    copied(TRACKS);
    equalAfter("truncate metacrate_tracks");
    assertThat(scene.target("select count(*) from public.track")).containsExactly("0");
    equalAfter(TRACKS.substring(TRACKS.indexOf("insert")));
    equalAfter("truncate metacrate_tracks; insert into metacrate_tracks values (5, 'X:\\5')");
  }

  /** One statement, a million entries: drained in bounded pieces, and others are not held up. */
  @Test
  @Tag("long")
  void aBulkUpdateOfAMillionRowsIsDrained() throws SQLException {
    int rows = Integer.getInteger("bulk.rows", 1_000_000);
    copied(
        """
        create table artists (id int primary key, name text, plays int);
        insert into artists select g, 'artist ' || g, 0 from generate_series(1, %d) g;
        create table genres (id int primary key, name text);
        insert into genres values (1, 'House');
        """
            .formatted(rows));
    scene.inSource("update artists set plays = plays + 1; update genres set name = 'Techno'");
    assertThat(scene.source("select count(*) from ci_capture.outbox where table_name = 'artists'"))
        .containsExactly(Integer.toString(rows));

    long started = System.nanoTime();
    int walks = 0;
    while (!scene.source("select 1 from ci_capture.outbox limit 1").isEmpty()) {
      scene.drainOnce();
      assertThat(++walks).as("walks of at most a minute").isLessThan(60);
    }
    System.out.printf(
        "a bulk update of %,d rows drained in %d walks and %.1f s%n",
        rows, walks, (System.nanoTime() - started) / 1e9);

    assertThat(scene.target("select count(*) from metacrate.artists where plays = 1"))
        .containsExactly(Integer.toString(rows));
    assertThat(scene.target("select name from metacrate.genres")).containsExactly("Techno");
    assertThat(scene.verify()).isEmpty();
  }

  @Test
  void whatWasRolledBackIsNotThere() throws SQLException {
    copied(TRACKS);
    scene.inSource(
        """
        begin; update metacrate_tracks set file_path = 'gone' where id = 1;
        savepoint a; delete from metacrate_tracks where id = 2; rollback to a;
        update metacrate_tracks set file_path = 'stays' where id = 3; commit;
        begin; delete from metacrate_tracks; rollback;
        """);
    scene.drain();
    assertThat(scene.verify()).isEmpty();
    assertThat(
            scene.target(
                "select file_path from metacrate.metacrate_tracks where id in (2, 3) order by id"))
        .containsExactly("X:\\Music\\2.mp3", "stays");
  }

  @Test
  void aTableWithoutAKeyIsDoneAgainWhole() throws SQLException {
    copied(
        "create table music_log (line text); insert into music_log select 'row ' || g % 5 from generate_series(1, 20) g");
    equalAfter("update music_log set line = 'changed' where line = 'row 3'");
    equalAfter("delete from music_log where line = 'row 1'");
    equalAfter("insert into music_log values ('row 2'), ('row 2')");
    equalAfter("truncate music_log");
  }

  @Test
  void keysOfEverySortFindTheirRowsAndTheirChunks() throws SQLException {
    copied(
        """
        create type mood as enum ('b', 'a');
        create domain code as varchar(8);
        create table "Music ""Keys" (
          a char(6), b boolean, c numeric, d timestamptz, e mood, f code, g bytea, h interval, i text collate "C",
          value text, primary key (a, b, c, d, e, f, g, h, i));
        insert into "Music ""Keys" select 'k' || g, g % 2 = 0, g / 4.0, timestamptz 'epoch' + g * interval '1 hour',
          case when g % 3 = 0 then 'a' else 'b' end::mood, 'c,{"' || g, int4send(g), g * interval '1 hour', 'Ä' || g, 'v'
          from generate_series(1, 40) g;
        """);
    equalAfter(
        """
        begin; set local datestyle = 'SQL, DMY'; set local timezone = 'Asia/Tokyo';
        set local intervalstyle = 'sql_standard'; set local bytea_output = 'escape';
        update "Music ""Keys" set value = 'w' where b; delete from "Music ""Keys" where c < 3;
        update "Music ""Keys" set d = d + interval '1 day', h = h * 2 where not b; commit
        """);
    equalAfter("update \"Music \"\"Keys\" set c = c + 0.00 where e = 'a'");
  }

  @Test
  void newRowsFallIntoTheChunksThatTheirKeysBelongTo() throws SQLException {
    copied(
        """
        create table tracks (id text collate "C" primary key, n int);
        insert into tracks select 'k' || lpad((g * 2)::text, 6, '0'), g from generate_series(1, 12000) g;
        """);
    assertThat(scene.target("select count(*) from migration.chunk")).isNotEqualTo(List.of("1"));
    equalAfter(
        "insert into tracks select 'k' || lpad((g * 2 + 1)::text, 6, '0'), g from generate_series(0, 12100) g where g % 7 = 0");
    equalAfter("insert into tracks values ('A', 1), ('z', 2), ('k', 3), ('Ä', 4)");
    equalAfter("update tracks set n = -n");
    assertThat(scene.source("select 1 from ci_capture.outbox")).isEmpty();
  }

  @Test
  void partitionsAreCapturedThroughTheirTableAndByThemselves() throws SQLException {
    copied(
        """
        create table audio (id int, day date, value text, primary key (id, day)) partition by range (day);
        create table audio_1 partition of audio for values from ('2026-01-01') to ('2026-02-01');
        create table audio_2 partition of audio for values from ('2026-02-01') to ('2026-03-01');
        insert into audio select g, date '2026-01-10' + g, 'v' from generate_series(1, 40) g;
        """);
    equalAfter("update audio set day = day + 1");
    equalAfter("update audio set day = '2026-02-20' where day < '2026-01-20'");
    equalAfter("insert into audio_1 values (900, '2026-01-05', 'direct')");
    equalAfter("delete from audio_2 where id % 2 = 0");
    equalAfter("truncate audio_2");
  }

  @Test
  void aTableThatInheritsIsCapturedRowByRow() throws SQLException {
    copied(
        """
        create table media (id int primary key, name text);
        create table music_media (primary key (id), label text) inherits (media);
        insert into media values (1, 'parent'); insert into music_media values (2, 'child', 'x'), (3, 'child', 'y');
        """);
    equalAfter("update media set name = name || ' changed'");
    equalAfter("delete from media where id = 3");
  }

  @Test
  void whatAnAnalysisOrAPersonSaidStaysWhenTheOldRowGoes() throws SQLException {
    copied(TRACKS);
    scene.inTarget(
        """
        insert into classification (id, path_digest, origin, artist, human_validated, decided_at)
          select gen_random_uuid(), path_digest, 'human', 'By hand', true, now() from public.track where path = 'X:\\Music\\7.mp3';
        """);
    equalAfter(
        "update metacrate_tracks set metacrate_classification = '{\"artist\": \"Other\"}' where id = 7");
    equalAfter("delete from metacrate_tracks where id in (7, 8)");
    assertThat(
            scene.target(
                "select k.artist || ' ' || t.origin from public.classification k join public.track t using (path_digest) where k.origin = 'human'"))
        .containsExactly("By hand analysed");
    assertThat(scene.target("select count(*) from public.track where path = 'X:\\Music\\8.mp3'"))
        .containsExactly("0");
  }

  @Test
  void rowsOfOnePathKeepItsTrackUntilTheLastOfThemGoes() throws SQLException {
    copied(
        TRACKS
            + "insert into metacrate_tracks select id + 100, file_path, null, extraction_metadata from metacrate_tracks where id < 4;");
    equalAfter("delete from metacrate_tracks where id = 101");
    assertThat(scene.target("select count(*) from public.track where path = 'X:\\Music\\1.mp3'"))
        .containsExactly("1");
    equalAfter("delete from metacrate_tracks where id = 1");
    assertThat(scene.target("select count(*) from public.track where path = 'X:\\Music\\1.mp3'"))
        .containsExactly("0");
  }

  @Test
  void aRowThatCannotBeCarriedGoesToQuarantineAndComesOutWhenItIsMended() throws SQLException {
    copied("create table tracks (id int primary key, a int, b int)");
    scene.inTarget("alter table carried.tracks add check (a > 0)");
    equalAfter("insert into tracks values (1, 1, 1), (2, -1, 1), (3, 3, 3)");
    assertThat(scene.target("select key::text from migration.quarantine")).containsExactly("{2}");
    equalAfter("update tracks set b = 5");
    assertThat(scene.target("select key::text from migration.quarantine")).containsExactly("{2}");
    equalAfter("update tracks set a = 2 where id = 2");
    assertThat(scene.target("select count(*) from migration.quarantine")).containsExactly("0");
  }

  @Test
  void whatChangedBeforeItsChunkWasCopiedNeedsNoWriteAndIsThere() throws SQLException {
    scene = Scene.of(TRACKS);
    scene.plan();
    scene.capture();
    scene.inSource("update metacrate_tracks set file_path = 'early' where id = 1");
    Drain.Drained drained = scene.drainOnce();
    assertThat(drained.entries()).isEqualTo(1);
    assertThat(scene.target("select count(*) from carried.metacrate_tracks")).containsExactly("0");
    scene.copy();
    assertThat(scene.verify()).isEmpty();
  }

  @Test
  void whatWasCopiedBeforeItWasCapturedIsLookedAtAgain() throws SQLException {
    scene = Scene.of(TRACKS);
    scene.copy();
    scene.inSource(
        "update metacrate_tracks set file_path = 'missed' where id = 1; delete from metacrate_tracks where id = 2; insert into metacrate_tracks values (99, 'missed too')");
    scene.capture();
    scene.drain();
    assertThat(scene.verify()).isEmpty();
  }

  @Test
  void rolesThatMayNotSeeTheOutboxWriteAsBefore() throws SQLException {
    copied(TRACKS);
    scene.inSource(
        "drop role if exists dj; create role dj; grant select, insert, update, delete on metacrate_tracks to dj");
    try {
      equalAfter(
          "set role dj; set search_path = pg_temp; create temp table outbox (x int); update public.metacrate_tracks set file_path = 'by dj' where id = 4");
    } finally {
      scene.inSource("drop owned by dj; drop role dj");
    }
  }

  @Test
  void aTransactionThatHoldsATableIsWaitedForAndNobodyStandsLongBehindIt() throws Exception {
    scene = Scene.of(TRACKS);
    scene.plan();
    try (Connection writer = scene.openSource();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("update public.metacrate_tracks set file_path = 'open' where id = 1");
      Thread later =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Thread.sleep(500);
                      writer.commit();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  });
      scene.capture();
      later.join();
    }
    scene.copy();
    equalAfter("update metacrate_tracks set file_path = 'after' where id = 2");
  }
}
