package culturalintelligence.persistence.verification;

import culturalintelligence.domain.verification.CanonicalRow;
import culturalintelligence.testkit.database.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction on a real server, under the pinned settings unless a test spoils them. */
final class CanonicalServer implements AutoCloseable {
  private final Connection connection;

  private CanonicalServer(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
  }

  static CanonicalServer pinned(TestDatabase database) throws SQLException {
    return pinned(database.connect());
  }

  static CanonicalServer pinned(Connection connection) throws SQLException {
    CanonicalServer server = new CanonicalServer(connection);
    server.pin();
    return server;
  }

  static CanonicalServer unpinned(TestDatabase database) throws SQLException {
    return new CanonicalServer(database.connect());
  }

  /** Another database on the same server. */
  static CanonicalServer pinned(TestDatabase neighbour, String name) throws SQLException {
    String url = neighbour.jdbcUrl();
    return pinned(
        DriverManager.getConnection(
            url.substring(0, url.lastIndexOf('/') + 1) + name,
            neighbour.user(),
            neighbour.password()));
  }

  void pin() throws SQLException {
    for (String setting : CanonicalSql.sessionSettings()) {
      execute(setting);
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** All rows, each field as the driver's text. */
  List<List<@Nullable String>> query(String sql) throws SQLException {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** The digest of one row: {@code from} gives its columns their names. */
  String digest(CanonicalSql.Supported form, String from) throws SQLException {
    return hex("SELECT " + form.digest() + " FROM " + from);
  }

  String bytes(CanonicalSql.Supported form, String from) throws SQLException {
    return hex("SELECT " + form.bytes() + " FROM " + from);
  }

  /** What Java makes of the same row from its field texts. */
  CanonicalRow row(CanonicalSql.Supported form, String from) throws SQLException {
    return CanonicalRow.parse(
        form.types(),
        query("SELECT " + String.join(", ", form.fieldTexts()) + " FROM " + from).getFirst());
  }

  private String hex(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return HexFormat.of().formatHex(result.getBytes(1));
    }
  }

  static CanonicalSql.Supported form(CanonicalColumn... columns) {
    return switch (CanonicalSql.of(List.of(columns))) {
      case CanonicalSql.Supported supported -> supported;
      case CanonicalSql.Unsupported unsupported -> throw new AssertionError(unsupported.toString());
    };
  }

  static CanonicalSql.Supported form(String type) {
    return form(CanonicalColumn.named("v", type));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
