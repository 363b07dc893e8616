package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.mapping.EntryMapping;
import culturalintelligence.persistence.mapping.EntryMapping.Entry;
import culturalintelligence.persistence.mapping.EntryMapping.EntryTable;
import culturalintelligence.persistence.mapping.Misfits;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Proves that the typed rows of artists, labels, genres and duplicates are what the mapping makes
 * of the carried rows. That the carried rows are the source's, the round trip proves; and since
 * both stand in one snapshot of one database, nothing that goes on meanwhile can look like a fault.
 */
final class EntryComparison {
  private static final int BATCH_ROWS = 5_000;

  private final Connection target;
  private final ComparedTable table;
  private final Chunk chunk;
  private final EntryMapping mapping;
  private final EntryTable entries;

  EntryComparison(Connection target, ComparedTable table, Chunk chunk, Mapping.Entries mapping) {
    this.target = target;
    this.table = table;
    this.chunk = chunk;
    this.mapping = new EntryMapping(table.planned().source(), mapping);
    this.entries = EntryMapping.tableOf(mapping.kind());
  }

  private record Expected(List<String> key, List<@Nullable String> columns) {}

  void compare(List<Difference> differences) throws SQLException {
    if (table.hasKey()) {
      compare(ofCarried(""), differences);
      return;
    }
    long last = lastRow();
    for (long from = 0; from <= last; from += BATCH_ROWS) {
      compare(
          ofCarried(" AND \"ci:row\" >= %d AND \"ci:row\" < %d".formatted(from, from + BATCH_ROWS)),
          differences);
    }
  }

  private void compare(Map<UUID, Expected> expected, List<Difference> differences)
      throws SQLException {
    String columns =
        entries.columns().stream().map(c -> c + "::text").collect(Collectors.joining(", "));
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT %s, source_table, %s FROM %s WHERE %s = ANY (?)"
                .formatted(entries.id(), columns, entries.name(), entries.id()))) {
      statement.setArray(1, target.createArrayOf("uuid", expected.keySet().toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Expected was = expected.remove(row.getObject(1, UUID.class));
          if (was != null) {
            compare(was, row, differences);
          }
        }
      }
    }
    for (Expected missing : expected.values()) {
      differences.add(
          Difference.of(
              table.name(),
              Difference.Kind.TYPED_ROW,
              missing.key(),
              entries.name(),
              "a row",
              "no row"));
    }
  }

  private void compare(Expected was, ResultSet row, List<Difference> differences)
      throws SQLException {
    if (row.getLong(2) != table.planned().id()) {
      differences.add(
          value(was, "source_table", Long.toString(table.planned().id()), row.getString(2)));
    }
    for (int i = 0; i < entries.columns().size(); i++) {
      String is = row.getString(i + 3);
      if (!Objects.equals(was.columns().get(i), is)) {
        differences.add(value(was, entries.columns().get(i), was.columns().get(i), is));
      }
    }
  }

  private Difference value(
      Expected was, String column, @Nullable String expected, @Nullable String is) {
    return Difference.of(
        table.name(),
        Difference.Kind.TYPED_VALUE,
        was.key(),
        entries.name() + "." + column,
        expected,
        is);
  }

  private long lastRow() throws SQLException {
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(max(\"ci:row\"), -1) FROM %s WHERE \"ci:chunk\" = %d"
                    .formatted(table.carried().table(), chunk.id().number()))) {
      row.next();
      return row.getLong(1);
    }
  }

  private Map<UUID, Expected> ofCarried(String condition) throws SQLException {
    List<SourceColumn> columns = table.planned().source().columns();
    Map<UUID, Expected> expected = new HashMap<>();
    CopyOut rows =
        target
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT %s, %s FROM %s WHERE \"ci:chunk\" = %d%s) TO STDOUT"
                    .formatted(
                        Sql.identifiers(table.columns()),
                        table.hasKey() ? "0" : "\"ci:row\"",
                        table.carried().rows(),
                        chunk.id().number(),
                        condition));
    try {
      for (byte[] bytes = rows.readFromCopy(); bytes != null; bytes = rows.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, columns.size() + 1);
        long row = Long.parseLong(String.valueOf(line.text(columns.size())));
        Entry entry = mapping.apply(line::value, chunk.id().number(), row, new Misfits());
        if (entry != null) {
          expected.put(entry.id(), new Expected(key(line, row), entry.columns()));
        }
      }
    } finally {
      if (rows.isActive()) {
        rows.cancelCopy();
      }
    }
    return expected;
  }

  private List<String> key(CopyLine line, long row) {
    if (!table.hasKey()) {
      return List.of("row " + row);
    }
    return table.keyColumns().stream()
        .map(c -> c.keyText(String.valueOf(line.text(table.columns().indexOf(c.name())))))
        .toList();
  }
}
