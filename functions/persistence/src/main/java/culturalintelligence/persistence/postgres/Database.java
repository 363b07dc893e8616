package culturalintelligence.persistence.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * One database for bulk work, where a job opens a connection, streams for a while and closes it. No
 * pool: a function that was frozen for minutes wakes with dead pooled connections, and a handshake
 * is small beside a chunk. The request path of analysis has its own, reactive and pooled.
 */
public final class Database {
  /**
   * What our texts of values depend on. Each is set for every connection, so that both sides write
   * one value in one way whatever a server's or a role's defaults are.
   */
  private static final List<String> SETTINGS =
      List.of(
          "SET search_path = pg_catalog",
          "SET TimeZone = 'UTC'",
          "SET DateStyle = 'ISO, YMD'",
          "SET IntervalStyle = 'postgres'",
          "SET extra_float_digits = 3",
          "SET bytea_output = 'hex'",
          "SET xmloption = 'content'",
          "SET lc_monetary = 'C'",
          "SET standard_conforming_strings = on",
          // A policy that hides rows from us must be an error, never fewer rows.
          "SET row_security = off",
          "SET idle_in_transaction_session_timeout = '5min'");

  private final DatabaseAddress address;
  private final String applicationName;

  public Database(DatabaseAddress address, String applicationName) {
    this.address = address;
    this.applicationName = applicationName;
  }

  public DatabaseAddress address() {
    return address;
  }

  /** Opens a connection in auto-commit mode. */
  public Connection open() throws SQLException {
    return open(Duration.ofSeconds(10), 0, SETTINGS);
  }

  /**
   * One that can only read, and gives up soon: a statement after this time, a connection or a
   * server that says nothing after the next whole second.
   */
  Connection impatient(Duration patience) throws SQLException {
    List<String> settings = new ArrayList<>(SETTINGS);
    settings.add("SET default_transaction_read_only = on");
    settings.add("SET statement_timeout = " + Math.max(1, patience.toMillis()));
    int seconds = Math.clamp(patience.toSeconds() + 1, 1, 60);
    return open(Duration.ofSeconds(seconds), seconds, settings);
  }

  private Connection open(Duration connecting, int silentSeconds, List<String> settings)
      throws SQLException {
    Properties properties = new Properties();
    if (address.user() != null) {
      properties.setProperty("user", address.user());
    }
    if (address.password() != null) {
      properties.setProperty("password", address.password());
    }
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("connectTimeout", Long.toString(connecting.toSeconds()));
    properties.setProperty("socketTimeout", Integer.toString(silentSeconds));
    properties.setProperty("tcpKeepAlive", "true");
    // One JSON document may hold a picture: fetched rows are bounded by bytes, not by their number.
    properties.setProperty("defaultRowFetchSize", "500");
    Connection connection = new Driver().connect(address.jdbcUrl(), properties);
    if (connection == null) {
      throw new SQLException("not a PostgreSQL address: " + address);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(String.join("; ", settings));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** A transaction that sees one moment, from its first statement on, and can't write. */
  Connection snapshot() throws SQLException {
    Connection connection = open();
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
