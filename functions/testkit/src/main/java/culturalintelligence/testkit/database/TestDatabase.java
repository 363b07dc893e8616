package culturalintelligence.testkit.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A database of its own on one embedded PostgreSQL per JVM. The schema is applied once, to a
 * template; a {@link #migrated} database is a copy of it and costs a tenth of a second.
 *
 * <p>Durability is off: this is no place to measure speed or to test crashes.
 */
public final class TestDatabase implements AutoCloseable {
  private static final String USER = "postgres";
  private static final String TEMPLATE = "cultural_intelligence_template";
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String name;

  private TestDatabase(String name) {
    this.name = name;
  }

  /** A new database with every migration of {@code sql/cultural-intelligence} applied, in order. */
  public static TestDatabase migrated() {
    String name = "test_" + COUNTER.incrementAndGet();
    administer("create database " + name + " template " + Server.get().template());
    return new TestDatabase(name);
  }

  /** A new database with nothing in it: a source, or the target before its migrations. */
  public static TestDatabase empty() {
    String name = "test_" + COUNTER.incrementAndGet();
    administer("create database " + name + " template template0 encoding 'UTF8'");
    return new TestDatabase(name);
  }

  /** In the form of {@code CULTURAL_INTELLIGENCE_URL}. */
  public String url() {
    return "postgresql://localhost:" + Server.get().port() + "/" + name;
  }

  public String jdbcUrl() {
    return "jdbc:" + url();
  }

  public String user() {
    return USER;
  }

  public String password() {
    return "postgres";
  }

  /** The environment a function is configured by, under a prefix such as CULTURAL_INTELLIGENCE. */
  public Map<String, String> environment(String prefix) {
    return Map.of(
        prefix + "_URL", url(), prefix + "_USER", user(), prefix + "_PASSWORD", password());
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), USER, password());
  }

  /** Runs statements, separated by semicolons, in one go. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of the first row; null when there is no row or the value is null. */
  public @Nullable Object value(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getObject(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A count, or any other whole number. */
  public long number(String sql) {
    return value(sql) instanceof Number number ? number.longValue() : 0;
  }

  /** Drops the database, whoever is still connected. */
  @Override
  public void close() {
    administer("drop database if exists " + name + " with (force)");
  }

  /** The folder of the target's migrations, found from the working directory upwards. */
  public static Path migrations() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("sql").resolve("cultural-intelligence");
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    throw new IllegalStateException("no sql/cultural-intelligence above the working directory");
  }

  private static void administer(String sql) {
    try (Connection connection = Server.get().connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Server(int port, String template) {
    private static @Nullable Server running;

    static synchronized Server get() {
      Server server = running;
      if (server == null) {
        server = start();
        running = server;
      }
      return server;
    }

    private static Server start() {
      try {
        @SuppressWarnings("resource") // lives as long as the JVM; zonky's own shutdown hook ends it
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder()
                .setServerConfig("max_prepared_transactions", "20")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "64MB")
                // Counts statements for a test that asks; create extension there.
                .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                .start();
        Server server = new Server(postgres.getPort(), TEMPLATE);
        try (Connection admin = server.connect("postgres");
            Statement statement = admin.createStatement()) {
          statement.execute("create database " + TEMPLATE + " template template0 encoding 'UTF8'");
        }
        try (Connection target = server.connect(TEMPLATE);
            Statement statement = target.createStatement()) {
          for (Path migration : inOrder(migrations())) {
            statement.execute(Files.readString(migration));
          }
        }
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private static List<Path> inOrder(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(file -> file.getFileName().toString().matches("V\\d+__.*\\.sql"))
            .sorted()
            .toList();
      }
    }

    Connection connect(String database) throws SQLException {
      return DriverManager.getConnection(
          "jdbc:postgresql://localhost:" + port + "/" + database, USER, "postgres");
    }
  }
}
