package culturalintelligence.persistence.phase;

import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the move did: how long look-ups take in each phase, and how large the databases were. */
@ApplicationScoped
public class Effect {
  private final TargetDatabase target;

  public Effect(TargetDatabase target) {
    this.target = target;
  }

  /**
   * Look-ups of single files that needed no reading of the file, by the phase of the tracks' table.
   * Times are counted in powers of two: each is an upper bound, at most twice the real one.
   */
  public record Latency(
      String phase, long lookups, long p50Micros, long p95Micros, long p99Micros) {}

  /**
   * A database's size at a change of phase.
   *
   * @param side SOURCE or TARGET
   */
  public record Size(String side, String occasion, long bytes, Instant at) {}

  /** What is known; phases without look-ups are left out. */
  public record Seen(List<Latency> latencies, List<Size> sizes) {}

  /** The sums over all days, and each side's first and newest sizes. */
  public Seen seen() throws SQLException {
    List<Latency> latencies = new ArrayList<>();
    List<Size> sizes = new ArrayList<>();
    try (Connection connection = target.open();
        Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              """
              WITH sums AS (SELECT phase, bucket, sum(lookups) AS n FROM migration.lookup_latency GROUP BY 1, 2),
                   below AS (SELECT phase, bucket, sum(n) OVER (PARTITION BY phase ORDER BY bucket) AS upto,
                                    sum(n) OVER (PARTITION BY phase) AS total FROM sums)
              SELECT phase, max(total)::bigint,
                     (2 ^ min(bucket) FILTER (WHERE upto >= total * 0.50))::bigint,
                     (2 ^ min(bucket) FILTER (WHERE upto >= total * 0.95))::bigint,
                     (2 ^ min(bucket) FILTER (WHERE upto >= total * 0.99))::bigint
                FROM below GROUP BY phase
               ORDER BY array_position(ARRAY['OLD', 'SHADOW', 'READ_NEW', 'WRITE_NEW', 'RETIRED', 'DROPPED'], phase)
              """)) {
        while (row.next()) {
          latencies.add(
              new Latency(
                  row.getString(1),
                  row.getLong(2),
                  row.getLong(3),
                  row.getLong(4),
                  row.getLong(5)));
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT side, occasion, bytes, at FROM migration.database_size
               WHERE id IN (SELECT min(id) FROM migration.database_size GROUP BY side
                            UNION SELECT max(id) FROM migration.database_size GROUP BY side)
               ORDER BY side, id
              """)) {
        while (row.next()) {
          sizes.add(
              new Size(
                  row.getString(1),
                  row.getString(2),
                  row.getLong(3),
                  row.getTimestamp(4).toInstant()));
        }
      }
    }
    return new Seen(latencies, sizes);
  }
}
