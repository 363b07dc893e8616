package culturalintelligence.persistence.verification;

import culturalintelligence.domain.verification.SampleBound;
import culturalintelligence.domain.verification.SampleBound.Stratum;
import culturalintelligence.domain.verification.Verdict;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The audio file as third witness. Which files are read: those behind rows that differ, and a
 * random sample of the others. The sample takes more of what is more likely to be wrong, and each
 * file of one part of the library with the same chance; so what is seen can be said of all, with a
 * bound.
 *
 * <p>What a file is now is read by the analysis function; here it is asked for and judged.
 */
@ApplicationScoped
public class FileWitnesses {
  private static final double DOUBT = 0.05;

  /** Files behind differing rows, at most. */
  private static final int MOST_DIFFERING = 10_000;

  private static final int MOST_LISTED = 1_000;

  /**
   * The parts of a library, the likeliest to be wrong first; a track belongs to the first that
   * fits. Half of a sample comes from the last, which is nearly all of it.
   */
  private static final String STRATUM =
      """
      CASE WHEN t.content_sha256 IS NULL THEN 'no hash known'
           WHEN EXISTS (SELECT FROM public.classification k WHERE k.path_digest = t.path_digest AND k.needs_review)
             THEN 'unsure'
           WHEN t.path ~ '[^ -~]' OR length(t.path) > 260 THEN 'unusual path'
           ELSE 'plain' END""";

  private final TargetDatabase target;

  public FileWitnesses(TargetDatabase target) {
    this.target = target;
  }

  /** Asks the analysis function to read these files, and gives the number of the job. */
  @FunctionalInterface
  public interface Reader {
    long read(List<String> paths) throws SQLException;
  }

  /**
   * Chooses the files and asks for them.
   *
   * @param sample how many of the files behind clean rows
   * @param seed of the choice: the same seed chooses the same files of the same library
   * @return the number of the check
   */
  public long ask(long plan, int sample, long seed, Reader reader) throws SQLException {
    long check;
    List<String> paths = new ArrayList<>();
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      check = insertCheck(connection, plan, seed);
      behindDifferences(connection, plan, check);
      sample(connection, check, sample, seed);
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT path FROM migration.file_witness WHERE check_id = ? ORDER BY path")) {
        select.setLong(1, check);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            paths.add(row.getString(1));
          }
        }
      }
      connection.commit();
    }
    if (!paths.isEmpty()) {
      long job = reader.read(paths);
      try (Connection connection = target.open();
          PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE migration.file_check SET job_id = ? WHERE id = ?")) {
        update.setLong(1, job);
        update.setLong(2, check);
        update.executeUpdate();
      }
    }
    return check;
  }

  private static long insertCheck(Connection connection, long plan, long seed) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.file_check (run_id, seed, population)
            SELECT ?, ?, count(*) FROM public.track WHERE origin = 'migrated' RETURNING id
            """)) {
      insert.setLong(1, plan);
      insert.setLong(2, seed);
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static void behindDifferences(Connection connection, long plan, long check)
      throws SQLException {
    Map<Long, String> homes = homes(connection, plan);
    for (Map.Entry<Long, String> home : homes.entrySet()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              """
              INSERT INTO migration.file_witness (check_id, path_digest, path, reason, stratum, weight)
              SELECT ?, t.path_digest, t.path, 'DIFFERS', 'differs', 1
                FROM (%s) AS k(key, digest)
                JOIN public.track t ON t.path_digest = k.digest
               WHERE k.key IN (SELECT d.key FROM migration.difference d WHERE d.table_id = ?)
               LIMIT %d
              ON CONFLICT DO NOTHING
              """
                  .formatted(home.getValue(), MOST_DIFFERING))) {
        insert.setLong(1, check);
        insert.setLong(2, home.getKey());
        insert.executeUpdate();
      }
    }
  }

  /** By the number of each table that has tracks: a query of its rows' keys and tracks. */
  private static Map<Long, String> homes(Connection connection, long plan) throws SQLException {
    Map<Long, String> homes = new LinkedHashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT id, carried_name,
                   ARRAY(SELECT jsonb_array_elements_text(description -> 'key')) AS key
              FROM migration.source_table
             WHERE run_id = ? AND mapping = 'tracks' AND jsonb_array_length(description -> 'key') > 0
             ORDER BY id
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String key =
              Arrays.stream((String[]) row.getArray(3).getArray())
                  .map(column -> Sql.identifier(column) + "::text")
                  .collect(Collectors.joining(", "));
          homes.put(
              row.getLong(1),
              "SELECT ARRAY[%s], \"ci:track\" FROM %s"
                  .formatted(key, Sql.qualified("carried", row.getString(2))));
        }
      }
    }
    return homes;
  }

  /** As many of each part as its share allows; what a small part leaves goes to the plain one. */
  private static void sample(Connection connection, long check, int sample, long seed)
      throws SQLException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT %s AS stratum, count(*) FROM public.track t WHERE t.origin = 'migrated' GROUP BY 1"
                    .formatted(STRATUM))) {
      while (row.next()) {
        sizes.put(row.getString(1), row.getLong(2));
      }
    }
    long left = sample;
    for (String stratum : List.of("no hash known", "unsure", "unusual path", "plain")) {
      long size = sizes.getOrDefault(stratum, 0L);
      long wanted =
          Math.min(size, stratum.equals("plain") ? left : Math.min(left, Math.ceilDiv(sample, 6)));
      if (wanted == 0) {
        continue;
      }
      left -= wanted;
      try (PreparedStatement insert =
          connection.prepareStatement(
              """
              INSERT INTO migration.file_witness (check_id, path_digest, path, reason, stratum, weight)
              SELECT ?, t.path_digest, t.path, 'SAMPLE', ?, ?
                FROM public.track t
               WHERE t.origin = 'migrated' AND %s = ?
               ORDER BY sha256(convert_to(? || t.path_digest::text, 'UTF8'))
               LIMIT ?
              ON CONFLICT DO NOTHING
              """
                  .formatted(STRATUM))) {
        insert.setLong(1, check);
        insert.setString(2, stratum);
        insert.setDouble(3, (double) size / wanted);
        insert.setString(4, stratum);
        insert.setString(5, Long.toString(seed));
        insert.setLong(6, wanted);
        insert.executeUpdate();
      }
    }
  }

  /**
   * One file as it was judged.
   *
   * @param reason DIFFERS: behind a row that differs; SAMPLE: drawn at random
   * @param outcome AGREES, CHANGED, MISSING, DISAGREES or UNREADABLE
   * @param verdict what follows from it: FILE_CHANGED, FILE_MISSING, SOURCE_WRONG or
   *     MIGRATION_FAULT; null where nothing does
   */
  public record Judged(
      String path,
      String reason,
      String outcome,
      @Nullable Verdict verdict,
      @Nullable String says) {}

  /** How a check came out. */
  public enum Result {
    /** Files are still being read. */
    READING,
    /** Every file that was asked for is as its row says. */
    AS_DESCRIBED,
    /** At least one is not. */
    DIFFERS,
    /** None differs, but not all could be read; or there was nothing to ask. */
    COULD_NOT
  }

  /**
   * Where a check stands.
   *
   * @param seed the same seed chooses the same files of the same library
   * @param population migrated tracks
   * @param asked files, those behind differing rows and those of the sample
   * @param answered of these
   * @param behindDifferences files behind rows that differ
   * @param sampled files of the sample that were judged
   * @param notAsDescribed of these, missing, changed or contradicting
   * @param notRead of all, there and not readable, or under no library root: nothing was learned of
   *     them, and the bound takes them for wrong
   * @param certainty of the bound, such as 0.95
   * @param atMost an upper bound with that certainty on the share of all migrated tracks whose file
   *     is not as described; null while files are still to be read
   */
  public record Standing(
      long check,
      Result result,
      long seed,
      Instant askedAt,
      long population,
      long asked,
      long answered,
      long behindDifferences,
      long sampled,
      long notAsDescribed,
      long notRead,
      double certainty,
      @Nullable Double atMost,
      List<Judged> files) {
    public Standing {
      files = List.copyOf(files);
    }
  }

  private record Check(
      long id,
      long population,
      long seed,
      Instant askedAt,
      @Nullable Long job,
      @Nullable String state) {
    /** Whether no more readings come. */
    boolean isOver() {
      return job == null || List.of("DONE", "FAILED", "CANCELLED").contains(String.valueOf(state));
    }
  }

  /** Judges what has been read since, and says where the check stands. */
  public Optional<Standing> standing(long plan) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      Check check;
      try (PreparedStatement select =
          connection.prepareStatement(
              """
              SELECT c.id, c.population, c.seed, c.asked_at, c.job_id, j.state
                FROM migration.file_check c LEFT JOIN analysis_job.job j ON j.id = c.job_id
               WHERE c.run_id = ? ORDER BY c.id DESC LIMIT 1
              """)) {
        select.setLong(1, plan);
        try (ResultSet row = select.executeQuery()) {
          if (!row.next()) {
            return Optional.empty();
          }
          check =
              new Check(
                  row.getLong(1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getObject(4, OffsetDateTime.class).toInstant(),
                  row.getObject(5, Long.class),
                  row.getString(6));
        }
      }
      judge(connection, check.id());
      judgeDifferences(connection, plan, check.id());
      Standing standing = standing(connection, check);
      connection.commit();
      return Optional.of(standing);
    }
  }

  /**
   * A file whose bytes are not those of its row was changed since, unless it was last modified
   * before the row was written: then the row was wrong from the beginning.
   */
  private static void judge(Connection connection, long check) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE migration.file_witness w
               SET outcome = j.outcome, says = j.says,
                   verdict = CASE j.outcome WHEN 'MISSING' THEN 'FILE_MISSING'
                                            WHEN 'CHANGED' THEN 'FILE_CHANGED'
                                            WHEN 'DISAGREES' THEN 'SOURCE_WRONG' END
              FROM (SELECT w.path_digest,
                      CASE WHEN r.outcome = 'MISSING' AND r.code = 'OUTSIDE_LIBRARY' THEN 'UNREADABLE'
                           WHEN r.outcome = 'MISSING' THEN 'MISSING'
                           WHEN r.sha256 IS NULL THEN 'UNREADABLE'
                           WHEN t.content_sha256 <> r.sha256
                                AND coalesce(r.modified < old.written, false)
                                AND NOT coalesce(k.payload_digest = r.payload_digest, false) THEN 'DISAGREES'
                           WHEN t.content_sha256 <> r.sha256 THEN 'CHANGED'
                           WHEN t.content_sha256 IS NULL AND t.size_bytes <> r.size_bytes THEN 'CHANGED'
                           WHEN t.content_sha256 IS NULL THEN 'AGREES'
                           WHEN k.size_bytes <> r.size_bytes OR t.size_bytes <> r.size_bytes
                                OR k.payload_digest <> r.payload_digest THEN 'DISAGREES'
                           ELSE 'AGREES' END AS outcome,
                      CASE WHEN r.outcome = 'MISSING' THEN coalesce(r.reason, 'the file is not there')
                           WHEN r.sha256 IS NULL THEN coalesce(r.reason, 'the file could not be read')
                           WHEN t.content_sha256 <> r.sha256 THEN
                             CASE WHEN k.payload_digest = r.payload_digest
                                    THEN 'other bytes with the same audio: its tags were changed'
                                  WHEN r.modified < old.written
                                    THEN 'other bytes, and not modified since the row was written: ' || r.modified
                                  WHEN t.size_bytes = r.size_bytes AND t.modified = r.modified
                                    THEN 'other bytes under the same size and time'
                                  WHEN t.size_bytes = r.size_bytes THEN 'other bytes of the same size'
                                  ELSE 'other bytes: ' || r.size_bytes || ', modified ' || r.modified END
                           WHEN t.content_sha256 IS NULL AND t.size_bytes <> r.size_bytes
                             THEN r.size_bytes || ' bytes, not ' || t.size_bytes
                           WHEN t.content_sha256 IS NULL AND t.size_bytes IS NULL
                             THEN 'the file is there; the row knows neither its hash nor its size'
                           WHEN k.size_bytes <> r.size_bytes OR t.size_bytes <> r.size_bytes
                             THEN 'the hash is right and the size is not: ' || r.size_bytes || ' bytes'
                           WHEN k.payload_digest <> r.payload_digest
                             THEN 'the hash is right and the digest of its audio is not' END AS says
                      FROM migration.file_witness w
                      JOIN migration.file_check c ON c.id = w.check_id
                      JOIN analysis_job.reading r ON r.job_id = c.job_id AND r.path = w.path
                      JOIN public.track t ON t.path_digest = w.path_digest
                      LEFT JOIN public.content k ON k.sha256 = t.content_sha256
                      CROSS JOIN LATERAL (
                        SELECT max(o.decided_at) AS written FROM public.classification o
                         WHERE o.path_digest = w.path_digest AND o.origin = 'metacrate'
                           AND isfinite(o.decided_at)) AS old
                     WHERE w.check_id = ? AND w.outcome IS NULL) j
             WHERE w.check_id = ? AND w.path_digest = j.path_digest
            """)) {
      update.setLong(1, check);
      update.setLong(2, check);
      update.executeUpdate();
    }
  }

  /**
   * The file decides between the two: what it says is right, and whoever says otherwise is wrong.
   * Where it says neither, it was changed since. Values in a report stand in quotes; only whole
   * ones are compared.
   */
  private static void judgeDifferences(Connection connection, long plan, long check)
      throws SQLException {
    for (Map.Entry<Long, String> home : homes(connection, plan).entrySet()) {
      try (PreparedStatement update =
          connection.prepareStatement(
              """
              WITH judged AS (
                UPDATE migration.difference d
                   SET verdict = CASE WHEN w.outcome = 'MISSING' THEN 'FILE_MISSING'
                                      WHEN d.source_value = said.quoted AND d.target_value IS DISTINCT FROM said.quoted
                                        THEN 'MIGRATION_FAULT'
                                      WHEN d.target_value = said.quoted AND d.source_value IS DISTINCT FROM said.quoted
                                        THEN 'SOURCE_WRONG'
                                      WHEN w.outcome = 'CHANGED' THEN 'FILE_CHANGED'
                                      ELSE 'MIGRATION_FAULT' END
                  FROM (%s) AS k(key, digest)
                  JOIN migration.file_witness w ON w.check_id = ? AND w.path_digest = k.digest
                  JOIN migration.file_check c ON c.id = w.check_id
                  JOIN analysis_job.reading r ON r.job_id = c.job_id AND r.path = w.path
                 CROSS JOIN LATERAL (VALUES
                    ('artist', r.artist), ('title', r.title), ('track_name', r.title), ('label', r.label),
                    ('catalogue_number', r.catalogue_number), ('catalog_number', r.catalogue_number),
                    ('genre', r.genre), ('subgenre', r.subgenre), ('bpm', r.bpm::text),
                    ('musical_key', r.musical_key), ('content_sha256', encode(r.sha256, 'hex')),
                    ('file_hash', encode(r.sha256, 'hex')), ('sha256', encode(r.sha256, 'hex'))) AS f(name, said)
                 CROSS JOIN LATERAL (SELECT '''' || f.said || '''' AS quoted) AS said
                 WHERE d.table_id = ? AND d.key = k.key AND w.outcome IN ('AGREES', 'CHANGED', 'MISSING', 'DISAGREES')
                   AND d.verdict <> 'EQUIVALENT'
                   AND f.name = coalesce(d.json_path, regexp_replace(d.column_name, '^.*\\.', ''))
                RETURNING k.digest, d.verdict)
              UPDATE migration.file_witness w SET verdict = j.verdict
                FROM (SELECT digest, min(verdict) AS verdict FROM judged GROUP BY digest) j
               WHERE w.check_id = ? AND w.path_digest = j.digest
              """
                  .formatted(home.getValue()))) {
        update.setLong(1, check);
        update.setLong(2, home.getKey());
        update.setLong(3, check);
        update.executeUpdate();
      }
    }
  }

  private static Standing standing(Connection connection, Check check) throws SQLException {
    long asked = 0;
    long answered = 0;
    long behind = 0;
    long sampled = 0;
    long wrong = 0;
    long notRead = 0;
    boolean differs = false;
    List<Stratum> strata = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT stratum, reason, count(*), count(outcome),
                   count(*) FILTER (WHERE outcome NOT IN ('AGREES', 'UNREADABLE')),
                   count(*) FILTER (WHERE outcome = 'UNREADABLE'), max(weight)
              FROM migration.file_witness WHERE check_id = ? GROUP BY stratum, reason ORDER BY 1
            """)) {
      select.setLong(1, check.id());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          asked += row.getLong(3);
          answered += row.getLong(4);
          notRead += row.getLong(6);
          if (row.getString(2).equals("SAMPLE")) {
            sampled += row.getLong(4);
            wrong += row.getLong(5);
            // A file behind a difference is in no sample: what was drawn of a part may be fewer.
            long size = Math.max(Math.round(row.getDouble(7) * row.getLong(3)), row.getLong(3));
            strata.add(
                new Stratum(
                    row.getString(1), size, row.getLong(4), row.getLong(5) + row.getLong(6)));
          } else {
            behind += row.getLong(3);
          }
          differs |= row.getLong(5) > 0 || row.getString(2).equals("DIFFERS");
        }
      }
    }
    boolean complete = answered == asked;
    Result result =
        !complete && !check.isOver()
            ? Result.READING
            : differs
                ? Result.DIFFERS
                : !complete || notRead > 0 || asked == 0 ? Result.COULD_NOT : Result.AS_DESCRIBED;
    return new Standing(
        check.id(),
        result,
        check.seed(),
        check.askedAt(),
        check.population(),
        asked,
        answered,
        behind,
        sampled,
        wrong,
        notRead,
        1 - DOUBT,
        !complete || strata.isEmpty() ? null : SampleBound.upper(strata, DOUBT),
        judged(connection, check.id()));
  }

  private static List<Judged> judged(Connection connection, long check) throws SQLException {
    List<Judged> files = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT path, reason, outcome, verdict, says FROM migration.file_witness
             WHERE check_id = ? AND outcome IS NOT NULL AND (reason = 'DIFFERS' OR outcome <> 'AGREES')
             ORDER BY reason, path COLLATE "C" LIMIT %d
            """
                .formatted(MOST_LISTED))) {
      select.setLong(1, check);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String verdict = row.getString(4);
          files.add(
              new Judged(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  verdict == null ? null : Verdict.valueOf(verdict),
                  row.getString(5)));
        }
      }
    }
    return files;
  }
}
