package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Progress;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes in comes out: every type, every name, every kind of key. */
class RoundTripTest {

  @Test
  void everyTypeComesBackAsItWas() throws SQLException {
    try (Scene scene =
        Scene.of(
            """
            create type mood as enum ('b', 'a', 'o''k');
            create domain rating as int check (value between 0 and 5);
            create table audio_types (
              id bigint primary key, n numeric, n2 numeric(12,4), i2 int2, i4 int4, f4 float4, f8 float8,
              b boolean, jb jsonb, j json, by bytea, ta text[], ia int[][], ma mood[], m mood, r rating,
              ir int4range, tr tstzrange, nr nummultirange, ts timestamp, tz timestamptz, d date, t time,
              tzt timetz, iv interval, c char(5), vc varchar(20), bi bit(5), vb varbit, ip inet, ci cidr,
              mac macaddr, u uuid, tx text, mo money, q "char", o oid, p point,
              doubled int generated always as (2) stored);
            insert into audio_types (id, n, n2, i2, i4, f4, f8, b, jb, j, by, ta, ia, ma, m, r, ir, tr, nr,
              ts, tz, d, t, tzt, iv, c, vc, bi, vb, ip, ci, mac, u, tx, mo, q, o, p) values
             (1, 1.500, 1.5, -32768, 2147483647, 'NaN', '-0', true, '{"a": 1.500, "b": 1E400, "é": null}',
              '{"a":1,  "a":2, "n\\u0000k": "v\\u0000", "x":"\\ud800"}', '\\x00ff5c09',
              array['', null, 'a,b', '"', '\\', E'\\t', 'NULL'], '{{1,2},{3,4}}', '{b,o''k}', 'o''k', 5,
              '(1,10]', '["2020-01-01 00:00:00+02",)', '{[1.5,2),(3,)}', 'infinity', '-infinity',
              '0044-03-15 BC', '24:00:00', '12:00:00.000001+05:30', '1 year -2 mons 3 days -04:05:06.7',
              'ab  ', 'trailing  ', B'10101', B'1', '192.168.0.1/24', '10.0.0.0/8', '08:00:2b:01:02:03',
              '00000000-0000-0000-0000-000000000000', E'tab\\tline\\nreturn\\rback\\\\slash \\\\N \\\\. é ❷ 🎵',
              12.34, 'x', 4294967295, '(1,2)'),
             (2, 'NaN', null, 0, 0, '-Infinity', 'NaN', false, 'null', ' [ 1 , 2 ] ', '', '{}', '{}', '{}',
              'b', 0, 'empty', 'empty', '{}', '0001-01-01 00:00:00.000001', '9999-12-31 23:59:59.999999+00',
              'infinity', '00:00', '00:00+00', '0', '', '', B'00000', B'', '::1', '::/0',
              'ff:ff:ff:ff:ff:ff', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '', -0.01, '', 0, '(0,-0)');
            insert into audio_types (id) values (3);
            insert into audio_types (id, tx) values (4, repeat('0123456789', 30000));
            """)) {
      assertThat(scene.copy())
          .allMatch(o -> o instanceof CopyOutcome.Copied c && c.quarantined() == 0);

      assertThat(scene.target("select r::text from metacrate.audio_types r order by id"))
          .hasSize(4)
          .isEqualTo(scene.source("select r::text from public.audio_types r order by id"));
      assertEqualBothWays(scene);
    }
  }

  @Test
  void namesOfEveryKindComeThrough() throws SQLException {
    try (Scene scene =
        Scene.of(
            """
            create schema "Crate ""2"".x";
            create schema other;
            create table "Crate ""2"".x"."My ""Tracks"" v1.0" ("Id Nr" int primary key, "a.b" text, "select" text,
              "order" int, "ci" text, "it's" text);
            insert into "Crate ""2"".x"."My ""Tracks"" v1.0" values (1, 'x', 'y', 3, 'z', 'w');
            create table artist (id int primary key, v text);
            create table other.artist (id int primary key, v text);
            create table "other.artist" (id int primary key, v text);
            insert into artist values (1, 'public');
            insert into other.artist values (1, 'other');
            insert into "other.artist" values (1, 'dotted');
            create table "artist:rows" (id int primary key, v text);
            insert into "artist:rows" values (1, 'colon');
            create table "artist_of_a_name_that_fills_all_of_the_sixty_three_bytes_a" (id int primary key);
            create table "artist_of_a_name_that_fills_all_of_the_sixty_three_bytes_b" (id int primary key);
            """)) {
      assertThat(scene.copy()).hasSize(7).allMatch(CopyOutcome.Copied.class::isInstance);

      assertThat(scene.target("select v from metacrate.artist")).containsExactly("public");
      assertThat(scene.target("select v from metacrate.\"other.artist\"")).containsExactly("other");
      assertEqualBothWays(scene);
    }
  }

  @Test
  void keysOfEveryKindAreCutAndCopied() throws SQLException {
    try (Scene scene =
        Scene.of(
            """
            create table track_genres (track text, genre int, note text, primary key (genre, track));
            insert into track_genres select 'T' || g, g % 7, E'\\\\' || g from generate_series(1, 12000) g;
            create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            create table file_names (name text collate "unicode" primary key);
            insert into file_names select chr(97 + g % 26) || case when g % 2 = 0 then 'É' else ' e''' end || E'\\t\\\\' || g
              from generate_series(1, 11000) g;
            create table genre_codes (code char(6) primary key);
            insert into genre_codes values ('a'), ('b ');
            create table audio_unique (a int not null, b int, unique (a));
            insert into audio_unique values (1, null), (2, 2);
            create table music_log (line text, n int);
            insert into music_log select 'same', g % 2 from generate_series(1, 10) g;
            create table file_empty (id int primary key);
            create table duplicate_groups (id int primary key);
            create table duplicate_groups_old (more text) inherits (duplicate_groups);
            insert into duplicate_groups values (1);
            insert into duplicate_groups_old values (1, 'x'), (2, 'y');
            create table audio_parts (id int, day date, primary key (id, day)) partition by range (day);
            create table audio_parts_1 partition of audio_parts for values from ('2020-01-01') to ('2021-01-01');
            create table audio_parts_2 partition of audio_parts default;
            insert into audio_parts values (1, '2020-05-05'), (2, '1999-01-01');
            """)) {
      assertThat(scene.copy()).allMatch(CopyOutcome.Copied.class::isInstance);

      assertThat(scene.target("select id from metacrate.duplicate_groups")).containsExactly("1");
      assertThat(scene.target("select count(*) from metacrate.audio_parts")).containsExactly("2");
      assertThat(scene.target("select count(*) from metacrate.music_log")).containsExactly("10");
      assertThat(scene.target("select to_regclass('metacrate.audio_parts_1')::text"))
          .containsExactly("null");
      assertThat(scene.progress().tables())
          .filteredOn(t -> t.rowsTotal() > 10000)
          .hasSize(2)
          .allMatch(t -> t.chunks() == 3);
      assertEqualBothWays(scene);
    }
  }

  @Test
  void whatCantBeComparedIsRefusedAndTheOthersGoOn() throws SQLException {
    try (Scene scene =
        Scene.of(
            """
            create type pair as (a int, b int);
            create table audio_pairs (id int primary key, p pair);
            insert into audio_pairs values (1, (1, 2)), (2, (null, null)), (3, null);
            create table audio_classes (id int primary key, c regclass);
            create table audio_search (id int primary key, v tsvector);
            create table audio_ids (id int primary key);
            insert into audio_ids values (1);
            """)) {
      scene.copy();

      assertThat(scene.progress().tables())
          .filteredOn(t -> t.mapping().equals("none"))
          .extracting(Progress.TableProgress::table)
          .containsExactly("public.audio_classes");
      assertThat(scene.progress().tables())
          .filteredOn(t -> t.mapping().equals("none"))
          .allSatisfy(t -> assertThat(t.reasons()).isNotEmpty());
      assertThat(scene.target("select id from metacrate.audio_ids")).containsExactly("1");
      assertThat(scene.target("select p from metacrate.audio_pairs order by id"))
          .containsExactly("(1,2)", "(,)", "null");
      assertEqualBothWays(scene);
    }
  }

  /** By our own comparison, and by the rows' plain text. */
  private static void assertEqualBothWays(Scene scene) throws SQLException {
    assertThat(scene.verify()).isEmpty();
    assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
    for (var table : scene.plans.carriedTables(scene.plan())) {
      String from = new culturalintelligence.persistence.source.SourceRows(table.source()).from();
      List<String> was = scene.source("select r::text from %s r order by 1".formatted(from));
      List<String> is =
          scene.target("select r::text from %s r order by 1".formatted(table.carried().view()));
      assertThat(is).as(table.source().qualifiedName()).isEqualTo(was);
    }
  }
}
