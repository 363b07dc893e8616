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
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * Both databases with a hand on every statement: whoever executes one stops before it. A rule can be
 * left out by letting its statement say something else.
 */
final class Strings {
  private final Map<String, String> instead;

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
        return tied(super.snapshot(), "source");
      }

      @Override
      public Connection outbox() throws SQLException {
        return tied(super.outbox(), "source");
      }
    };
  }

  TargetDatabase target(Database database) {
    return new TargetDatabase(database) {
      @Override
      public Connection open() throws SQLException {
        return tied(super.open(), "target");
      }

      @Override
      public Connection snapshot() throws SQLException {
        return tied(super.snapshot(), "target");
      }
    };
  }

  Connection tied(Connection connection, String side) throws SQLException {
    Actor actor = Actor.current();
    if (actor == null) {
      return connection;
    }
    actor.opened(connection);
    int pid = connection.unwrap(PGConnection.class).getBackendPID();
    return (Connection)
        Proxy.newProxyInstance(
            Strings.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> connection(actor, connection, side, pid, method, args));
  }

  private Object connection(
      Actor actor, Connection connection, String side, int pid, Method method, Object[] args)
      throws Throwable {
    switch (method.getName()) {
      case "commit", "unwrap" -> {
        return pulled(actor, connection, side + " " + method.getName(), pid, method, connection, args);
      }
      case "close" -> {
        actor.closed(connection);
        return invoke(method, connection, args);
      }
      case "prepareStatement" -> {
        String sql = (String) args[0];
        for (Map.Entry<String, String> part : instead.entrySet()) {
          sql = sql.replace(part.getKey(), part.getValue());
        }
        args[0] = sql;
        return tied(actor, connection, side, pid, (Statement) invoke(method, connection, args), sql);
      }
      case "createStatement" -> {
        return tied(actor, connection, side, pid, (Statement) invoke(method, connection, args), "");
      }
      default -> {
        return invoke(method, connection, args);
      }
    }
  }

  private static Object tied(
      Actor actor, Connection connection, String side, int pid, Statement statement, String sql) {
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

  private static Object pulled(
      Actor actor,
      Connection connection,
      String what,
      int pid,
      Method method,
      Object on,
      Object[] args)
      throws Throwable {
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

  private static Object invoke(Method method, Object on, Object[] args) throws Throwable {
    try {
      return method.invoke(on, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
