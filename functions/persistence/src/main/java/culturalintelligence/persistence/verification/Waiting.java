package culturalintelligence.persistence.verification;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which keys have a change under way: in either side's outbox, or among those to be applied again.
 * A key leaves the target's outbox in the transaction that asks for it to be applied again, so on
 * its way back it is always in one of the two.
 */
final class Waiting {
  private Waiting() {}

  /** Whether changes of the source are captured, as this snapshot of it shows. */
  static boolean isCaptured(Connection source) throws SQLException {
    return isThere(source, "ci_capture.outbox");
  }

  private static boolean isThere(Connection connection, String table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Those of the keys that wait, on either side. */
  static Set<List<String>> among(Sides sides, ComparedTable table, Collection<List<String>> keys)
      throws SQLException {
    Set<List<String>> waiting = new HashSet<>();
    if (keys.isEmpty()) {
      return waiting;
    }
    if (isCaptured(sides.source())) {
      // A truncation stands in the outbox without a key, and means all of them.
      collect(
          sides.source(),
          "FROM ci_capture.outbox o WHERE o.table_schema = ? AND o.table_name = ?",
          "o.key IS NULL OR o.op = 'T'",
          List.of(table.planned().source().schema(), table.planned().source().name()),
          keys,
          waiting);
    }
    if (isThere(sides.target(), "ci_capture.outbox")) {
      collect(
          sides.target(),
          "FROM ci_capture.outbox o WHERE o.table_schema = ? AND o.table_name = ?",
          "o.key IS NULL OR o.op = 'T'",
          List.of(table.planned().source().schema(), table.planned().source().name()),
          keys,
          waiting);
    }
    if (isThere(sides.target(), "migration.redo")) {
      collect(
          sides.target(),
          "FROM migration.redo o WHERE o.table_id = ?::text::bigint",
          "o.key IS NULL",
          List.of(Long.toString(table.planned().id())),
          keys,
          waiting);
    }
    return waiting;
  }

  /**
   * The keys of the table that are on their way from the target into the source, or back again; at
   * most so many.
   */
  static List<List<String>> comingBack(Connection target, ComparedTable table, int most)
      throws SQLException {
    List<List<String>> keys = new ArrayList<>();
    if (!isThere(target, "ci_capture.outbox")) {
      return keys;
    }
    try (PreparedStatement select =
        target.prepareStatement(
            """
            SELECT key FROM ci_capture.outbox WHERE table_schema = ? AND table_name = ? AND key IS NOT NULL
            UNION SELECT key FROM migration.redo WHERE table_id = ? AND key IS NOT NULL LIMIT ?
            """)) {
      select.setString(1, table.planned().source().schema());
      select.setString(2, table.planned().source().name());
      select.setLong(3, table.planned().id());
      select.setInt(4, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          keys.add(List.of((String[]) row.getArray(1).getArray()));
        }
      }
    }
    return keys;
  }

  private static void collect(
      Connection connection,
      String from,
      String everyKey,
      List<String> parameters,
      Collection<List<String>> keys,
      Set<List<String>> waiting)
      throws SQLException {
    try (PreparedStatement all =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT %s AND (%s))".formatted(from, everyKey))) {
      bind(all, parameters);
      try (ResultSet row = all.executeQuery()) {
        if (row.next() && row.getBoolean(1)) {
          waiting.addAll(keys);
          return;
        }
      }
    }
    try (PreparedStatement some =
        connection.prepareStatement(
            "SELECT DISTINCT o.key %s AND o.key IN (SELECT k::text[] FROM unnest(?::text[]) k)"
                .formatted(from))) {
      bind(some, parameters);
      some.setArray(
          parameters.size() + 1,
          connection.createArrayOf("text", keys.stream().map(Waiting::arrayText).toArray()));
      try (ResultSet row = some.executeQuery()) {
        while (row.next()) {
          waiting.add(List.of((String[]) row.getArray(1).getArray()));
        }
      }
    }
  }

  /** A one-dimensional array as PostgreSQL reads it. */
  static String arrayText(List<String> values) {
    return values.stream()
        .map(value -> '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static void bind(PreparedStatement statement, List<String> parameters)
      throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      statement.setString(i + 1, parameters.get(i));
    }
  }
}
