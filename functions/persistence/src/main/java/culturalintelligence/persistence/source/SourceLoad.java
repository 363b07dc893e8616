package culturalintelligence.persistence.source;

import culturalintelligence.domain.migration.Throttle;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How busy the source is with others than us, against what an operator allows. What the role may
 * not see ({@code pg_monitor} may) counts as nothing seen, never as over the limit.
 */
public final class SourceLoad {
  private static final int PROBES_KEPT = 20;
  private static final int PROBES_A_LOOK = 4;
  private static final int MICROS_A_MILLI = 1_000;

  private static final String ACTIVE =
      """
      SELECT count(*) FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'active' AND backend_type = 'client backend'
         AND pid <> pg_backend_pid()
         AND application_name <> current_setting('application_name')
      """;

  private static final String LAG =
      """
      SELECT greatest(
        (SELECT max(extract(epoch FROM replay_lag)) FROM pg_stat_replication),
        CASE WHEN pg_is_in_recovery()
             THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END) * 1000
      """;

  /** Microseconds of the newest probes. */
  private final Deque<Long> probes = new ArrayDeque<>();

  /** The first limit that is passed, in words; null when none is. */
  public @Nullable String over(Connection source, Throttle throttle) throws SQLException {
    Integer mostActive = throttle.active();
    if (mostActive != null) {
      long active = number(source, ACTIVE);
      if (active > mostActive) {
        return "%d sessions at work on the source, at most %d".formatted(active, mostActive);
      }
    }
    Integer mostLag = throttle.lagMillis();
    if (mostLag != null) {
      long lag = number(source, LAG);
      if (lag > mostLag) {
        return "the source's replica is %d ms behind, at most %d ms".formatted(lag, mostLag);
      }
    }
    Integer mostProbe = throttle.probeMillis();
    if (mostProbe != null) {
      long probe = probe(source);
      if (probe > (long) mostProbe * MICROS_A_MILLI) {
        return "a small query takes the source %.1f ms (95 %%), at most %d ms"
            .formatted(probe / (double) MICROS_A_MILLI, mostProbe);
      }
    }
    return null;
  }

  private long probe(Connection source) throws SQLException {
    for (int i = 0; i < PROBES_A_LOOK; i++) {
      long began = System.nanoTime();
      number(source, "SELECT count(*) FROM pg_class WHERE oid = 'pg_class'::regclass");
      keep((System.nanoTime() - began) / MICROS_A_MILLI);
    }
    synchronized (probes) {
      List<Long> sorted = probes.stream().sorted().toList();
      return sorted.get((int) Math.ceil(sorted.size() * 0.95) - 1);
    }
  }

  private void keep(long micros) {
    synchronized (probes) {
      probes.addLast(micros);
      if (probes.size() > PROBES_KEPT) {
        probes.removeFirst();
      }
    }
  }

  private static long number(Connection source, String sql) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
