package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkState;
import culturalintelligence.domain.migration.Claim;
import culturalintelligence.domain.migration.KeyRange;
import culturalintelligence.domain.migration.Throttle;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who works on which chunk, and what came of it.
 *
 * <p>The invariant: a chunk's rows are written by exactly one transaction, the one that also says
 * {@code COPIED}. What keeps it, whatever is delivered twice, late or to a worker everyone believed
 * dead:
 *
 * <ol>
 *   <li>A claim commits a {@code RUNNING} attempt before the source is looked at; a unique index
 *       admits one a chunk.
 *   <li>A claim over a lease that ended cancels the old attempt in the same transaction.
 *   <li>The writing transaction begins by locking its attempt and finding it {@code RUNNING}
 *       ({@link #fence}); a cancelled one writes nothing.
 *   <li>It ends by {@code CLAIMED → COPIED} as a compare-and-set ({@link #copied}).
 * </ol>
 *
 * <p>Locks are always taken attempt first, chunk second; so a claim that finds a writer at work
 * waits for it and then reads {@code COPIED}, and no two of these can deadlock.
 */
@ApplicationScoped
public class ChunkLedger {
  /** After that many failures a chunk waits for an operator instead of going round for ever. */
  static final int MAX_FAILURES = 5;

  /** Half of the number of an advisory lock; the other half is the run's. */
  private static final int CLAIMS = 0x63696331;

  private final TargetDatabase target;

  public ChunkLedger(TargetDatabase target) {
    this.target = target;
  }

  /**
   * Claims a chunk for copying.
   *
   * @param lease how long nobody else may have it: no longer than the worker may run
   */
  public Claim claim(Chunk.Id id, String worker, Duration lease) throws SQLException {
    try (Connection connection = target.open()) {
      return claim(connection, id, worker, lease);
    }
  }

  /** The same over a connection that is kept for the writing; it commits. */
  public Claim claim(Connection connection, Chunk.Id id, String worker, Duration lease)
      throws SQLException {
    connection.setAutoCommit(false);
    Claim claim = claimed(connection, id, worker, lease);
    connection.commit();
    return claim;
  }

  private static Claim claimed(Connection connection, Chunk.Id id, String worker, Duration lease)
      throws SQLException {
    Integer mostWorkers = mostWorkers(connection, id.plan());
    if (mostWorkers != null) {
      takeTurns(connection, id.plan());
    }
    try (PreparedStatement cancel =
        connection.prepareStatement(
            """
            UPDATE migration.attempt SET state = 'CANCELLED', ended_at = now()
             WHERE run_id = ? AND chunk_id = ? AND state = 'RUNNING'
               AND lease_until < clock_timestamp()
            """)) {
      bind(cancel, 1, id);
      cancel.executeUpdate();
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT c.table_id, c.after, c.up_to, c.state, c.failures, c.failure, r.paused, r.cancelled_at IS NOT NULL AS cancelled,
                   EXISTS (SELECT FROM migration.attempt a
                            WHERE a.run_id = c.run_id AND a.chunk_id = c.id AND a.state = 'RUNNING')
                     AS running
              FROM migration.chunk c JOIN migration.run r ON r.id = c.run_id
             WHERE c.run_id = ? AND c.id = ?
               FOR UPDATE OF c
            """)) {
      bind(select, 1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return new Claim.Unknown();
        }
        Chunk chunk = chunk(id, row);
        if (chunk.state().isCopied()) {
          return new Claim.AlreadyCopied();
        }
        if (chunk.state() == ChunkState.FAILED) {
          return new Claim.GivenUp(String.valueOf(row.getString("failure")));
        }
        if (row.getBoolean("cancelled")) {
          return new Claim.Cancelled();
        }
        if (row.getBoolean("paused")) {
          return new Claim.Paused();
        }
        if (row.getBoolean("running")) {
          return new Claim.LeasedElsewhere();
        }
        if (mostWorkers != null && atWork(connection, id.plan()) >= mostWorkers) {
          return new Claim.Throttled("workers at most " + mostWorkers);
        }
        return attempt(connection, chunk, worker, lease);
      }
    }
  }

  /** Null when there is no limit, and so nothing to count. */
  private static @Nullable Integer mostWorkers(Connection connection, long plan)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT most_workers FROM migration.run WHERE id = ?")) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getObject(1, Integer.class) : null;
      }
    }
  }

  /**
   * Two claims that counted at once would both find room for one. Taken before any row's lock, so
   * that nobody waits for it who holds one.
   */
  private static void takeTurns(Connection connection, long plan) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
      lock.setInt(1, CLAIMS);
      lock.setInt(2, Long.hashCode(plan));
      lock.execute();
    }
  }

  private static int atWork(Connection connection, long plan) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT count(*) FROM migration.attempt
             WHERE run_id = ? AND state = 'RUNNING' AND lease_until >= clock_timestamp()
            """)) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** How hard the run may work at this moment. */
  public Throttle throttle(Connection connection, long plan) throws SQLException {
    connection.setAutoCommit(true);
    return ControlLedger.throttle(connection, plan);
  }

  /** Keeps why a worker was sent away, for people who wonder why it is slow. */
  public void slow(Connection connection, long plan, String reason) throws SQLException {
    connection.setAutoCommit(true);
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE migration.run SET slow_reason = ?, slow_at = clock_timestamp()
             WHERE id = ? AND (slow_reason IS DISTINCT FROM ? OR slow_at < clock_timestamp() - interval '1 s')
            """)) {
      update.setString(1, reason);
      update.setLong(2, plan);
      update.setString(3, reason);
      update.executeUpdate();
    }
  }

  /**
   * The subquery above may be older than the lock it waited for; the unique index is not. A second
   * claimer that slipped through is told so here.
   */
  private static Claim attempt(Connection connection, Chunk chunk, String worker, Duration lease)
      throws SQLException {
    long attempt;
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO migration.attempt (run_id, chunk_id, worker, lease_until)
            VALUES (?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')
            ON CONFLICT (run_id, chunk_id) WHERE state = 'RUNNING' DO NOTHING
            RETURNING id
            """)) {
      bind(insert, 1, chunk.id());
      insert.setString(3, worker);
      insert.setLong(4, lease.toMillis());
      try (ResultSet row = insert.executeQuery()) {
        if (!row.next()) {
          return new Claim.LeasedElsewhere();
        }
        attempt = row.getLong(1);
      }
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE migration.chunk SET state = 'CLAIMED'
             WHERE run_id = ? AND id = ? AND state IN ('PENDING', 'CLAIMED')
            """)) {
      bind(update, 1, chunk.id());
      if (update.executeUpdate() == 0) {
        connection.rollback();
        return new Claim.AlreadyCopied();
      }
    }
    return new Claim.Granted(attempt, chunk);
  }

  /** The chunk as the ledger has it, or null. */
  public @Nullable Chunk find(Chunk.Id id) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT table_id, after, up_to, state FROM migration.chunk WHERE run_id = ? AND id = ?")) {
      bind(select, 1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? chunk(id, row) : null;
      }
    }
  }

  /**
   * Locks the attempt for the writing transaction. False when it was cancelled: the caller must
   * roll back and write nothing.
   */
  public static boolean fence(Connection writing, long attempt) throws SQLException {
    try (PreparedStatement select =
        writing.prepareStatement(
            """
            SELECT a.state = 'RUNNING' AND r.cancelled_at IS NULL, set_config('ci_capture.origin', 'drain', true)
              FROM migration.attempt a JOIN migration.run r ON r.id = a.run_id
             WHERE a.id = ? FOR UPDATE OF a
            """)) {
      select.setLong(1, attempt);
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Says, in the writing transaction, that the chunk is copied. */
  public static void copied(
      Connection writing, Chunk.Id id, long attempt, long migrated, long quarantined, long bytes)
      throws SQLException {
    try (PreparedStatement update =
        writing.prepareStatement(
            """
            UPDATE migration.chunk
               SET state = 'COPIED', copied_at = clock_timestamp(), failure = NULL,
                   migrated_rows = ?, quarantined_rows = ?, bytes = ?
             WHERE run_id = ? AND id = ? AND state = 'CLAIMED'
            """)) {
      update.setLong(1, migrated);
      update.setLong(2, quarantined);
      update.setLong(3, bytes);
      bind(update, 4, id);
      if (update.executeUpdate() != 1) {
        throw new IllegalStateException("chunk " + id + " is not CLAIMED under its own fence");
      }
    }
    settle(writing, attempt, "DONE");
  }

  /** Whether every chunk is copied and something is left to be done after it. */
  public boolean lastStepIsDue(Connection connection, long plan) throws SQLException {
    connection.setAutoCommit(true);
    return LaidAside.isPending(connection, plan) && LaidAside.everyChunkIsCopied(connection, plan);
  }

  /** Gives the chunk back after a failure; after too many, gives it up. */
  public void failed(Chunk.Id id, long attempt, String reason) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      if (settle(connection, attempt, "FAILED")) {
        try (PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE migration.chunk
                   SET failures = failures + 1, failure = ?,
                       state = CASE WHEN failures + 1 >= ? THEN 'FAILED' ELSE 'PENDING' END
                 WHERE run_id = ? AND id = ? AND state = 'CLAIMED'
                """)) {
          update.setString(1, reason.replace("\0", ""));
          update.setInt(2, MAX_FAILURES);
          bind(update, 3, id);
          update.executeUpdate();
        }
      }
      connection.commit();
    }
  }

  /** Gives the chunk back for a reason that is not its own: it stays as good as before. */
  public void interrupted(Chunk.Id id, long attempt, String reason) throws SQLException {
    try (Connection connection = target.open()) {
      connection.setAutoCommit(false);
      if (settle(connection, attempt, "FAILED")) {
        try (PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE migration.chunk SET state = 'PENDING'
                 WHERE run_id = ? AND id = ? AND state = 'CLAIMED'
                """)) {
          bind(update, 1, id);
          update.executeUpdate();
        }
      }
      connection.commit();
      slow(connection, id.plan(), reason);
    }
  }

  private static boolean settle(Connection connection, long attempt, String state)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            UPDATE migration.attempt SET state = ?, ended_at = clock_timestamp()
             WHERE id = ? AND state = 'RUNNING'
            """)) {
      update.setString(1, state);
      update.setLong(2, attempt);
      return update.executeUpdate() == 1;
    }
  }

  static Chunk chunk(Chunk.Id id, ResultSet row) throws SQLException {
    return new Chunk(
        id,
        row.getLong("table_id"),
        new KeyRange(texts(row.getArray("after")), texts(row.getArray("up_to"))),
        ChunkState.valueOf(row.getString("state")));
  }

  private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? null : List.of((String[]) array.getArray());
  }

  private static void bind(PreparedStatement statement, int first, Chunk.Id id)
      throws SQLException {
    statement.setLong(first, id.plan());
    statement.setInt(first + 1, id.number());
  }
}
