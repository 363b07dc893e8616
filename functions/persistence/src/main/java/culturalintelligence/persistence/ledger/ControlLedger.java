package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Throttle;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does to a run that goes on. Operators take turns, one lock a run; workers never
 * wait for it.
 */
@ApplicationScoped
public class ControlLedger {
  /** Half of the number of an advisory lock; the other half is the run's. */
  private static final int OPERATORS = 0x63696f70;

  private final TargetDatabase target;

  public ControlLedger(TargetDatabase target) {
    this.target = target;
  }

  /** Until the transaction ends, no other operator changes the run. */
  static void takeTurns(Connection connection, long plan) throws SQLException {
    lock(connection, "SELECT pg_advisory_xact_lock(?, ?)", plan);
  }

  private static void lock(Connection connection, String sql, long plan) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement(sql)) {
      lock.setInt(1, OPERATORS);
      lock.setInt(2, Long.hashCode(plan));
      lock.execute();
    }
  }

  /** The limits of a run. */
  public Throttle throttle(long plan) throws SQLException {
    try (Connection connection = target.open()) {
      return throttle(connection, plan);
    }
  }

  static Throttle throttle(Connection connection, long plan) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT most_workers, most_active, most_lag_millis, most_probe_millis
              FROM migration.run WHERE id = ?
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? new Throttle(
                row.getObject(1, Integer.class),
                row.getObject(2, Integer.class),
                row.getObject(3, Integer.class),
                row.getObject(4, Integer.class))
            : Throttle.NONE;
      }
    }
  }

  /** Sets all limits; workers read them before their next chunk. */
  public void throttle(long plan, Throttle throttle) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE migration.run
                   SET most_workers = ?, most_active = ?, most_lag_millis = ?, most_probe_millis = ?,
                       slow_reason = NULL, slow_at = NULL
                 WHERE id = ?
                """)) {
      update.setObject(1, throttle.workers(), Types.INTEGER);
      update.setObject(2, throttle.active(), Types.INTEGER);
      update.setObject(3, throttle.lagMillis(), Types.INTEGER);
      update.setObject(4, throttle.probeMillis(), Types.INTEGER);
      update.setLong(5, plan);
      update.executeUpdate();
    }
  }

  /**
   * Ends a run's work. The flag is committed first: from then on no claim is granted and no fence
   * lets through. Then the attempts are cancelled, which waits for whoever had passed the fence. So
   * when this returns nobody writes, and nobody will; what is copied stays, and a start goes on
   * from there. Doing it twice does nothing.
   *
   * @return how many attempts were at work and came to nothing
   */
  public int cancel(long plan) throws SQLException {
    try (Connection connection = target.open()) {
      lock(connection, "SELECT pg_advisory_lock(?, ?)", plan);
      update(
          connection,
          """
          UPDATE migration.run SET cancelled_at = coalesce(cancelled_at, clock_timestamp()), paused = false
           WHERE id = ?
          """,
          plan);
      int cancelled =
          update(
              connection,
              """
              UPDATE migration.attempt SET state = 'CANCELLED', ended_at = clock_timestamp()
               WHERE run_id = ? AND state = 'RUNNING'
              """,
              plan);
      update(
          connection,
          """
          UPDATE migration.chunk c SET state = 'PENDING'
           WHERE run_id = ? AND state = 'CLAIMED'
             AND NOT EXISTS (SELECT FROM migration.attempt a
                              WHERE a.run_id = c.run_id AND a.chunk_id = c.id AND a.state = 'RUNNING')
          """,
          plan);
      // The service shall not go without its indexes for a run that does not go on.
      LaidAside.putBack(target, plan, true);
      return cancelled;
    }
  }

  private static int update(Connection connection, String sql, long plan) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setLong(1, plan);
      return update.executeUpdate();
    }
  }

  /** What a discard removes, or removed. */
  public record Discarded(List<String> tables, long rows, long tracks, long classifications) {}

  /** The run must be cancelled before what it copied can be removed. */
  public static final class NotCancelled extends RuntimeException {
    NotCancelled(long plan) {
      super("plan " + plan + " is not cancelled: somebody may be writing");
    }
  }

  /**
   * Removes what a cancelled run brought, all or nothing, and closes it: the next plan is a new
   * one. What the service made itself stays: its analyses, people's decisions, and the tracks they
   * are about.
   *
   * @param execute false: only say what would go
   */
  public Discarded discard(long plan, boolean execute) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      takeTurns(connection, plan);
      if (!isCancelled(connection, plan)) {
        throw new NotCancelled(plan);
      }
      // Where a cancel was killed half way, a writer may still be behind its fence: it is waited
      // for.
      update(
          connection,
          """
          UPDATE migration.attempt SET state = 'CANCELLED', ended_at = clock_timestamp()
           WHERE run_id = ? AND state = 'RUNNING'
          """,
          plan);
      List<String> names = carriedNames(connection, plan);
      long rows = 0;
      for (String name : names) {
        rows += number(connection, "SELECT count(*) FROM " + Sql.qualified("carried", name));
      }
      Discarded found =
          new Discarded(
              names,
              rows,
              number(connection, "SELECT count(*) FROM public.track t WHERE " + ONLY_MIGRATED),
              number(
                  connection,
                  "SELECT count(*) FROM public.classification WHERE origin = 'metacrate'"));
      if (execute) {
        remove(connection, names);
        update(
            connection,
            "UPDATE migration.run SET discarded_at = clock_timestamp() WHERE id = ?",
            plan);
        connection.commit();
      }
      return found;
    }
  }

  private static final String ONLY_MIGRATED =
      """
      t.origin = 'migrated' AND NOT EXISTS (SELECT FROM public.classification c
                                             WHERE c.path_digest = t.path_digest AND c.origin <> 'metacrate')
      """;

  private static void remove(Connection connection, List<String> names) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM public.classification WHERE origin = 'metacrate'");
      statement.execute("DELETE FROM public.track t WHERE " + ONLY_MIGRATED);
      statement.execute("UPDATE public.track SET origin = 'analysed' WHERE origin = 'migrated'");
      statement.execute(
          """
          DELETE FROM public.content k
           WHERE k.facts_source = 'migrated'
             AND NOT EXISTS (SELECT FROM public.track t WHERE t.content_sha256 = k.sha256)
             AND NOT EXISTS (SELECT FROM public.classification c WHERE c.content_sha256 = k.sha256)
          """);
      for (String name : names) {
        // Not CASCADE: what somebody built on it is theirs to take away.
        statement.execute("DROP VIEW IF EXISTS " + Sql.qualified("metacrate", name));
        statement.execute("DROP VIEW IF EXISTS " + Sql.qualified("carried", name + ":rows"));
        statement.execute("DROP TABLE IF EXISTS " + Sql.qualified("carried", name));
      }
    }
    for (String type : unusedEnums(connection)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("DROP TYPE " + type);
      }
    }
  }

  /** An enum of the source may have other labels by the next plan. */
  private static List<String> unusedEnums(Connection connection) throws SQLException {
    List<String> types = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT format('%I.%I', n.nspname, t.typname)
                  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                 WHERE n.nspname = 'carried' AND t.typtype = 'e'
                   AND NOT EXISTS (SELECT FROM pg_attribute a
                                    WHERE a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped)
                """)) {
      while (row.next()) {
        types.add(row.getString(1));
      }
    }
    return types;
  }

  private static boolean isCancelled(Connection connection, long plan) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT cancelled_at IS NOT NULL
                   AND NOT EXISTS (SELECT FROM migration.laid_aside l WHERE l.run_id = r.id)
              FROM migration.run r WHERE id = ? AND discarded_at IS NULL
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static List<String> carriedNames(Connection connection, long plan) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT carried_name FROM migration.source_table
             WHERE run_id = ? AND mapping <> 'none' ORDER BY id
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
    }
    return names;
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Why it is slow, when it was lately; null otherwise. */
  static @Nullable String slowReason(Connection connection, long plan) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT slow_reason FROM migration.run
             WHERE id = ? AND slow_at > clock_timestamp() - interval '15 s'
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }
}
