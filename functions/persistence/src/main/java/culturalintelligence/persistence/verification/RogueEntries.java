package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.mapping.EntryMapping;
import culturalintelligence.persistence.mapping.EntryMapping.EntryTable;
import culturalintelligence.persistence.mapping.RowIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Typed rows that say they come from a table and from none of its rows. */
final class RogueEntries {
  private static final int MOST_NAMED = 100;

  private final Connection target;
  private final PlannedTable table;
  private final EntryTable entries;

  private final List<List<String>> comingBack;

  /**
   * A look at one table's.
   *
   * @param comingBack keys whose rows the next drain settles
   */
  RogueEntries(
      Connection target,
      PlannedTable table,
      Mapping.Entries mapping,
      List<List<String>> comingBack) {
    this.target = target;
    this.comingBack = comingBack;
    this.table = table;
    this.entries = EntryMapping.tableOf(mapping.kind());
  }

  void compare(List<Difference> differences) throws SQLException {
    try (PreparedStatement statement =
        target.prepareStatement(
            """
            SELECT e.%1$s::text FROM %2$s e
             WHERE e.source_table = ? AND e.%1$s <> ALL (?)
               AND NOT EXISTS (SELECT FROM %3$s c WHERE %4$s = e.%1$s)
             LIMIT %5$d
            """
                .formatted(
                    entries.id(),
                    entries.name(),
                    table.carried().table(),
                    new RowIdentity(table.source()).inSql("c"),
                    MOST_NAMED))) {
      statement.setLong(1, table.id());
      RowIdentity identity = new RowIdentity(table.source());
      statement.setArray(
          2, target.createArrayOf("uuid", comingBack.stream().map(identity::of).toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          differences.add(
              Difference.of(
                  table.source().qualifiedName(),
                  Difference.Kind.TYPED_ROW,
                  List.of(),
                  entries.name(),
                  "no row",
                  row.getString(1)));
        }
      }
    }
  }
}
