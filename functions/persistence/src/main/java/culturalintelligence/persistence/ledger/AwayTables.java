package culturalintelligence.persistence.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Tables whose old side is retired or dropped, or on its way there or back. There is nothing to
 * read them from and nothing to compare them with: reading a retired table would count as an access
 * that forbids its end. What was found when they were retired stays their result; from then on
 * their archive speaks for them.
 */
public final class AwayTables {
  private AwayTables() {}

  /**
   * A condition that holds for such a table.
   *
   * @param tableId an expression that gives its number in the ledger
   */
  public static String condition(String tableId) {
    return "EXISTS (SELECT FROM migration.phase away WHERE away.table_id = %s AND (away.phase IN ('RETIRED', 'DROPPED') OR away.towards IN ('RETIRED', 'DROPPED')))"
        .formatted(tableId);
  }

  /** Whether this one is away. */
  public static boolean isAway(Connection ledger, long tableId) throws SQLException {
    try (PreparedStatement select = ledger.prepareStatement("SELECT " + condition("?"))) {
      select.setLong(1, tableId);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
