package culturalintelligence.analysis.http;

import static culturalintelligence.analysis.http.Client.analyse;
import static culturalintelligence.analysis.http.Client.analyseAsSecondClient;
import static culturalintelligence.analysis.http.Client.batch;
import static culturalintelligence.analysis.http.Client.get;
import static culturalintelligence.analysis.http.Client.lookUp;
import static culturalintelligence.analysis.http.Client.lookUpHash;
import static culturalintelligence.analysis.http.Client.validate;
import static culturalintelligence.analysis.http.MusicLibrary.put;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.analysis.http.Client.Answer;
import culturalintelligence.domain.library.LibraryFigures;
import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import culturalintelligence.testkit.database.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a request costs the database, which is asked itself: its count of statements, and of rows
 * read without an index, over a library of 200,000 tracks.
 */
@QuarkusTest
@TestProfile(RequestCostTest.OneConnection.class)
@QuarkusTestResource(value = TargetDatabaseResource.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = MusicLibrary.class, restrictToAnnotatedClass = true)
class RequestCostTest {
  private static final int TRACKS = 200_000;

  private static boolean filled;

  /** One connection, whose counts are told as soon as it is asked again; and no request log. */
  public static final class OneConnection implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "CULTURAL_INTELLIGENCE_POOL", "1", "cultural-intelligence.request-log.enabled", "false");
    }
  }

  private static TestDatabase database() {
    return TargetDatabaseResource.database();
  }

  @BeforeEach
  void fill() {
    if (filled) {
      return;
    }
    database()
        .execute(
            """
            create extension if not exists pg_stat_statements;
            insert into content (sha256, size_bytes, payload_digest, facts_source, metadata)
              select sha256(i::text::bytea), i, sha256(('p' || i / 3)::bytea), 'analysed', '{}'
              from generate_series(1, %1$d / 2) i;
            insert into track (path_digest, match_digest, path, folder, file_name, extension, size_bytes, modified,
                content_sha256, origin)
              select d, d, p, '/srv/music/bulk', i || '.mp3', 'mp3', (i + 1) / 2, '2025-01-01Z',
                sha256(((i + 1) / 2)::text::bytea), 'analysed'
              from (select i, p, encode(substr(sha256(convert_to(p, 'UTF8')), 1, 16), 'hex')::uuid as d
                from (select i, '/srv/music/bulk/' || i || '.mp3' as p from generate_series(1, %1$d) i) x) y;
            insert into classification (id, path_digest, content_sha256, origin, artist, title, genre, confidence,
                decided_at)
              select gen_random_uuid(), path_digest, content_sha256, 'analysis', 'A', 'T', 'House', 0.5, now()
              from track;
            insert into artist_profile (artist, artist_key, genre, validated_tracks)
              select 'Artist ' || i, 'artist ' || i, 'House', 1 from generate_series(1, 30000) i;
            insert into label_profile (label, label_key, genre, validated_tracks)
              select 'Label ' || i, 'label ' || i, 'House', 1 from generate_series(1, 30000) i;
            analyze;
            """
                .formatted(TRACKS));
    filled = true;
  }

  private static long statements() {
    return database()
        .number(
            """
            select coalesce(sum(calls), 0) from pg_stat_statements s join pg_database d on d.oid = s.dbid
            where d.datname = current_database() and s.query not like '%pg_stat_%' and s.query not ilike 'set %'
            """);
  }

  @Test
  void aKnownFileIsOneStatement() {
    String path = put("cost/known.wav", AudioFixture.wav().title("Known").artist("Known"));
    analyse(path);
    long before = statements();
    for (int i = 0; i < 50; i++) {
      assertThat(analyse(path).text("/source")).isEqualTo("cached");
    }
    for (int i = 0; i < 50; i++) {
      assertThat(lookUp(path).text("/source")).isEqualTo("cached");
    }
    for (int i = 0; i < 50; i++) {
      assertThat(analyseAsSecondClient(path).text("/source")).isEqualTo("cached");
    }

    assertThat(statements() - before).isEqualTo(150);
  }

  @Test
  void aBatchOfKnownFilesIsOneStatementForEach() {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      paths.add(put("cost/batch/" + i + ".wav", AudioFixture.wav().title("Batch " + i)));
    }
    batch(paths);
    long before = statements();

    assertThat(batch(paths).at("/successful").intValue()).isEqualTo(50);
    assertThat(statements() - before).isEqualTo(50);
  }

  @Test
  void aRefusedPathIsNoStatementAndAnUnknownOneIsOne() {
    long before = statements();
    analyse("/srv/music/../etc/passwd");
    analyse("\\\\server\\share\\a.mp3");
    assertThat(statements() - before).isZero();
    analyse("/srv/music/cost/nothing.mp3");
    analyse("/etc/passwd");
    assertThat(statements() - before).isEqualTo(2);
  }

  /** Rows read by sequential scans, in all tables but the request log's. */
  private static long scanned() throws InterruptedException {
    // The connection tells its counts with the first statement a second after the last time.
    Thread.sleep(1_200);
    get("/api/v3.2/file/hash/" + "f".repeat(64));
    return database()
        .number(
            """
            select coalesce(sum(seq_tup_read), 0) from pg_stat_user_tables
            where schemaname = 'public' and relname not like 'api_request%'
            """);
  }

  @Test
  void noRequestReadsATableThrough() throws InterruptedException {
    long before = scanned();
    // More often than PostgreSQL plans with the values: the plan for any values must do too.
    for (int i = 0; i < 8; i++) {
      byte[] bytes = AudioFixture.wav().title("Cost " + i).artist("Artist " + i).bytes();
      String path = put("cost/plain/" + i + ".wav", bytes);
      String copy = put("cost/copy/" + i + ".wav", bytes);
      Answer first = analyse(path);
      assertThat(first.text("/source")).isEqualTo("realtime_analysis");
      analyse(path);
      analyse(copy);
      analyse("X:\\Music\\cost\\PLAIN\\" + i + ".wav");
      analyse("X:\\Elsewhere\\" + i + ".wav");
      analyse("/srv/music/bulk/" + i + ".mp3");
      put("cost/plain/" + i + ".wav", AudioFixture.wav().title("Changed " + i));
      analyse(path);
      lookUp(path);
      lookUp("/srv/music/bulk/" + (i + 1) + ".mp3");
      lookUpHash(first.text("/file_hash"));
      batch(List.of(path, copy, "/etc/passwd"));
      validate(copy, Map.of("genre", "Techno", "label", "Label " + i));
    }

    assertThat(scanned() - before).isZero();
  }

  @Test
  void aPageOfDuplicatesReadsOnlyItsStretch() throws InterruptedException {
    long before = scanned();
    String after = "";
    for (int i = 0; i < 8; i++) {
      Answer page = get("/api/v3.2/duplicates?limit=50&after=" + after);
      assertThat(page.at("/groups_in_page").intValue()).isEqualTo(50);
      after = page.text("/next_after");
      Answer related = get("/api/v3.2/related?limit=50&after=" + after);
      assertThat(related.at("/groups_in_page").intValue()).isEqualTo(50);
      get("/api/v3.2/related?file_hash=" + related.text("/related_groups/0/contents/0/file_hash"));
    }

    assertThat(scanned() - before).isZero();
  }

  @Test
  void figuresReadNoMoreThanTheirBound() throws InterruptedException {
    long before = scanned();
    Answer stats = get("/api/v3.2/stats");
    Answer health = get("/api/v3.2/health");

    assertThat(stats.at("/tracks").longValue()).isBetween(TRACKS * 9L / 10, TRACKS * 11L / 10);
    assertThat(stats.at("/api_statistics/figures_estimated").booleanValue()).isTrue();
    assertThat(health.at("/statistics/tracks_in_database").longValue())
        .isEqualTo(stats.at("/tracks").longValue());
    // Six tables and one part of a table, each up to the bound, twice.
    assertThat(scanned() - before).isLessThanOrEqualTo(14L * (LibraryFigures.COUNTED_UP_TO + 1));
  }
}
