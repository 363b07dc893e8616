package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.mapping.EntryMapping;
import culturalintelligence.persistence.mapping.EntryMapping.Entry;
import culturalintelligence.persistence.mapping.EntryMapping.EntryTable;
import culturalintelligence.persistence.mapping.Misfits;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Proves that the typed rows of artists, labels, genres and duplicates are what the mapping makes of
 * the rows. Where a table has a key, of the source's rows. Where it has none, a row's number is its
 * place in the chunk, which the source does not know: there, of the carried rows, which the round
 * trip has just compared with the source's.
 */
final class EntryComparison {
  private static final int BATCH_ROWS = 5_000;

  private final Connection source;
  private final Connection target;
  private final PlannedTable table;
  private final Chunk chunk;
  private final EntryMapping mapping;
  private final EntryTable entries;

  EntryComparison(
      Connection source,
      Connection target,
      PlannedTable table,
      Chunk chunk,
      Mapping.Entries mapping) {
    this.source = source;
    this.target = target;
    this.table = table;
    this.chunk = chunk;
    this.mapping = new EntryMapping(table.source(), mapping);
    this.entries = EntryMapping.tableOf(mapping.kind());
  }

  private record Expected(List<String> key, List<@Nullable String> columns) {}

  void compare(List<Difference> differences) throws SQLException {
    if (table.source().hasKey()) {
      compare(ofSource(), differences);
      return;
    }
    long last = lastRow();
    for (long from = 0; from <= last; from += BATCH_ROWS) {
      compare(ofCarried(from, from + BATCH_ROWS), differences);
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
              table.source().qualifiedName(),
              Difference.Kind.TYPED_ROW,
              missing.key(),
              entries.name(),
              "a row",
              null));
    }
  }

  private void compare(Expected was, ResultSet row, List<Difference> differences)
      throws SQLException {
    if (row.getLong(2) != table.id()) {
      differences.add(value(was, "source_table", Long.toString(table.id()), row.getString(2)));
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
        table.source().qualifiedName(),
        Difference.Kind.TYPED_VALUE,
        was.key(),
        entries.name() + "." + column,
        expected,
        is);
  }

  private Map<UUID, Expected> ofSource() throws SQLException {
    Set<List<String>> quarantined = quarantined();
    List<SourceColumn> columns = table.source().columns();
    List<String> names = columns.stream().map(SourceColumn::name).toList();
    int[] key = table.source().key().stream().mapToInt(names::indexOf).toArray();
    Map<UUID, Expected> expected = new HashMap<>();
    CopyOut rows = new SourceRows(table.source()).copyOut(source, chunk.range());
    try {
      for (byte[] bytes = rows.readFromCopy(); bytes != null; bytes = rows.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, columns.size());
        List<String> texts = new ArrayList<>(key.length);
        for (int i : key) {
          texts.add(columns.get(i).keyText(String.valueOf(line.text(i))));
        }
        if (!quarantined.contains(texts)) {
          expect(expected, line, texts, 0);
        }
      }
    } finally {
      if (rows.isActive()) {
        rows.cancelCopy();
      }
    }
    return expected;
  }

  private void expect(
      Map<UUID, Expected> expected, CopyLine line, List<String> key, long row) {
    Entry entry = mapping.apply(line::value, chunk.id().number(), row, new Misfits());
    if (entry != null) {
      expected.put(entry.id(), new Expected(key, entry.columns()));
    }
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

  private Map<UUID, Expected> ofCarried(long from, long to) throws SQLException {
    List<String> names = table.source().columns().stream().map(SourceColumn::name).toList();
    Map<UUID, Expected> expected = new HashMap<>();
    CopyOut rows =
        target
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                ("COPY (SELECT %s, \"ci:row\" FROM %s WHERE \"ci:chunk\" = %d"
                        + " AND \"ci:row\" >= %d AND \"ci:row\" < %d) TO STDOUT")
                    .formatted(
                        Sql.identifiers(names),
                        table.carried().rows(),
                        chunk.id().number(),
                        from,
                        to));
    try {
      for (byte[] bytes = rows.readFromCopy(); bytes != null; bytes = rows.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, names.size() + 1);
        String row = String.valueOf(line.text(names.size()));
        expect(expected, line, List.of("row " + row), Long.parseLong(row));
      }
    } finally {
      if (rows.isActive()) {
        rows.cancelCopy();
      }
    }
    return expected;
  }

  private Set<List<String>> quarantined() throws SQLException {
    Set<List<String>> keys = new HashSet<>();
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT key FROM migration.quarantine WHERE run_id = ? AND chunk_id = ? AND key IS NOT NULL")) {
      statement.setLong(1, chunk.id().plan());
      statement.setInt(2, chunk.id().number());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          keys.add(List.of((String[]) row.getArray(1).getArray()));
        }
      }
    }
    return keys;
  }
}
