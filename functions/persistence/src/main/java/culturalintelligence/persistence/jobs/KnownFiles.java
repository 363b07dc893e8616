package culturalintelligence.persistence.jobs;

import culturalintelligence.domain.jobs.FileOutcome;
import culturalintelligence.domain.jobs.FileReading;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Which of many files need not be read, by path, size and time: one question for all of them. */
@ApplicationScoped
public class KnownFiles {
  /** What PostgreSQL and ISO 8601 write alike; a file from outside is read each time. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /**
   * The track a path means is found as the service finds it: spelled exactly so if there is one,
   * else what Windows takes for the same.
   */
  private static final String UNCHANGED =
      """
      SELECT s.n, t.path_digest IS NULL OR c.metadata -> 'extraction_success' IS DISTINCT FROM 'false' AS readable
        FROM unnest(?::uuid[], ?::uuid[], ?::bigint[], ?::timestamptz[])
             WITH ORDINALITY AS s(digest, match, size, modified, n)
        LEFT JOIN LATERAL (
             SELECT path_digest, size_bytes, modified, content_sha256 FROM public.track
              WHERE match_digest = s.match ORDER BY path_digest <> s.digest, id LIMIT 1) t ON true
        LEFT JOIN public.content c ON c.sha256 = t.content_sha256
       WHERE (t.size_bytes = s.size AND t.modified = s.modified AND c.metadata IS NOT NULL
              AND EXISTS (SELECT FROM public.classification k
                           WHERE k.path_digest = t.path_digest
                             AND (k.origin <> 'analysis' OR k.content_sha256 = t.content_sha256)))
          OR EXISTS (SELECT FROM analysis_job.other_file o
                      WHERE o.path_digest = s.digest AND o.size_bytes = s.size AND o.modified = s.modified)
      """;

  private final TargetDatabase target;

  public KnownFiles(TargetDatabase target) {
    this.target = target;
  }

  /** A file that was met, not opened. */
  public record Met(PathKey key, FileVersion version) {}

  /** Which of these did not change since they were read, by their places in the list. */
  public BitSet unchanged(List<Met> files) throws SQLException {
    return places(files, false);
  }

  /** Those of {@link #unchanged} that could be read, or are plainly no audio. */
  public BitSet readable(List<Met> files) throws SQLException {
    return places(files, true);
  }

  private BitSet places(List<Met> files, boolean readableOnly) throws SQLException {
    BitSet unchanged = new BitSet(files.size());
    if (files.isEmpty()) {
      return unchanged;
    }
    try (Connection connection = target.open();
        PreparedStatement select = connection.prepareStatement(UNCHANGED)) {
      select.setArray(1, array(connection, "uuid", files, met -> met.key().digest()));
      select.setArray(2, array(connection, "uuid", files, met -> met.key().matchDigest()));
      select.setArray(3, array(connection, "bigint", files, met -> met.version().sizeBytes()));
      select.setArray(
          4,
          array(
              connection,
              "timestamptz",
              files,
              met -> isWritable(met.version()) ? met.version().modified() : "infinity"));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (!readableOnly || row.getBoolean(2)) {
            unchanged.set(row.getInt(1) - 1);
          }
        }
      }
    }
    return unchanged;
  }

  private static boolean isWritable(FileVersion version) {
    return version.modified().isAfter(EARLIEST) && version.modified().isBefore(LATEST);
  }

  private interface Field {
    Object of(Met met);
  }

  private static java.sql.Array array(
      Connection connection, String type, List<Met> files, Field field) throws SQLException {
    return connection.createArrayOf(type, files.stream().map(field::of).toArray());
  }

  /** Files that are no audio have no track; that they were opened is kept here. */
  static void remember(Connection connection, List<FileReading> readings) throws SQLException {
    // In one order, so that two workers never wait for each other.
    List<Met> others =
        readings.stream()
            .filter(r -> r.outcome() == FileOutcome.NOT_AUDIO)
            .flatMap(r -> Stream.ofNullable(r.version()).map(v -> new Met(PathKey.of(r.path()), v)))
            .filter(met -> isWritable(met.version()))
            .sorted(Comparator.comparing(met -> met.key().digest().toString()))
            .toList();
    if (others.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO analysis_job.other_file (path_digest, size_bytes, modified)
            VALUES (?, ?, ?::timestamptz)
            ON CONFLICT (path_digest) DO UPDATE
               SET size_bytes = excluded.size_bytes, modified = excluded.modified, seen_at = now()
            """)) {
      for (Met other : others) {
        insert.setObject(1, other.key().digest());
        insert.setLong(2, other.version().sizeBytes());
        insert.setString(3, other.version().modified().toString());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
