package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.verification.ColumnDifference;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.RowComparison;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/**
 * Compares one chunk: every row of its key range in the source with every row in the target that
 * carries its number, each by the digest of its canonical bytes, computed by one expression on both
 * sides. Rows of quarantine must be absent. What differs is read again, column by column.
 *
 * <p>Then the typed rows, where there are any: the mapping is applied to the source's rows again
 * and the result compared with what stands in the typed tables.
 */
public final class ChunkComparison {
  /** Rows of one chunk whose columns are read one by one; the others are named as rows. */
  private static final int MOST_LOCATED = 100;

  private final Connection source;
  private final Connection target;
  private final PlannedTable table;
  private final Chunk chunk;
  private final CarriedTable carried;
  private final SourceRows rows;
  private final CanonicalSql.Supported canonical;

  /** What was found: no difference means equal. */
  public record Outcome(long rows, List<Difference> differences) {}

  /**
   * Prepares a comparison.
   *
   * @param source a snapshot
   * @param target a snapshot
   * @throws IllegalStateException when a column has no canonical form, which a plan rules out
   */
  public ChunkComparison(Connection source, Connection target, PlannedTable table, Chunk chunk) {
    this.source = source;
    this.target = target;
    this.table = table;
    this.chunk = chunk;
    this.carried = table.carried();
    this.rows = new SourceRows(table.source());
    this.canonical =
        switch (CanonicalSql.of(
            table.source().columns().stream()
                .map(c -> CanonicalColumn.named(c.name(), c.type()))
                .toList())) {
          case CanonicalSql.Supported supported -> supported;
          case CanonicalSql.Unsupported unsupported ->
              throw new IllegalStateException("can't be compared: " + unsupported.reasons());
        };
  }

  public Outcome compare() throws SQLException {
    pin(source);
    pin(target);
    List<Difference> differences = new ArrayList<>();
    long compared;
    if (table.source().hasKey()) {
      compared = compareByKey(differences);
    } else {
      compared = compareAsMultiset(differences);
    }
    if (carried.mapping() instanceof Mapping.Tracks tracks) {
      new TypedRowComparison(source, target, table, chunk, tracks).compare(differences);
    }
    if (carried.mapping() instanceof Mapping.Entries entries) {
      new EntryComparison(source, target, table, chunk, entries).compare(differences);
    }
    return new Outcome(compared, differences);
  }

  private static void pin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(String.join("; ", CanonicalSql.sessionSettings()));
      try (ResultSet problem = statement.executeQuery(CanonicalSql.check())) {
        if (problem.next()) {
          throw new SQLException("rows can't be compared here: " + problem.getString(1));
        }
      }
    }
  }

  private long compareByKey(List<Difference> differences) throws SQLException {
    Map<List<String>, byte[]> expected = new HashMap<>();
    Unreadable unreadable = unreadable();
    read(
        source,
        "SELECT %s, %s FROM %s WHERE %s AND %s"
            .formatted(
                rows.keyTexts(),
                canonical.digest(),
                rows.from(),
                rows.inRange(chunk.range()),
                unreadable.condition()),
        (key, digest) -> expected.put(key, digest));
    long compared = (long) expected.size() + unreadable.keys().size();
    Set<List<String>> quarantined = quarantined();
    for (List<String> key : unreadable.keys()) {
      if (!quarantined.contains(key)) {
        differences.add(row(Difference.Kind.MISSING, key));
      }
    }
    List<List<String>> changed = new ArrayList<>();
    read(
        target,
        "SELECT %s, %s FROM %s WHERE \"ci:chunk\" = %d"
            .formatted(rows.keyTexts(), canonical.digest(), carried.rows(), chunk.id().number()),
        (key, digest) -> {
          byte[] was = expected.remove(key);
          if (was == null) {
            differences.add(row(Difference.Kind.ROGUE, key));
          } else if (!Arrays.equals(was, digest)) {
            changed.add(key);
          }
        });
    for (List<String> key : expected.keySet()) {
      if (!quarantined.contains(key)) {
        differences.add(row(Difference.Kind.MISSING, key));
      }
    }
    for (int i = 0; i < changed.size(); i++) {
      if (i < MOST_LOCATED) {
        locate(changed.get(i), differences);
      } else {
        differences.add(row(Difference.Kind.CHANGED, changed.get(i)));
      }
    }
    return compared;
  }

  /**
   * Rows of the source that hold bytes which are no text: the server would refuse the whole query
   * for one of them.
   *
   * @param keys one list a row, empty where the table has no key
   * @param condition true for all other rows
   */
  private record Unreadable(List<List<String>> keys, String condition) {
    static final Unreadable NONE = new Unreadable(List.of(), "true");
  }

  private Unreadable unreadable() throws SQLException {
    if (!SourceRows.mayHoldAnyBytes(source)) {
      return Unreadable.NONE;
    }
    List<String> names = table.source().columns().stream().map(SourceColumn::name).toList();
    List<List<String>> keys = new ArrayList<>();
    List<String> places = new ArrayList<>();
    CopyOut lines = rows.copyOutWithPlace(source, chunk.range());
    try {
      for (byte[] bytes = lines.readFromCopy(); bytes != null; bytes = lines.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, names.size() + 2);
        if (!line.isUtf8()) {
          places.add("(%s::oid, '%s'::tid)".formatted(line.text(0), line.text(1)));
          keys.add(
              table.source().key().stream()
                  .map(
                      name -> {
                        int position = names.indexOf(name);
                        return table
                            .source()
                            .columns()
                            .get(position)
                            .keyText(String.valueOf(line.text(position + 2)));
                      })
                  .toList());
        }
      }
    } finally {
      if (lines.isActive()) {
        lines.cancelCopy();
      }
    }
    return places.isEmpty()
        ? Unreadable.NONE
        : new Unreadable(
            keys, "(tableoid, ctid) NOT IN (VALUES %s)".formatted(String.join(", ", places)));
  }

  private Difference row(Difference.Kind kind, List<String> key) {
    return Difference.ofRow(table.source().qualifiedName(), kind, key);
  }

  private interface RowDigest {
    void accept(List<String> key, byte[] digest);
  }

  private void read(Connection connection, String sql, RowDigest each) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      int digest = table.source().key().size() + 1;
      while (row.next()) {
        each.accept(rows.key(row, 1), row.getBytes(digest));
      }
    }
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

  /** Names the columns in which the two rows differ. */
  private void locate(List<String> key, List<Difference> differences) throws SQLException {
    List<@Nullable String> was = fields(source, rows.from(), rows.keyCondition(), key);
    List<@Nullable String> is = fields(target, carried.rows(), carried.keyCondition(), key);
    List<ColumnDifference> columns =
        was == null || is == null
            ? List.of()
            : RowComparison.compare(
                table.source().columns().stream().map(SourceColumn::name).toList(), was, is);
    if (columns.isEmpty()) {
      // Gone meanwhile, or of another type that is written alike: the digests differ all the same.
      differences.add(row(Difference.Kind.CHANGED, key));
    }
    for (ColumnDifference column : columns) {
      differences.add(
          new Difference(
              table.source().qualifiedName(),
              Difference.Kind.CHANGED,
              key,
              column.column(),
              column.path().isEmpty() ? null : column.path(),
              column.kind(),
              column.source(),
              column.target()));
    }
  }

  private @Nullable List<@Nullable String> fields(
      Connection connection, String from, String condition, List<String> key)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT %s FROM %s WHERE %s"
                .formatted(String.join(", ", canonical.fieldTexts()), from, condition))) {
      for (int i = 0; i < key.size(); i++) {
        statement.setString(i + 1, key.get(i));
      }
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        List<@Nullable String> fields = new ArrayList<>();
        for (int i = 1; i <= table.source().columns().size(); i++) {
          fields.add(row.getString(i));
        }
        return fields;
      }
    }
  }

  /**
   * Rows without a key have no names; what can be said is which row is there how often. Both sides
   * sort by digest and are walked together, so memory does not grow with the table.
   */
  private long compareAsMultiset(List<Difference> differences) throws SQLException {
    Unreadable unreadable = unreadable();
    long missing = unreadable.keys().size();
    long compared = missing;
    List<Difference> found = new ArrayList<>();
    try (PreparedStatement left =
            source.prepareStatement(counts(rows.from(), unreadable.condition()));
        PreparedStatement right =
            target.prepareStatement(
                counts(carried.rows(), "\"ci:chunk\" = " + chunk.id().number()));
        ResultSet was = left.executeQuery();
        ResultSet is = right.executeQuery()) {
      boolean haveWas = was.next();
      boolean haveIs = is.next();
      while (haveWas || haveIs) {
        int order =
            !haveWas ? 1 : !haveIs ? -1 : Arrays.compareUnsigned(was.getBytes(1), is.getBytes(1));
        long expected = order <= 0 ? was.getLong(2) : 0;
        long present = order >= 0 ? is.getLong(2) : 0;
        compared += expected;
        missing += Math.max(0, expected - present);
        if (expected != present) {
          byte[] digest = order <= 0 ? was.getBytes(1) : is.getBytes(1);
          found.add(
              Difference.of(
                  table.source().qualifiedName(),
                  expected == 0
                      ? Difference.Kind.ROGUE
                      : present > expected ? Difference.Kind.DOUBLED : Difference.Kind.MISSING,
                  List.of("row " + HexFormat.of().formatHex(digest, 0, 8)),
                  null,
                  expected + " times",
                  present + " times"));
        }
        haveWas = order <= 0 ? was.next() : haveWas;
        haveIs = order >= 0 ? is.next() : haveIs;
      }
    }
    // Without a key, a row of quarantine can't be told from another that is missing: their number
    // can.
    boolean explained =
        missing == quarantinedRows()
            && found.stream().allMatch(d -> d.kind() == Difference.Kind.MISSING);
    if (!explained) {
      differences.addAll(found);
    }
    return compared;
  }

  private String counts(String from, String condition) {
    return "SELECT digest, count(*) FROM (SELECT %s AS digest FROM %s WHERE %s OFFSET 0) d GROUP BY digest ORDER BY digest"
        .formatted(canonical.digest(), from, condition);
  }

  private long quarantinedRows() throws SQLException {
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT count(*) FROM migration.quarantine WHERE run_id = ? AND chunk_id = ?")) {
      statement.setLong(1, chunk.id().plan());
      statement.setInt(2, chunk.id().number());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
