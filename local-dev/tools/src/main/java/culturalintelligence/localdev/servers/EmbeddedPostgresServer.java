package culturalintelligence.localdev.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL server whose files stay in a folder. It keeps its promises (fsync is on); a server
 * that a killed process left behind on the same folder is stopped first, since its clients are
 * gone.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {
  private static final Duration STOPPING = Duration.ofSeconds(20);
  private static final String USER = "postgres";

  private final EmbeddedPostgres postgres;

  private EmbeddedPostgresServer(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** Starts it, making its files when there are none. */
  public static EmbeddedPostgresServer start(Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    stopLeftBehind(folder);
    EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.toFile())
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(Duration.ofSeconds(60))
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("max_connections", "100")
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_wal_size", "4GB")
            .start();
    return new EmbeddedPostgresServer(postgres);
  }

  private static void stopLeftBehind(Path folder) throws IOException {
    Path pidFile = folder.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    Optional<ProcessHandle> server =
        Files.readAllLines(pidFile).stream()
            .findFirst()
            .map(line -> Long.parseLong(line.strip()))
            .flatMap(ProcessHandle::of)
            .filter(process -> process.info().command().orElse("").contains("postgres"));
    if (server.isEmpty()) {
      return;
    }
    server.get().destroy();
    try {
      server.get().onExit().get(STOPPING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Its write-ahead log brings it back to what was committed.
      server.get().destroyForcibly();
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes the database unless it is there, and gives its address. */
  public String database(String name) throws SQLException {
    try (Connection connection = connect("postgres");
        PreparedStatement known =
            connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      known.setString(1, name);
      try (ResultSet row = known.executeQuery();
          Statement create = connection.createStatement()) {
        if (!row.next()) {
          create.execute("CREATE DATABASE " + name + " ENCODING 'UTF8' TEMPLATE template0");
        }
      }
    }
    return "postgresql://127.0.0.1:%d/%s".formatted(postgres.getPort(), name);
  }

  public String user() {
    return USER;
  }

  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgres.getPort(), database), USER, "");
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
