package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.Difference.Kind;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.verification.Comparisons;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every way we could think of in which a row can arrive wrong, planted ten times each in a library
 * that arrived right. All must be found, each at its row and column, and nothing else.
 */
class PlantedCorruptionTest {
  private static final int EACH = 10;

  private static final String LIBRARY =
      """
      create table audio_files (id bigint primary key, title text, note text, gain float8, peak float8, total float8,
        at timestamp, seen timestamptz, tags text[], doc json, docb jsonb, price numeric, raw bytea);
      insert into audio_files
        select g, 'Title é ' || g, case when g % 2 = 0 then '' end, 0.0, 0.3, 0.30000000000000004,
               timestamp '2024-05-17 21:04:33.120405' + g * interval '1 minute',
               timestamptz '2024-05-17 21:04:33.120405+02' + g * interval '1 minute',
               array['a' || g, 'b', 'c'], ('{"b": 1, "a": ' || g || '}')::json,
               jsonb_build_object('bpm', 120, 'cues', jsonb_build_array(g, g + 1, g + 2), 'energy', 7.0),
               g + 0.10, convert_to('raw ' || g, 'UTF8')
          from generate_series(1, 12000) g;
      create table metacrate_tracks (id uuid primary key, file_path text not null, original_filename text,
        metacrate_classification jsonb, confidence_score float8, extraction_metadata jsonb,
        processing_timestamp timestamp default now());
      insert into metacrate_tracks
        select lpad(to_hex(g), 32, '0')::uuid, 'X:\\Music\\' || g || '.mp3', g || '.mp3',
               jsonb_build_object('artist', 'A' || g, 'track_name', 'T', 'bpm', 120.5, 'musical_key', '8A'),
               0.123456789012345, jsonb_build_object('file_hash', md5(g::text) || md5('x'), 'n', g),
               timestamp '2024-01-01 00:00:00.000001' + g * interval '1 second'
          from generate_series(1, 6000) g;
      create table music_log (line text, n int);
      insert into music_log select 'line ' || g, g from generate_series(1, 300) g;
      """;

  private record Plant(
      String kind, String table, List<String> key, @Nullable String column, Set<Kind> expected) {}

  private final List<Plant> plants = new ArrayList<>();
  private final Set<List<String>> planted = new HashSet<>();
  private int nextFile = 100;
  private int nextTrack = 100;
  private int nextLine = 1;

  @Test
  void everyPlantedCorruptionIsFoundAndLocated() throws SQLException {
    try (Scene scene = Scene.of(LIBRARY)) {
      beforeTheCopy(scene);
      scene.copy();
      assertThat(scene.verify()).isEmpty();
      plant(scene);
      List<Difference> found = scene.verify();

      Map<String, int[]> table = new LinkedHashMap<>();
      List<Plant> missed = new ArrayList<>();
      for (Plant plant : plants) {
        int[] counts = table.computeIfAbsent(plant.kind(), k -> new int[2]);
        counts[0]++;
        if (found.stream().anyMatch(d -> isOf(d, plant))) {
          counts[1]++;
        } else {
          missed.add(plant);
        }
      }
      print(table);
      assertThat(missed).isEmpty();
      assertThat(plants).hasSizeGreaterThanOrEqualTo(200);
      assertThat(table).hasSizeGreaterThanOrEqualTo(20);
      assertThat(found)
          .filteredOn(d -> !d.key().isEmpty() && !planted.contains(d.key()))
          .filteredOn(d -> !d.table().equals("public.music_log"))
          .as("differences of rows nobody touched")
          .isEmpty();
      assertThat(found)
          .filteredOn(d -> d.table().equals("public.music_log"))
          .as("rows without a key, each by its digest")
          .filteredOn(d -> d.kind() == Kind.MISSING || d.kind() == Kind.DOUBLED)
          .extracting(Difference::key)
          .doesNotHaveDuplicates()
          .hasSize(2 * EACH);
      tierOneFindsTheSameRows(scene);
    }
  }

  private static boolean isOf(Difference difference, Plant plant) {
    return difference.table().equals("public." + plant.table())
        && plant.expected().contains(difference.kind())
        && (plant.key().isEmpty() || difference.key().equals(plant.key()))
        && (plant.column() == null || plant.column().equals(difference.column()));
  }

  private static void print(Map<String, int[]> table) {
    StringBuilder text = new StringBuilder("%-44s %8s %6s%n".formatted("kind", "planted", "found"));
    int planted = 0;
    int found = 0;
    for (Map.Entry<String, int[]> kind : table.entrySet()) {
      planted += kind.getValue()[0];
      found += kind.getValue()[1];
      text.append(
          "%-44s %8d %6d%n".formatted(kind.getKey(), kind.getValue()[0], kind.getValue()[1]));
    }
    text.append("%-44s %8d %6d".formatted(table.size() + " kinds", planted, found));
    System.out.println(text);
  }

  /** What the view gives back wrong, the sums of the buckets show too. */
  private void tierOneFindsTheSameRows(Scene scene) throws SQLException {
    Set<Kind> ofRows = Set.of(Kind.MISSING, Kind.ROGUE, Kind.CHANGED, Kind.RESIDUE);
    for (PlannedTable table : scene.plans.carriedTables(scene.plan())) {
      if (!scene.comparisons().hasBuckets(table)) {
        continue;
      }
      Comparisons.BucketOutcome scan = scene.comparisons().buckets(table, 12_000);
      for (Plant plant : plants) {
        if (plant.table().equals(table.source().name()) && ofRows.containsAll(plant.expected())) {
          assertThat(scan.differences()).as("tier 1: " + plant).anyMatch(d -> isOf(d, plant));
        }
      }
    }
  }

  private void beforeTheCopy(Scene scene) throws SQLException {
    // Rows that will change, or go, at the source after an old state of them was kept aside.
    scene.inSource("update audio_files set note = 'old' where id between 11000 and 11009");
  }

  private void plant(Scene scene) throws SQLException {
    for (int i = 0; i < EACH; i++) {
      file(
          scene,
          "bit flip in a text",
          "title",
          "title = overlay(title placing chr(ascii(substr(title, 3, 1)) # 1) from 3 for 1)");
      file(scene, "one bit in bytes", "raw", "raw = set_bit(raw, 5, 1 - get_bit(raw, 5))");
      nullAndEmpty(scene, "NULL for the empty text", 0, "note = null");
      nullAndEmpty(scene, "the empty text for NULL", 1, "note = ''");
      file(scene, "trailing space", "title", "title = title || ' '");
      file(scene, "NFD for NFC", "title", "title = normalize(title, NFD)");
      file(scene, "capitals", "title", "title = upper(title)");
      file(scene, "cut short", "title", "title = left(title, 5)");
      file(scene, "wrong encoding", "title", "title = replace(title, 'é', 'Ã©')");
      file(scene, "-0.0 for 0.0", "gain", "gain = '-0'");
      file(scene, "0.1 + 0.2 for 0.3", "peak", "peak = 0.1::float8 + 0.2::float8");
      file(scene, "rounded to 15 digits", "total", "total = 0.3");
      file(scene, "microsecond", "at", "at = at + interval '1 microsecond'");
      file(scene, "milliseconds only", "at", "at = date_trunc('milliseconds', at)");
      file(scene, "time zone shift", "seen", "seen = seen + interval '2 hours'");
      file(scene, "jsonb number 7.0 as 7", "docb", "docb = docb || '{\"energy\": 7}'");
      file(scene, "jsonb number 120 as 120.0", "docb", "docb = docb || '{\"bpm\": 120.0}'");
      file(scene, "jsonb member lost", "docb", "docb = docb - 'energy'");
      file(
          scene,
          "jsonb array order",
          "docb",
          "docb = jsonb_set(docb, '{cues}', jsonb_build_array(docb->'cues'->2, docb->'cues'->1, docb->'cues'->0))");
      file(
          scene,
          "json key order",
          "doc",
          "doc = ('{\"a\": ' || (doc->>'a') || ', \"b\": 1}')::json");
      file(scene, "json spaces", "doc", "doc = replace(doc::text, ' ', '')::json");
      file(scene, "array order", "tags", "tags = array[tags[2], tags[1], tags[3]]");
      file(scene, "numeric scale", "price", "price = price::numeric(12, 3)");
      file(scene, "numeric value", "price", "price = price + 0.01");
      swapped(scene, "two neighbours swapped", 1);
      swapped(scene, "two rows swapped between buckets", 4_000);
      lost(scene);
      rogue(scene, i);
      stale(scene, i);
      resurrected(scene, i);
      doubled(scene);
      track(
          scene,
          "residue altered",
          Kind.RESIDUE,
          "extraction_metadata",
          "update carried.metacrate_tracks set extraction_metadata = extraction_metadata || '{\"n\": -1}' where id = '%1$s'");
      track(
          scene,
          "residue set to NULL",
          Kind.RESIDUE,
          "original_filename",
          "update carried.metacrate_tracks set original_filename = null where id = '%1$s'");
      track(
          scene,
          "track's path altered",
          Kind.CHANGED,
          "file_path",
          "update public.track set path = path || 'x' where path = 'X:\\Music\\%2$d.mp3'");
      track(
          scene,
          "track's folder altered",
          Kind.TYPED_VALUE,
          "track.folder",
          "update public.track set folder = folder || '\\x' where path = 'X:\\Music\\%2$d.mp3'");
      track(
          scene,
          "provenance: another chunk",
          Kind.PROVENANCE,
          "ci:chunk",
          "update carried.metacrate_tracks set \"ci:chunk\" = (select max(c.id) from migration.chunk c join migration.source_table t on t.id = c.table_id where t.table_name = 'metacrate_tracks') where id = '%1$s'");
      track(
          scene,
          "provenance: no chunk",
          Kind.PROVENANCE,
          "ci:chunk",
          "update carried.metacrate_tracks set \"ci:chunk\" = 77777 where id = '%1$s'");
      track(
          scene,
          "provenance: another track",
          Kind.PROVENANCE,
          "ci:track",
          "update carried.metacrate_tracks set \"ci:track\" = (select path_digest from public.track where path = 'X:\\Music\\5999.mp3') where id = '%1$s'");
      track(
          scene,
          "typed value",
          Kind.TYPED_VALUE,
          "classification.artist",
          "update public.classification set artist = 'Z' where artist = 'A%2$d'");
      track(
          scene,
          "typed tempo",
          Kind.TYPED_VALUE,
          "classification.bpm",
          "update public.classification set bpm = 125 where artist = 'A%2$d'");
      track(
          scene,
          "marked as validated",
          Kind.TYPED_VALUE,
          "classification.human_validated",
          "update public.classification set human_validated = true where artist = 'A%2$d'");
      track(
          scene,
          "typed row lost",
          Kind.TYPED_ROW,
          "classification",
          "delete from public.classification where artist = 'A%2$d'");
      track(
          scene,
          "hash of another file",
          Kind.TYPED_VALUE,
          "track.content_sha256",
          "update public.track set content_sha256 = (select content_sha256 from public.track where path = 'X:\\Music\\5998.mp3') where path = 'X:\\Music\\%2$d.mp3'");
      track(
          scene,
          "hash right, size wrong",
          Kind.TYPED_VALUE,
          "content.size_bytes",
          "update public.content set size_bytes = 12345 where sha256 = decode(md5('%2$d') || md5('x'), 'hex')");
      rogueClassification(scene, i);
      logLine(scene);
    }
    batchTwice(scene);
    pathOfATrackThatWasPointedAt();
  }

  private void file(Scene scene, String kind, String column, String set) throws SQLException {
    file(scene, kind, column, set, nextFile++);
  }

  private void file(Scene scene, String kind, String column, String set, int id)
      throws SQLException {
    scene.inTarget("update carried.audio_files set %s where id = %d".formatted(set, id));
    add(kind, "audio_files", List.of(Integer.toString(id)), column, Set.of(Kind.CHANGED));
  }

  private void nullAndEmpty(Scene scene, String kind, int odd, String set) throws SQLException {
    while (nextFile % 2 != odd) {
      nextFile++;
    }
    file(scene, kind, "note", set, nextFile++);
  }

  private void swapped(Scene scene, String kind, int apart) throws SQLException {
    int one = nextFile++;
    int other = apart == 1 ? nextFile++ : one + apart;
    scene.inTarget(
        "update carried.audio_files set id = -id where id in (%1$d, %2$d);".formatted(one, other)
            + "update carried.audio_files set id = case id when -%1$d then %2$d else %1$d end where id in (-%1$d, -%2$d)"
                .formatted(one, other));
    add(kind, "audio_files", List.of(Integer.toString(one)), "title", Set.of(Kind.CHANGED));
    add(kind, "audio_files", List.of(Integer.toString(other)), "title", Set.of(Kind.CHANGED));
  }

  private void lost(Scene scene) throws SQLException {
    int id = nextFile++;
    scene.inTarget("delete from carried.audio_files where id = " + id);
    add("lost row", "audio_files", List.of(Integer.toString(id)), null, Set.of(Kind.MISSING));
  }

  private void rogue(Scene scene, int i) throws SQLException {
    scene.inTarget(
        "insert into carried.audio_files (id, title, \"ci:chunk\") select %d, 'rogue', \"ci:chunk\" from carried.audio_files where id = 500"
            .formatted(90_000 + i));
    add(
        "rogue row",
        "audio_files",
        List.of(Integer.toString(90_000 + i)),
        null,
        Set.of(Kind.ROGUE));
  }

  /** The source went on, and the row of before came back over it. */
  private void stale(Scene scene, int i) throws SQLException {
    int id = 11_000 + i;
    scene.inSource("update audio_files set note = 'new' where id = " + id);
    add(
        "stale row from before an update",
        "audio_files",
        List.of(Integer.toString(id)),
        "note",
        Set.of(Kind.CHANGED));
  }

  private void resurrected(Scene scene, int i) throws SQLException {
    int id = 11_100 + i;
    scene.inSource("delete from audio_files where id = " + id);
    add("resurrected row", "audio_files", List.of(Integer.toString(id)), null, Set.of(Kind.ROGUE));
  }

  private void doubled(Scene scene) throws SQLException {
    int id = nextFile++;
    scene.inTarget(
        """
        do $$ begin
          if exists (select from pg_constraint where conname = 'audio_files_pkey') then
            alter table carried.audio_files drop constraint audio_files_pkey;
          end if;
        end $$;
        insert into carried.audio_files select * from carried.audio_files where id = %d"""
            .formatted(id));
    add("doubled row", "audio_files", List.of(Integer.toString(id)), null, Set.of(Kind.DOUBLED));
  }

  private void track(Scene scene, String kind, Kind expected, String column, String sql)
      throws SQLException {
    int n = nextTrack++;
    String id =
        scene
            .source(
                "select id from public.metacrate_tracks where file_path = 'X:\\Music\\%d.mp3'"
                    .formatted(n))
            .getFirst();
    scene.inTarget(sql.formatted(id, n));
    add(kind, "metacrate_tracks", List.of(id), column, Set.of(expected));
    // A path whose only row points elsewhere is named by itself as well.
    planted.add(List.of("X:\\Music\\%d.mp3".formatted(n)));
    planted.add(List.of("X:\\Music\\%d.mp3x".formatted(n)));
  }

  private void rogueClassification(Scene scene, int i) throws SQLException {
    String path = "X:\\Music\\" + (5_900 + i) + ".mp3";
    scene.inTarget(
        "insert into public.classification (id, path_digest, origin, needs_review, method, decided_at) select gen_random_uuid(), path_digest, 'metacrate', true, 'migration', now() from public.track where path = '%s'"
            .formatted(path));
    add(
        "rogue typed row",
        "metacrate_tracks",
        List.of(path),
        "classification",
        Set.of(Kind.TYPED_ROW));
  }

  /** Rows without a key are named by their digest; here by what is said of them. */
  private void logLine(Scene scene) throws SQLException {
    int n = nextLine++;
    scene.inTarget("update carried.music_log set line = 'other %1$d' where n = %1$d".formatted(n));
    add("row without a key altered", "music_log", List.of(), null, Set.of(Kind.MISSING));
  }

  private void batchTwice(Scene scene) throws SQLException {
    scene.inTarget(
        "insert into carried.music_log select line, n, \"ci:chunk\", \"ci:row\" + 1000 from carried.music_log where n between 201 and 210");
    for (int i = 0; i < EACH; i++) {
      add("a batch applied twice", "music_log", List.of(), null, Set.of(Kind.DOUBLED));
    }
  }

  private void add(
      String kind, String table, List<String> key, @Nullable String column, Set<Kind> expected) {
    plants.add(new Plant(kind, table, key, column, expected));
    planted.add(key);
  }

  private void pathOfATrackThatWasPointedAt() {
    planted.add(List.of("X:\\Music\\5999.mp3"));
  }
}
