package culturalintelligence.persistence.verification;

import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * One look at both databases. Each side is seen at one moment, and the source's moment is the
 * earlier one: whatever had been drained from the outbox by then is in the target's. What can be
 * concluded from that: see {@link Settlement}.
 */
public final class Sides implements AutoCloseable {
  private final Connection source;
  private final Connection target;

  private Sides(Connection source, Connection target) {
    this.source = source;
    this.target = target;
  }

  /** Opens both snapshots, the source's first. */
  public static Sides open(SourceDatabase source, TargetDatabase target) throws SQLException {
    Connection was = source.snapshot();
    try {
      // Its query takes the snapshot: not before it is answered may the target's be taken.
      pin(was);
      Connection is = target.snapshot();
      try {
        pin(is);
        return new Sides(was, is);
      } catch (SQLException e) {
        is.close();
        throw e;
      }
    } catch (SQLException e) {
      was.close();
      throw e;
    }
  }

  static void pin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(String.join("; ", CanonicalSql.sessionSettings()));
      try (ResultSet problem = statement.executeQuery(CanonicalSql.check())) {
        if (problem.next()) {
          throw new SQLException("rows can't be compared here: " + problem.getString(1));
        }
      }
    }
  }

  Connection source() {
    return source;
  }

  Connection target() {
    return target;
  }

  /** Work on one side. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** What came of work on both sides. */
  record Both<S, T>(S source, T target) {}

  /** Does both pieces of work at the same time. */
  <S, T> Both<S, T> both(Work<S> inSource, Work<T> inTarget) throws SQLException {
    FutureTask<S> task = new FutureTask<>(() -> inSource.on(source));
    Thread thread = Thread.ofPlatform().name("verify-source").daemon().start(task);
    T there;
    try {
      there = inTarget.on(target);
    } catch (SQLException | RuntimeException e) {
      source.abort(Runnable::run);
      thread.interrupt();
      throw e;
    }
    try {
      return new Both<>(task.get(), there);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw new IllegalStateException("the source could not be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  @Override
  public void close() throws SQLException {
    try (source;
        target) {
      // Read-only: nothing to commit.
    }
  }
}
