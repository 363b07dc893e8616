package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What no chunk can see: rows in the target that belong to no chunk, typed rows that belong to no
 * carried row, and the law of conservation.
 */
public final class TableComparison {
  private static final int MOST_NAMED = 100;

  private final Connection source;
  private final Connection target;
  private final PlannedTable table;
  private final CarriedTable carried;

  public TableComparison(Connection source, Connection target, PlannedTable table) {
    this.source = source;
    this.target = target;
    this.table = table;
    this.carried = table.carried();
  }

  public List<Difference> compare() throws SQLException {
    List<Difference> differences = new ArrayList<>();
    rowsOfNoChunk(differences);
    conservation(differences);
    if (carried.mapping() instanceof Mapping.Tracks) {
      tracksOfNoRow(differences);
      classificationsOfNoRow(differences);
    }
    if (carried.mapping() instanceof Mapping.Entries entries) {
      new RogueEntries(target, table, entries).compare(differences);
    }
    return differences;
  }

  private void rowsOfNoChunk(List<Difference> differences) throws SQLException {
    String key =
        table.source().hasKey()
            ? new SourceRows(table.source()).keyTexts()
            : "\"ci:chunk\"::text, \"ci:row\"::text";
    try (PreparedStatement statement =
        target.prepareStatement(
            """
            SELECT ARRAY[%s]
              FROM %s r
             WHERE NOT EXISTS (SELECT FROM migration.chunk c
                                WHERE c.table_id = ? AND c.id = r."ci:chunk")
             LIMIT %d
            """
                .formatted(key, carried.table(), MOST_NAMED))) {
      statement.setLong(1, table.id());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          differences.add(
              Difference.ofRow(
                  table.source().qualifiedName(),
                  Difference.Kind.ROGUE,
                  List.of((String[]) row.getArray(1).getArray())));
        }
      }
    }
  }

  /** Source rows = migrated + quarantined; and what the ledger says is what is there. */
  private void conservation(List<Difference> differences) throws SQLException {
    long there = number(source, "SELECT count(*) FROM " + new SourceRows(table.source()).from());
    long migrated = number(target, "SELECT count(*) FROM " + carried.rows());
    long quarantined =
        number(target, "SELECT count(*) FROM migration.quarantine WHERE table_id = " + table.id());
    long ledger =
        number(
            target,
            "SELECT coalesce(sum(migrated_rows + quarantined_rows), 0) FROM migration.chunk WHERE table_id = "
                + table.id());
    if (there != migrated + quarantined) {
      differences.add(
          conservation(
              there + " rows", "%d migrated, %d quarantined".formatted(migrated, quarantined)));
    } else if (ledger != migrated + quarantined) {
      differences.add(
          conservation(
              "%d rows by the ledger".formatted(ledger),
              "%d migrated, %d quarantined".formatted(migrated, quarantined)));
    }
  }

  private Difference conservation(String expected, String found) {
    return Difference.of(
        table.source().qualifiedName(),
        Difference.Kind.CONSERVATION,
        List.of(),
        null,
        expected,
        found);
  }

  private void tracksOfNoRow(List<Difference> differences) throws SQLException {
    String homes =
        trackTables().stream()
            .map(
                name ->
                    "NOT EXISTS (SELECT FROM %s c WHERE c.\"ci:track\" = t.path_digest)"
                        .formatted(Sql.qualified("carried", name)))
            .collect(Collectors.joining(" AND "));
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT t.path FROM public.track t WHERE t.origin = 'migrated' AND %s LIMIT %d"
                    .formatted(homes, MOST_NAMED))) {
      while (row.next()) {
        differences.add(
            Difference.of(
                table.source().qualifiedName(),
                Difference.Kind.TYPED_ROW,
                List.of(),
                "track",
                null,
                row.getString(1)));
      }
    }
  }

  /** Each chunk found its own; so if there are no more than rows, there is none too many. */
  private void classificationsOfNoRow(List<Difference> differences) throws SQLException {
    long rows = 0;
    for (String name : trackTables()) {
      rows +=
          number(
              target,
              "SELECT count(*) FROM %s WHERE \"ci:track\" IS NOT NULL"
                  .formatted(Sql.qualified("carried", name)));
    }
    long classifications =
        number(target, "SELECT count(*) FROM public.classification WHERE origin = 'metacrate'");
    if (rows != classifications) {
      differences.add(
          Difference.of(
              table.source().qualifiedName(),
              Difference.Kind.TYPED_ROW,
              List.of(),
              "classification",
              rows + " rows",
              classifications + " rows"));
    }
  }

  private List<String> trackTables() throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT carried_name FROM migration.source_table WHERE run_id = ? AND mapping = 'tracks' ORDER BY id")) {
      statement.setLong(1, table.plan());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
    }
    return names;
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
