package culturalintelligence.persistence.bridge;

import culturalintelligence.persistence.postgres.SourceDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A few connections to MetaCrate's database that can only read, and are impatient. It is not our
 * server: we never hold more of it than this, whatever is asked of us.
 */
final class OldConnections {
  private static final Logger LOG = Logger.getLogger(OldConnections.class);
  private static final int MOST = 4;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final SourceDatabase source;
  private final Duration patience;
  private final Semaphore permits = new Semaphore(MOST);
  private final Deque<Idle> idle = new ArrayDeque<>();

  private record Idle(Connection connection, long since) {}

  OldConnections(SourceDatabase source, Duration patience) {
    this.source = source;
    this.patience = patience;
  }

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /**
   * Does the work on one of them.
   *
   * @throws SQLException also when all are busy for as long as anybody waits
   */
  <T> T use(Work<T> work) throws SQLException, InterruptedException {
    if (!permits.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new SQLException("all connections to MetaCrate's database are busy");
    }
    try {
      Connection kept = kept();
      if (kept != null) {
        try {
          return done(kept, work);
        } catch (SQLException e) {
          if (e.getSQLState() == null || !e.getSQLState().startsWith("08")) {
            throw e;
          }
          // It had died while nobody looked.
        }
      }
      return done(source.impatient(patience), work);
    } finally {
      permits.release();
    }
  }

  private <T> T done(Connection connection, Work<T> work) throws SQLException {
    boolean whole = false;
    try {
      T result = work.with(connection);
      whole = true;
      return result;
    } finally {
      if (whole) {
        synchronized (idle) {
          idle.push(new Idle(connection, System.nanoTime()));
        }
      } else {
        close(connection);
      }
    }
  }

  private @org.jspecify.annotations.Nullable Connection kept() {
    synchronized (idle) {
      while (!idle.isEmpty()) {
        Idle newest = idle.pop();
        if (System.nanoTime() - newest.since() < IDLE_NANOS) {
          return newest.connection();
        }
        close(newest.connection());
      }
    }
    return null;
  }

  void closeAll() {
    synchronized (idle) {
      idle.forEach(one -> close(one.connection()));
      idle.clear();
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debugf("a connection was gone already: %s", e.getMessage());
    }
  }
}
