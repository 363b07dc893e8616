package culturalintelligence.localdev.server;

import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Ends a process at its n-th statement boundary: from there on every connection of it is gone, with
 * whatever it had not committed, and no statement of it is run any more. A commit counts twice:
 * before it, and after it, when nobody hears of it.
 */
final class Killer {
  private static final Set<String> STATEMENTS =
      Set.of("execute", "executeQuery", "executeUpdate", "executeBatch");

  private final List<Connection> open = new ArrayList<>();
  private final int at;
  private int boundaries;
  private boolean dead;

  Killer(int at) {
    this.at = at;
  }

  static final class Killed extends SQLException {
    Killed() {
      super("killed");
    }
  }

  boolean killed() {
    return dead;
  }

  int boundaries() {
    return boundaries;
  }

  SourceDatabase source(Database database) {
    return new SourceDatabase(database) {
      @Override
      public Connection snapshot() throws SQLException {
        return wrap(super.snapshot());
      }

      @Override
      public Connection outbox() throws SQLException {
        return wrap(super.outbox());
      }
    };
  }

  TargetDatabase target(Database database) {
    return new TargetDatabase(database) {
      @Override
      public Connection snapshot() throws SQLException {
        return wrap(super.snapshot());
      }

      @Override
      public Connection open() throws SQLException {
        return wrap(super.open());
      }
    };
  }

  private Connection wrap(Connection connection) throws SQLException {
    if (dead) {
      connection.close();
      throw new Killed();
    }
    open.add(connection);
    return (Connection)
        Proxy.newProxyInstance(
            Killer.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              if (method.getName().equals("close")) {
                return call(connection, method, arguments);
              }
              boolean commit = method.getName().equals("commit");
              if (commit || method.getName().equals("unwrap")) {
                boundary();
              }
              alive();
              Object result = call(connection, method, arguments);
              if (commit) {
                boundary();
              }
              return result instanceof Statement statement ? wrap(statement, method) : result;
            });
  }

  private Object wrap(Statement statement, Method made) {
    return Proxy.newProxyInstance(
        Killer.class.getClassLoader(),
        new Class<?>[] {made.getReturnType()},
        (_, method, arguments) -> {
          if (STATEMENTS.contains(method.getName())) {
            boundary();
          }
          if (!method.getName().equals("close")) {
            alive();
          }
          return call(statement, method, arguments);
        });
  }

  private void boundary() throws SQLException {
    alive();
    if (++boundaries == at) {
      dead = true;
      for (Connection connection : open) {
        connection.close();
      }
      throw new Killed();
    }
  }

  private void alive() throws SQLException {
    if (dead) {
      throw new Killed();
    }
  }

  private static Object call(Object on, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
