package culturalintelligence.localdev.chaos;

import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Both databases with a hand on every statement: whoever executes one stops before it. A rule can
 * be left out by letting its statement say something else.
 */
@SuppressWarnings("RefactorSwitch")
final class Strings {
  private final Map<String, String> instead;
  private final Map<String, Deque<Connection>> idle = new ConcurrentHashMap<>();

  /**
   * Ready to pull.
   *
   * @param instead parts of statements and what they become
   */
  Strings(Map<String, String> instead) {
    this.instead = instead;
  }

  SourceDatabase source(Database database) {
    return new SourceDatabase(database) {
      @Override
      public Connection snapshot() throws SQLException {
        return Strings.this.snapshot(database, "source");
      }

      @Override
      public Connection outbox() throws SQLException {
        return tied(database, "source");
      }
    };
  }

  TargetDatabase target(Database database) {
    return new TargetDatabase(database) {
      @Override
      public Connection open() throws SQLException {
        return tied(database, "target");
      }

      @Override
      public Connection snapshot() throws SQLException {
        return Strings.this.snapshot(database, "target");
      }
    };
  }

  private Connection snapshot(Database database, String side) throws SQLException {
    Connection connection = tied(database, side);
    connection.setAutoCommit(false);
    Lab.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    return connection;
  }

  /**
   * A session of whoever asks. It was another's before: to start one for each would take most of a
   * history's time. What a dead process leaves open is never given to another.
   */
  Connection tied(Database database, String side) throws SQLException {
    Actor actor = Actor.current();
    Deque<Connection> idle = idleOf(database);
    Connection connection = idle.pollFirst();
    while (connection != null && connection.isClosed()) {
      connection = idle.pollFirst();
    }
    if (connection == null) {
      connection = database.open();
    }
    if (actor != null) {
      actor.opened(connection);
    }
    Connection physical = connection;
    int pid = connection.unwrap(PGConnection.class).getBackendPID();
    return (Connection)
        Proxy.newProxyInstance(
            Strings.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> connection(actor, physical, idle, side, pid, method, args));
  }

  private Deque<Connection> idleOf(Database database) {
    return idle.computeIfAbsent(database.toString(), _ -> new ConcurrentLinkedDeque<>());
  }

  /** After a crash no session is left. */
  void forget() {
    idle.clear();
  }

  private @Nullable Object connection(
      @Nullable Actor actor,
      Connection connection,
      Deque<Connection> pool,
      String side,
      int pid,
      Method method,
      Object @Nullable [] args)
      throws Throwable {
    switch (method.getName()) {
      case "commit", "unwrap" -> {
        return pulled(
            actor, connection, side + " " + method.getName(), pid, method, connection, args);
      }
      case "close" -> {
        if (actor != null && !actor.closed(connection)) {
          return null;
        }
        try {
          if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
          }
          pool.addFirst(connection);
        } catch (SQLException e) {
          // It was broken; the server has cleared up behind it.
          connection.abort(Runnable::run);
        }
        return null;
      }
      case "prepareStatement" -> {
        String sql = args == null ? "" : (String) args[0];
        for (Map.Entry<String, String> part : instead.entrySet()) {
          sql = sql.replace(part.getKey(), part.getValue());
        }
        Object[] rewritten = args == null ? new Object[0] : args.clone();
        rewritten[0] = sql;
        return tied(actor, connection, side, pid, statement(method, connection, rewritten), sql);
      }
      case "createStatement" -> {
        return tied(actor, connection, side, pid, statement(method, connection, args), "");
      }
      default -> {
        return invoke(method, connection, args);
      }
    }
  }

  private static Statement statement(Method method, Connection connection, Object @Nullable [] args)
      throws Throwable {
    Object statement = invoke(method, connection, args);
    if (statement == null) {
      throw new SQLException("no statement");
    }
    return (Statement) statement;
  }

  private static Object tied(
      @Nullable Actor actor,
      Connection connection,
      String side,
      int pid,
      Statement statement,
      String sql) {
    Class<?> as =
        statement instanceof java.sql.PreparedStatement
            ? java.sql.PreparedStatement.class
            : Statement.class;
    return Proxy.newProxyInstance(
        Strings.class.getClassLoader(),
        new Class<?>[] {as},
        (proxy, method, args) -> {
          if (!method.getName().startsWith("execute")) {
            return invoke(method, statement, args);
          }
          String what = args == null ? sql : String.valueOf(args[0]);
          String line = what.strip().lines().findFirst().orElse("").strip();
          return pulled(
              actor,
              connection,
              side + " " + line.substring(0, Math.min(70, line.length())),
              pid,
              method,
              statement,
              args);
        });
  }

  private static @Nullable Object pulled(
      @Nullable Actor actor,
      Connection connection,
      String what,
      int pid,
      Method method,
      Object on,
      Object @Nullable [] args)
      throws Throwable {
    if (actor == null) {
      return invoke(method, on, args);
    }
    switch (actor.boundary(what, pid)) {
      case GO_ON, DIE -> {
        return invoke(method, on, args);
      }
      case DIE_AFTER -> {
        invoke(method, on, args);
        actor.die();
        throw new IllegalStateException("it is dead");
      }
      case TERMINATE -> {
        // The server's own word for it, in the middle of whatever goes on.
        try (Statement statement = connection.createStatement()) {
          statement.execute("SELECT pg_terminate_backend(pg_backend_pid())");
        }
        throw new SQLException("the session was not ended", "57P01");
      }
      case TIME_OUT -> {
        try (Statement statement = connection.createStatement()) {
          statement.execute("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(1)");
        }
        throw new SQLException("the statement was not cancelled", "57014");
      }
    }
    throw new IllegalStateException("no such fate");
  }

  private static @Nullable Object invoke(Method method, Object on, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(on, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
