package culturalintelligence.localdev.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.localdev.sample.SampleLibrary.Created;
import culturalintelligence.testkit.audio.SampleAudio;
import culturalintelligence.testkit.database.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleLibraryTest {
  private static final int TRACKS = 2000;
  private static final long SEED = 42;

  @TempDir static Path audio;
  private static TestDatabase library;
  private static Created created;

  @BeforeAll
  static void createTheLibrary() throws Exception {
    SampleAudio.write(audio);
    library = TestDatabase.empty();
    created = fill(library, TRACKS, SEED);
  }

  @AfterAll
  static void drop() {
    library.close();
  }

  @Test
  void theTablesStandInTheProportionsOfARealLibrary() {
    assertThat(created.tracks()).isEqualTo(TRACKS);
    assertThat(created.rows())
        .containsOnlyKeys(
            "genres",
            "artists",
            "metacrate_tracks",
            "audio_files",
            "track_genres",
            "duplicates",
            "music_analysis");
    created
        .rows()
        .forEach(
            (table, rows) ->
                assertThat(count("select count(*) from " + table)).as(table).isEqualTo(rows));
    assertThat(created.rows().get("artists")).isEqualTo(TRACKS / 20);
    assertThat(created.rows().get("audio_files")).isBetween(TRACKS * 9L / 10, (long) TRACKS);
  }

  @Test
  void aboutHalfOfTheRowsAreCopiesOfTheSameBytes() {
    long contents =
        count(
            "select count(distinct lower(file_hash)) from audio_files where file_hash is not null");
    assertThat(contents).isBetween(TRACKS * 40L / 100, TRACKS * 60L / 100);
  }

  @Test
  void copiesSayTheSameOfTheirTags() {
    assertThat(
            count(
                """
                select count(*) from (
                  select extraction_metadata->>'file_hash' from metacrate_tracks
                  where extraction_metadata->>'file_hash' ~ '^[0-9a-f]{64}$'
                  group by 1 having count(distinct extraction_metadata->'raw_tags'->'TIT2') > 1) as differing
                """))
        .isZero();
  }

  @Test
  void theSameSeedGivesTheSameRowsInEveryTable() throws Exception {
    try (TestDatabase again = TestDatabase.empty();
        TestDatabase other = TestDatabase.empty()) {
      fill(again, TRACKS, SEED);
      fill(other, TRACKS, SEED + 1);
      Map<String, String> sums = checksums(library);
      assertThat(checksums(again)).isEqualTo(sums);
      // Genres are the same tree in every library.
      assertThat(checksums(other))
          .allSatisfy(
              (table, sum) -> {
                if (!table.equals("genres")) {
                  assertThat(sum).as(table).isNotEqualTo(sums.get(table));
                }
              });
    }
  }

  @Test
  void everyKindOfDirtComesInTwoThousandRows() {
    List<Dirt> seen = new ArrayList<>();
    for (int row = 0; row < TRACKS; row++) {
      seen.add(Dirt.of(row));
    }
    assertThat(seen).contains(Dirt.values());
  }

  /** In {@code metacrate_tracks}; c and m stand for the two documents. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          several rows of one path            | exists (select from metacrate_tracks o where o.file_path = t.file_path and o.id <> t.id)
          paths of 300 characters             | length(file_path) >= 300
          paths in NFD                        | file_path <> normalize(file_path, NFC)
          paths on X:                         | file_path like 'X:\\\\%'
          paths in C:\\Users                  | file_path ilike 'C:\\\\users\\\\%'
          paths on a network share            | file_path like '\\\\\\\\%'
          POSIX paths                         | file_path like '/%'
          paths with a hash sign              | file_path like '%#%'
          paths with an ampersand             | file_path like '%&%'
          paths with a euro sign              | file_path like '%€%'
          paths with a circled digit          | file_path like '%❷%'
          paths with emoji                    | file_path like '%🔥%'
          paths ending in blanks              | file_path <> rtrim(file_path, E' \\r\\n')
          names cut at 44 characters          | file_path ~ '[\\\\/][^\\\\/]{44}\\.[^.]+$' and file_path ~ '\\([^)]*\\.[^.]+$'
          placeholder names                   | file_path ~ 'Unknown - Unknown'
          site names                          | c->>'artist' = 'whoplaymusic.com'
          empty names                         | original_filename = ''
          missing names                       | original_filename is null
          tempo as text                       | jsonb_typeof(c->'bpm') = 'string' and c->>'bpm' = '128'
          tempo as a word                     | c->>'bpm' = 'fast'
          tempo as a list                     | c->'bpm' = '[]'
          tempo null                          | c->'bpm' = 'null'
          decimal tempo                       | jsonb_typeof(c->'bpm') = 'number' and c->>'bpm' like '%.5'
          confidence as text                  | jsonb_typeof(c->'confidence') = 'string'
          confidences with 15 digits          | confidence_score::text ~ '^0\\.[0-9]{15}$'
          confidence not a number             | confidence_score = 'NaN'
          confidence over 1                   | confidence_score > 1 and confidence_score < 1.1
          confidence absent                   | confidence_score is null
          no classification                   | c is null
          classification null in JSON         | c = 'null'
          classification encoded twice        | jsonb_typeof(c) = 'string' and c #>> '{}' like '{%}'
          empty texts                         | c->>'label' = ''
          label null                          | c->'label' = 'null'
          label absent                        | jsonb_typeof(c) = 'object' and not c ? 'label'
          naive time stamps inside            | c->>'classified_at' ~ '^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+$'
          no metadata                         | m is null
          failed extraction                   | m->'extraction_success' = 'false'
          a purchaser's address               | m->'raw_tags'->>'apID' like '%@example.com'
          a purchaser's name                  | m->'raw_tags' ? 'ownr'
          the spelling of NUL                 | m::text like '%shop\\\\\\\\u0000%'
          pictures of 300 KB                  | length(m->'raw_tags'->>'APIC:') >= 300000
          a hash of 64 digits                 | m->>'file_hash' ~ '^[0-9a-f]{64}$'
          no hash                             | not m ? 'file_hash'
          hashes in capitals                  | m->>'file_hash' ~ '[A-F]' and m->>'file_hash' ~ '^[0-9A-F]{64}$'
          text in NFD inside                  | c::text <> normalize(c::text, NFC)
          human validation                    | c->'human_validated' = 'true'
          no time                             | processing_timestamp is null
          time without end                    | processing_timestamp = 'infinity'
          """)
  void metacrateTracksHas(String what, String condition) {
    assertThat(
            count(
                "select count(*) from (select *, metacrate_classification as c, extraction_metadata as m from metacrate_tracks) t where "
                    + condition))
        .as(what)
        .isPositive();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NUL in json values      | audio_files    | tag_dump::text like '%\\\\u0000"%'
          NUL in json keys        | audio_files    | tag_dump::text like '%\\\\u0000key":%'
          json names twice        | audio_files    | tag_dump::text like '{"a":1,"a":2%'
          json with odd blanks    | audio_files    | tag_dump::text like E'  {\\t%'
          half a character        | audio_files    | tag_dump::text like '%"\\\\ud83d"%'
          endless times           | audio_files    | not isfinite(modified)
          endless dates           | audio_files    | not isfinite(seen)
          padded characters       | audio_files    | length(rtrim(volume::text)) < 12 and octet_length(volume) >= 12
          generated values        | audio_files    | megabytes > 1
          bytes with a zero       | audio_files    | position('\\x00'::bytea in head) > 0
          no bytes, not NULL      | audio_files    | head = '' and head is not null
          arrays of texts         | audio_files    | array_length(folders, 1) > 3
          arrays with a NULL      | audio_files    | array_position(folders, null) is not null
          files of no track       | audio_files    | track_id is null
          dates before all        | artists        | formed = '-infinity'
          an empty text as a key  | artists        | name = ''
          a blank as a key        | artists        | name = ' '
          keys that differ in case | artists       | exists (select from artists o where lower(o.name) = lower(artists.name) and o.name <> artists.name)
          keys that differ in form | artists       | exists (select from artists o where normalize(o.name) = normalize(artists.name) and o.name <> artists.name)
          keys sorted differently by languages | artists | name ~ '^[ÄäÅéİ]'
          a line break in a key   | artists        | name like E'%\\n%'
          genres with no tempo    | genres         | isempty(tempo)
          weights with 37 digits  | track_genres   | scale(weight) > 30
          weights with a last zero | track_genres  | weight::text = '0.50'
          numeric not a number    | track_genres   | weight = 'NaN'
          whole rows twice        | duplicates     | exists (select from duplicates o where o = duplicates and o.ctid <> duplicates.ctid)
          energy not a number     | music_analysis | energy = 'NaN'
          loudness without end    | music_analysis | loudness = '-infinity'
          two-dimensional arrays  | music_analysis | array_ndims(bands) = 2
          arrays not from 1       | music_analysis | array_lower(bands, 1) = 0
          versions not in ASCII   | music_analysis | "analyserVersion" = '2.1β'
          validity without end    | music_analysis | valid_until = 'infinity'
          """)
  void theOtherTablesHave(String what, String table, String condition) {
    assertThat(count("select count(*) from " + table + " where " + condition))
        .as(what)
        .isPositive();
  }

  @Test
  void theColumnsAreNotChosenToSuitUs() {
    assertThat(
            count(
                "select count(*) from pg_attribute where attrelid = 'audio_files'::regclass and attisdropped"))
        .as("a dropped column")
        .isEqualTo(1);
    assertThat(count("select count(*) from pg_attribute where atthasmissing"))
        .as("a column added later")
        .isEqualTo(1);
    assertThat(count("select count(*) from pg_constraint where conrelid = 'duplicates'::regclass"))
        .as("no key")
        .isZero();
    assertThat(
            count(
                "select count(*) from pg_constraint where contype = 'p' and connamespace = 'public'::regnamespace and array_length(conkey, 1) > 1"))
        .as("composite keys")
        .isEqualTo(2);
    assertThat(
            count(
                "select count(*) from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace"))
        .as("references")
        .isEqualTo(6);
  }

  @Test
  void picturesStayFewWhateverTheNumberOfRows() {
    for (long tracks : new long[] {2000, 25_000, 10_000_000}) {
      assertThat(TrackRows.pictures(tracks)).isBetween(1L, 60L);
    }
  }

  @Test
  void rowsPointToTheRealFilesUnderTheLibrarysDrive() throws Exception {
    Map<String, String> hashes = new LinkedHashMap<>();
    try (Stream<Path> walk = Files.walk(audio)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        byte[] sha = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        hashes.put(
            "X:\\Music\\" + audio.relativize(file).toString().replace('/', '\\'),
            HexFormat.of().formatHex(sha));
      }
    }
    Map<String, String> said = new LinkedHashMap<>();
    try (Connection connection = library.connect();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select file_path, extraction_metadata->>'file_hash' from metacrate_tracks where file_path like 'X:\\\\Music\\\\%'")) {
      while (rows.next()) {
        String hash = rows.getString(2);
        said.put(rows.getString(1), hash == null ? "" : hash);
      }
    }
    assertThat(said).containsOnlyKeys(hashes.keySet());
    long right =
        said.entrySet().stream().filter(e -> e.getValue().equals(hashes.get(e.getKey()))).count();
    assertThat(right).as("hashed and unchanged").isGreaterThan(said.size() / 2);
    assertThat(said.values()).as("never hashed").contains("");
    assertThat(right)
        .as("changed since")
        .isLessThan(said.values().stream().filter(hash -> !hash.isEmpty()).count());
  }

  @Test
  void aDatabaseThatHasTracksIsLeftAlone() throws Exception {
    Map<String, String> before = checksums(library);
    try (Connection connection = library.connect()) {
      assertThat(SampleLibrary.exists(connection)).isTrue();
      assertThatThrownBy(() -> SampleLibrary.create(connection, 10, SEED, null))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(checksums(library)).isEqualTo(before);
  }

  @Test
  void aLibraryThatFailsHalfWayLeavesNothing() throws Exception {
    try (TestDatabase empty = TestDatabase.empty();
        Connection connection = empty.connect()) {
      assertThatThrownBy(
              () ->
                  SampleLibrary.create(
                      connection,
                      2000,
                      SEED,
                      null,
                      (table, done, of) -> {
                        if (table.equals("audio_files")) {
                          throw new IllegalArgumentException("stopped");
                        }
                      }))
          .hasMessage("stopped");
      assertThat(SampleLibrary.exists(connection)).isFalse();
    }
  }

  @Test
  void anEmptyLibraryIsALibrary() throws Exception {
    try (TestDatabase empty = TestDatabase.empty()) {
      assertThat(fill(empty, 0, SEED).tracks()).isZero();
    }
  }

  private static Created fill(TestDatabase database, long tracks, long seed) throws Exception {
    try (Connection connection = database.connect()) {
      return SampleLibrary.create(connection, tracks, seed, audio);
    }
  }

  private static long count(String sql) {
    return library.value(sql) instanceof Long count ? count : -1;
  }

  private static Map<String, String> checksums(TestDatabase database) {
    Map<String, String> sums = new LinkedHashMap<>();
    for (String table : created.rows().keySet()) {
      Object sum =
          database.value(
              "select count(*) || ' ' || sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint) from "
                  + table
                  + " t");
      sums.put(table, String.valueOf(sum));
    }
    return sums;
  }
}
