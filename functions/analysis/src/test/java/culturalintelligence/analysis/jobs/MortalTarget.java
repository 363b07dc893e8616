package culturalintelligence.analysis.jobs;

import culturalintelligence.persistence.postgres.Database;
import culturalintelligence.persistence.postgres.DatabaseAddress;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.testkit.database.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A database whose user dies at a chosen boundary: before or after the n-th statement or commit.
 * What was not committed by then is rolled back, as a server does when a process is gone.
 */
final class MortalTarget extends TargetDatabase {
  private final AtomicInteger boundary = new AtomicInteger();
  private volatile int deadly;

  MortalTarget(TestDatabase database) {
    super(
        new Database(
            DatabaseAddress.parse(database.url(), database.user(), database.password()), "test"));
  }

  /** Ends whoever comes to it; no handler may take it for a failure. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed(String where) {
      super(where, null, false, false);
    }
  }

  /** Lives until that boundary, counted from now; 0 for ever. */
  void dieAt(int n) {
    boundary.set(0);
    deadly = n;
  }

  /** Two for each statement and commit since {@link #dieAt}: before it and after it. */
  int boundaries() {
    return boundary.get();
  }

  private void pass(String where) {
    if (boundary.incrementAndGet() == deadly) {
      throw new Killed(where);
    }
  }

  @Override
  public Connection open() throws SQLException {
    Connection real = super.open();
    return (Connection)
        Proxy.newProxyInstance(
            MortalTarget.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "prepareStatement" ->
                      statement((PreparedStatement) invoke(real, method, arguments));
                  case "commit" -> {
                    pass("before a commit");
                    Object nothing = invoke(real, method, arguments);
                    pass("after a commit");
                    yield nothing;
                  }
                  default -> invoke(real, method, arguments);
                });
  }

  private PreparedStatement statement(PreparedStatement real) {
    return (PreparedStatement)
        Proxy.newProxyInstance(
            MortalTarget.class.getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            (proxy, method, arguments) -> {
              if (!method.getName().startsWith("execute")) {
                return invoke(real, method, arguments);
              }
              pass("before " + real);
              Object result = invoke(real, method, arguments);
              pass("after " + real);
              return result;
            });
  }

  private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
