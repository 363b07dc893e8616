package culturalintelligence.persistence.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import culturalintelligence.persistence.ledger.AwayTables;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.source.SourceKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Looks whether a source table still is what the plan, and the capture, took it for. */
public final class Drift {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Drift() {}

  /**
   * Holds the table's definition for this snapshot and looks at it.
   *
   * @param snapshot in which nothing was read yet
   * @param ledger a connection to the target
   * @throws Drifted when something is different that would lose or falsify rows
   */
  public static void holdAndCheck(Connection snapshot, Connection ledger, PlannedTable table)
      throws SQLException {
    try {
      SourceKeys.hold(snapshot, table.source());
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState())) {
        if (isAway(ledger, table)) {
          throw new Away();
        }
        throw new Drifted(
            table, "the table is gone", "bring it back in MetaCrate, then cratectl start");
      }
      throw e;
    }
    check(snapshot, ledger, table);
  }

  /** The table is retired or dropped, so nothing of it can be looked at. */
  static final class Away extends RuntimeException {
    Away() {
      super("the old table is retired");
    }
  }

  /** Whether the old table is retired or dropped, or on its way there or back. */
  static boolean isAway(Connection ledger, PlannedTable table) throws SQLException {
    return AwayTables.isAway(ledger, table.id());
  }

  static void check(Connection snapshot, Connection ledger, PlannedTable table)
      throws SQLException {
    Shape now = Shape.of(snapshot, table.source());
    String columns = Shape.planned(snapshot, table.source()).columnsChanged(now);
    if (columns != null) {
      if (now.columns().isEmpty() && isAway(ledger, table)) {
        throw new Away();
      }
      throw new Drifted(
          table,
          columns,
          "take the change back in MetaCrate, then cratectl capture --execute and cratectl start;"
              + " or plan anew into an empty target");
    }
    Shape captured = captured(ledger, table);
    String triggers = captured == null ? null : captured.triggersChanged(now);
    if (triggers != null) {
      throw new Drifted(
          table,
          triggers + ", so changes may have been missed",
          "cratectl capture --execute and cratectl start: every row is then looked at again");
    }
  }

  /** As it was when its triggers were made; null when it is not captured. */
  private static @Nullable Shape captured(Connection ledger, PlannedTable table)
      throws SQLException {
    try (PreparedStatement select =
        ledger.prepareStatement("SELECT shape FROM migration.captured_table WHERE table_id = ?")) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? JSON.readValue(row.getString(1), Shape.class) : null;
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the ledger holds a shape this version can't read", e);
      }
    }
  }
}
