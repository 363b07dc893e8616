package culturalintelligence.persistence.verification;

import culturalintelligence.domain.verification.SampleBound;
import culturalintelligence.domain.verification.SampleBound.Stratum;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    Map<String, String> homes = new LinkedHashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT id, carried_name, description -> 'key' ->> 0,
                   jsonb_array_length(description -> 'key') AS columns
              FROM migration.source_table WHERE run_id = ? AND mapping = 'tracks'
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (row.getInt(4) == 1) {
            homes.put(row.getString(1), key(row.getString(2), row.getString(3)));
          }
        }
      }
    }
    for (Map.Entry<String, String> home : homes.entrySet()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              """
              INSERT INTO migration.file_witness (check_id, path_digest, path, reason, stratum, weight)
              SELECT ?, t.path_digest, t.path, 'DIFFERS', 'differs', 1
                FROM (%s) AS k(key, digest)
                JOIN public.track t ON t.path_digest = k.digest
               WHERE k.key IN (SELECT d.key[1] FROM migration.difference d
                                WHERE d.table_id = ?::bigint AND cardinality(d.key) = 1)
               LIMIT %d
              ON CONFLICT DO NOTHING
              """
                  .formatted(home.getValue(), MOST_DIFFERING))) {
        insert.setLong(1, check);
        insert.setString(2, home.getKey());
        insert.executeUpdate();
      }
    }
  }

  private static String key(String carried, String column) {
    return "SELECT %s::text, \"ci:track\" FROM %s"
        .formatted(Sql.identifier(column), Sql.qualified("carried", carried));
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

  /** One file as it was judged. */
  public record Judged(String path, String reason, String outcome, @Nullable String says) {}

  /**
   * Where a check stands.
   *
   * @param sampled files of the sample that were judged
   * @param notAsDescribed of these, missing, changed or contradicting
   * @param atMost an upper bound, with 95 % certainty, on the share of all migrated tracks whose
   *     file is not as described; null while files are still to be read
   */
  public record Standing(
      long check,
      long population,
      long asked,
      long answered,
      long sampled,
      long notAsDescribed,
      @Nullable Double atMost,
      List<Judged> files) {
    public Standing {
      files = List.copyOf(files);
    }
  }

  /** Judges what has been read since, and says where the check stands. */
  public Optional<Standing> standing(long plan) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      long check;
      long population;
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT id, population FROM migration.file_check WHERE run_id = ? ORDER BY id DESC LIMIT 1")) {
        select.setLong(1, plan);
        try (ResultSet row = select.executeQuery()) {
          if (!row.next()) {
            return Optional.empty();
          }
          check = row.getLong(1);
          population = row.getLong(2);
        }
      }
      judge(connection, check);
      judgeDifferences(connection, plan, check);
      connection.commit();
      return Optional.of(standing(connection, check, population));
    }
  }

  private static void judge(Connection connection, long check) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE migration.file_witness w
               SET outcome = j.outcome, says = j.says
              FROM (SELECT w.path_digest,
                      CASE WHEN r.outcome = 'MISSING' THEN 'MISSING'
                           WHEN r.sha256 IS NULL THEN 'UNREADABLE'
                           WHEN t.content_sha256 IS NULL AND t.size_bytes IS NOT NULL
                                AND t.size_bytes <> r.size_bytes THEN 'CHANGED'
                           WHEN t.content_sha256 IS NULL THEN 'AGREES'
                           WHEN t.content_sha256 <> r.sha256 THEN 'CHANGED'
                           WHEN k.size_bytes <> r.size_bytes OR t.size_bytes <> r.size_bytes
                                OR k.payload_digest <> r.payload_sha256 THEN 'DISAGREES'
                           ELSE 'AGREES' END AS outcome,
                      CASE WHEN r.outcome = 'MISSING' THEN coalesce(r.reason, 'the file is not there')
                           WHEN r.sha256 IS NULL THEN coalesce(r.reason, 'the file could not be read')
                           WHEN t.content_sha256 <> r.sha256 THEN
                             CASE WHEN k.payload_digest = r.payload_sha256
                                    THEN 'other bytes with the same audio: its tags were changed'
                                  WHEN t.size_bytes = r.size_bytes AND t.modified = r.modified
                                    THEN 'other bytes under the same size and time'
                                  WHEN t.size_bytes = r.size_bytes THEN 'other bytes of the same size'
                                  ELSE 'other bytes: ' || r.size_bytes || ', modified ' || r.modified END
                           WHEN t.content_sha256 IS NULL AND t.size_bytes <> r.size_bytes
                             THEN r.size_bytes || ' bytes, not ' || t.size_bytes
                           WHEN k.size_bytes <> r.size_bytes OR t.size_bytes <> r.size_bytes
                             THEN 'the hash is right and the size is not: ' || r.size_bytes || ' bytes'
                           WHEN k.payload_digest <> r.payload_sha256
                             THEN 'the hash is right and the hash of its audio is not' END AS says
                      FROM migration.file_witness w
                      JOIN migration.file_check c ON c.id = w.check_id
                      JOIN analysis_job.reading r ON r.job_id = c.job_id AND r.path = w.path
                      JOIN public.track t ON t.path_digest = w.path_digest
                      LEFT JOIN public.content k ON k.sha256 = t.content_sha256
                     WHERE w.check_id = ? AND w.outcome IS NULL) j
             WHERE w.check_id = ? AND w.path_digest = j.path_digest
            """)) {
      update.setLong(1, check);
      update.setLong(2, check);
      update.executeUpdate();
    }
  }

  /**
   * A difference whose file says what the target says was wrong at the source. Values in a report
   * stand in quotes; only whole ones are compared.
   */
  private static void judgeDifferences(Connection connection, long plan, long check)
      throws SQLException {
    List<String> judgements = new ArrayList<>();
    try (PreparedStatement homes =
        connection.prepareStatement(
            """
            SELECT id, carried_name, description -> 'key' ->> 0 FROM migration.source_table
             WHERE run_id = ? AND mapping = 'tracks' AND jsonb_array_length(description -> 'key') = 1
            """)) {
      homes.setLong(1, plan);
      try (ResultSet row = homes.executeQuery()) {
        while (row.next()) {
          judgements.add(
              """
              UPDATE migration.difference d
                 SET verdict = CASE WHEN w.outcome = 'MISSING' THEN 'FILE_MISSING'
                                    WHEN w.outcome = 'CHANGED' THEN 'FILE_CHANGED'
                                    WHEN d.target_value = quote.said AND d.source_value <> quote.said
                                      THEN 'SOURCE_WRONG'
                                    ELSE 'MIGRATION_FAULT' END
                FROM (%1$s) AS k(key, digest)
                JOIN migration.file_witness w ON w.check_id = %2$d AND w.path_digest = k.digest
                JOIN migration.file_check c ON c.id = w.check_id
                JOIN analysis_job.reading r ON r.job_id = c.job_id AND r.path = w.path
                CROSS JOIN LATERAL (VALUES ('artist', r.artist), ('title', r.title), ('track_name', r.title),
                    ('label', r.label), ('catalogue_number', r.catalogue_number),
                    ('catalog_number', r.catalogue_number), ('genre', r.genre), ('subgenre', r.subgenre),
                    ('bpm', r.bpm::text), ('musical_key', r.musical_key), ('', NULL)) AS f(name, said)
                CROSS JOIN LATERAL (SELECT '''' || f.said || '''' AS said) AS quote
               WHERE d.table_id = %3$d AND d.key = ARRAY[k.key] AND w.outcome IS NOT NULL
                 AND d.verdict <> 'EQUIVALENT'
                 AND f.name = CASE WHEN coalesce(d.json_path, regexp_replace(d.column_name, '^.*\\.', '')) IN
                       ('artist', 'title', 'track_name', 'label', 'catalogue_number', 'catalog_number', 'genre',
                        'subgenre', 'bpm', 'musical_key')
                       THEN coalesce(d.json_path, regexp_replace(d.column_name, '^.*\\.', '')) ELSE '' END
              """
                  .formatted(key(row.getString(2), row.getString(3)), check, row.getLong(1)));
        }
      }
    }
    try (Statement statement = connection.createStatement()) {
      for (String judgement : judgements) {
        statement.executeUpdate(judgement);
      }
    }
  }

  private static Standing standing(Connection connection, long check, long population)
      throws SQLException {
    long asked = 0;
    long answered = 0;
    long sampled = 0;
    long wrong = 0;
    List<Stratum> strata = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT stratum, reason, count(*), count(outcome),
                   count(*) FILTER (WHERE outcome <> 'AGREES'), max(weight)
              FROM migration.file_witness WHERE check_id = ? GROUP BY stratum, reason ORDER BY 1
            """)) {
      select.setLong(1, check);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          asked += row.getLong(3);
          answered += row.getLong(4);
          if (row.getString(2).equals("SAMPLE")) {
            sampled += row.getLong(4);
            wrong += row.getLong(5);
            // A file behind a difference is in no sample: what was drawn of a part may be fewer.
            long size = Math.max(Math.round(row.getDouble(6) * row.getLong(3)), row.getLong(3));
            strata.add(new Stratum(row.getString(1), size, row.getLong(4), row.getLong(5)));
          }
        }
      }
    }
    List<Judged> files = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT path, reason, outcome, says FROM migration.file_witness
             WHERE check_id = ? AND outcome IS NOT NULL AND (reason = 'DIFFERS' OR outcome <> 'AGREES')
             ORDER BY reason, path LIMIT 1000
            """)) {
      select.setLong(1, check);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          files.add(
              new Judged(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
        }
      }
    }
    return new Standing(
        check,
        population,
        asked,
        answered,
        sampled,
        wrong,
        answered < asked || strata.isEmpty() ? null : SampleBound.upper(strata, DOUBT),
        files);
  }
}
