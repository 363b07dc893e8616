package culturalintelligence.persistence.capture;

import culturalintelligence.domain.migration.CapturedChange;
import culturalintelligence.domain.migration.SourceTable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The outbox in the source, as one transaction sees it. */
public final class Outbox {
  private Outbox() {}

  /** Whether changes are being captured there. */
  public static boolean isInstalled(Connection source) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT to_regclass('ci_capture.outbox') IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /**
   * How many numbers the outbox has given out: what grows with every captured change, also with one
   * whose transaction is not committed yet or was rolled back, and never goes back.
   */
  public static long position(Connection source) throws SQLException {
    try (Statement statement = source.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('ci_capture.outbox', 'id')), 0)
                """)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** What names the target that the outbox feeds; empty when there is no outbox. */
  static Optional<UUID> token(Connection source) throws SQLException {
    if (!isInstalled(source)) {
      return Optional.empty();
    }
    try (Statement statement = source.createStatement();
        ResultSet row = statement.executeQuery("SELECT token FROM ci_capture.installation")) {
      return row.next() ? Optional.of(row.getObject(1, UUID.class)) : Optional.empty();
    }
  }

  /**
   * Entries with their rows locked, so that no other drain takes them meanwhile; those that another
   * has are passed over.
   *
   * @param above a place within one walk only: who starts again starts from 0, because entries with
   *     smaller numbers may be committed later
   */
  static List<CapturedChange> take(Connection source, long above, int most) throws SQLException {
    List<CapturedChange> changes = new ArrayList<>();
    try (PreparedStatement select =
        source.prepareStatement(
            """
            SELECT id, table_schema, table_name, key, op::text FROM ci_capture.outbox
             WHERE id > ? ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED
            """)) {
      select.setLong(1, above);
      select.setInt(2, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          changes.add(change(row));
        }
      }
    }
    return changes;
  }

  /** Entries of these tables (schema and name) as a snapshot sees them, oldest first, unlocked. */
  public static List<CapturedChange> look(
      Connection snapshot, Collection<List<String>> tables, int most) throws SQLException {
    List<CapturedChange> changes = new ArrayList<>();
    try (PreparedStatement select =
        snapshot.prepareStatement(
            """
            SELECT o.id, o.table_schema, o.table_name, o.key, o.op::text
              FROM ci_capture.outbox o JOIN unnest(?::text[], ?::text[]) AS t(s, n) ON o.table_schema = t.s AND o.table_name = t.n
             ORDER BY o.id LIMIT ?
            """)) {
      select.setArray(
          1, snapshot.createArrayOf("text", tables.stream().map(List::getFirst).toArray()));
      select.setArray(
          2, snapshot.createArrayOf("text", tables.stream().map(List::getLast).toArray()));
      select.setInt(3, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          changes.add(change(row));
        }
      }
    }
    return changes;
  }

  private static CapturedChange change(ResultSet row) throws SQLException {
    return new CapturedChange(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        texts(row.getArray(4)),
        CapturedChange.Operation.of(row.getString(5)));
  }

  /** Takes exactly these entries away. */
  public static void remove(Connection source, Collection<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    try (PreparedStatement delete =
        source.prepareStatement("DELETE FROM ci_capture.outbox WHERE id = ANY (?)")) {
      delete.setArray(1, source.createArrayOf("bigint", ids.toArray()));
      delete.executeUpdate();
    }
  }

  /**
   * Keys of one table that wait.
   *
   * @param whole whether the whole table waits: then every key of it does
   */
  public record Pending(boolean whole, Set<List<String>> keys) {
    /** Whether a change of this key waits. */
    public boolean contains(List<String> key) {
      return whole || keys.contains(key);
    }
  }

  /** The keys of a table that wait, in this snapshot. Nothing waits where nothing is captured. */
  public static Pending pending(Connection snapshot, SourceTable table) throws SQLException {
    return pending(snapshot, table, null);
  }

  /** The same, of these keys only: for a table of which very many wait. */
  public static Pending pendingAmong(
      Connection snapshot, SourceTable table, Collection<List<String>> keys) throws SQLException {
    return pending(snapshot, table, Set.copyOf(keys));
  }

  private static Pending pending(
      Connection snapshot, SourceTable table, @Nullable Set<List<String>> among)
      throws SQLException {
    Set<List<String>> keys = new HashSet<>();
    boolean whole = false;
    if (isInstalled(snapshot)) {
      try (PreparedStatement select =
          snapshot.prepareStatement(
              """
              SELECT DISTINCT key FROM ci_capture.outbox
               WHERE table_schema = ? AND table_name = ?
              """)) {
        select.setFetchSize(1_000);
        select.setString(1, table.schema());
        select.setString(2, table.name());
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            List<String> key = texts(row.getArray(1));
            if (key == null) {
              whole = true;
            } else if (among == null || among.contains(key)) {
              keys.add(key);
            }
          }
        }
      }
    }
    return new Pending(whole, keys);
  }

  /** How much waits and since when. */
  public record Waiting(long entries, @Nullable Duration age) {}

  /** How much waits in the outbox; null where nothing is captured. */
  public static @Nullable Waiting waiting(Connection snapshot) throws SQLException {
    if (!isInstalled(snapshot)) {
      return null;
    }
    try (Statement statement = snapshot.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT count(*), (extract(epoch FROM clock_timestamp() - min(at)) * 1000)::bigint
                  FROM ci_capture.outbox
                """)) {
      row.next();
      long millis = row.getLong(2);
      return new Waiting(row.getLong(1), row.wasNull() ? null : Duration.ofMillis(millis));
    }
  }

  static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? null : List.of((String[]) array.getArray());
  }
}
