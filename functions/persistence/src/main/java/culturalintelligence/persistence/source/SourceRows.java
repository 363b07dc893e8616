package culturalintelligence.persistence.source;

import culturalintelligence.domain.migration.KeyRange;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The rows of one source table: cut into ranges, and read range by range.
 *
 * <p>Ranges follow the order of the source's own key index, collation and all, because only that
 * order is cheap there. Nothing on the target depends on it: a migrated row carries the number of
 * its chunk.
 */
public final class SourceRows {
  private final SourceTable table;

  public SourceRows(SourceTable table) {
    this.table = table;
  }

  /** The ranges of a plan and how many rows they hold together in the snapshot. */
  public record Cut(List<KeyRange> ranges, long rows) {}

  /**
   * Cuts the table into ranges of that many rows; the last one is open. A table without a key is
   * one range.
   */
  public Cut cut(Connection snapshot, int rowsPerRange) throws SQLException {
    List<KeyRange> ranges = new ArrayList<>();
    List<String> after = null;
    long rows = 0;
    String sql = table.hasKey() ? boundsSql() : "SELECT true, count(*) FROM " + from();
    try (PreparedStatement statement = snapshot.prepareStatement(sql)) {
      if (table.hasKey()) {
        statement.setInt(1, rowsPerRange);
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          boolean last = row.getBoolean(1);
          rows = row.getLong(2);
          if (!last) {
            List<String> upTo = key(row, 3);
            ranges.add(new KeyRange(after, upTo));
            after = upTo;
          }
        }
      }
    }
    ranges.add(new KeyRange(after, null));
    return new Cut(ranges, rows);
  }

  /** Every n-th key and the last row, in one walk over the key's index. */
  private String boundsSql() {
    String keys = Sql.identifiers(table.key());
    return """
        SELECT "ci:last", "ci:n", %s
          FROM (SELECT %s, row_number() OVER (ORDER BY %s) AS "ci:n",
                       lead(true) OVER (ORDER BY %s) IS NULL AS "ci:last"
                  FROM %s) "ci:rows"
         WHERE "ci:n" %% ? = 0 OR "ci:last"
         ORDER BY "ci:n"
        """
        .formatted(keyTexts(), keys, keys, keys, from());
  }

  /** Streams a range as {@code COPY} writes it: one text line a row, all columns in order. */
  public CopyOut copyOut(Connection snapshot, KeyRange range) throws SQLException {
    return copyOut(snapshot, "", range);
  }

  /**
   * Streams a range in COPY's binary form, all columns in order.
   *
   * @param again columns that follow behind the others, as text
   */
  public CopyOut copyOutBinary(Connection snapshot, KeyRange range, List<String> again)
      throws SQLException {
    List<String> columns =
        new ArrayList<>(table.columns().stream().map(c -> Sql.identifier(c.name())).toList());
    again.forEach(name -> columns.add(Sql.identifier(name) + "::text"));
    return snapshot
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            "COPY (SELECT %s FROM %s WHERE %s) TO STDOUT WITH (FORMAT binary)"
                .formatted(String.join(", ", columns), from(), inRange(range)));
  }

  /** The same with two fields before the others that say where the row stands in the source. */
  public CopyOut copyOutWithPlace(Connection snapshot, KeyRange range) throws SQLException {
    return copyOut(snapshot, "tableoid::oid::text, ctid::text, ", range);
  }

  /** Whether texts of this database are bytes of no declared encoding. */
  public static boolean mayHoldAnyBytes(Connection snapshot) throws SQLException {
    return "SQL_ASCII"
        .equals(snapshot.unwrap(PGConnection.class).getParameterStatus("server_encoding"));
  }

  private CopyOut copyOut(Connection snapshot, String before, KeyRange range) throws SQLException {
    String columns =
        table.columns().stream().map(SourceRows::written).collect(Collectors.joining(", "));
    // A database without an encoding may hold anything; told to convert, the server would refuse
    // all rows for the sake of one. Which row is bad, the target says.
    String encoding = mayHoldAnyBytes(snapshot) ? " WITH (ENCODING 'SQL_ASCII')" : "";
    return snapshot
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            "COPY (SELECT %s%s FROM %s WHERE %s) TO STDOUT%s"
                .formatted(before, columns, from(), inRange(range), encoding));
  }

  /**
   * xml's output function rewrites the declaration of its encoding; a cast gives what is stored.
   */
  private static String written(SourceColumn column) {
    String name = Sql.identifier(column.name());
    return column.type().equals("xml") ? name + "::text" : name;
  }

  /** What to select from: this table's own rows, not those of tables that inherit from it. */
  public String from() {
    return (table.partitioned() ? "" : "ONLY ") + Sql.qualified(table.schema(), table.name());
  }

  /** The key columns' texts, as a select list. */
  public String keyTexts() {
    return table.key().stream()
        .map(name -> Sql.identifier(name) + "::text")
        .collect(Collectors.joining(", "));
  }

  /** A condition that holds for the rows of the range. */
  public String inRange(KeyRange range) {
    List<String> conditions = new ArrayList<>();
    if (range.after() != null) {
      conditions.add(keyTuple() + " > " + literals(range.after()));
    }
    if (range.upTo() != null) {
      conditions.add(keyTuple() + " <= " + literals(range.upTo()));
    }
    return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
  }

  /** A condition with one text parameter for each key column. */
  public String keyCondition() {
    return table.key().stream()
        .map(name -> "%s = ?::text::%s".formatted(Sql.identifier(name), keyType(name)))
        .collect(Collectors.joining(" AND "));
  }

  /** The key that stands in a result from this column on. */
  public List<String> key(ResultSet row, int firstColumn) throws SQLException {
    List<String> key = new ArrayList<>(table.key().size());
    for (int i = 0; i < table.key().size(); i++) {
      key.add(row.getString(firstColumn + i));
    }
    return key;
  }

  private String keyTuple() {
    return "(" + Sql.identifiers(table.key()) + ")";
  }

  private String literals(List<String> values) {
    return IntStream.range(0, values.size())
        .mapToObj(i -> Sql.literal(values.get(i)) + "::" + keyType(table.key().get(i)))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private String keyType(String name) {
    return table
        .column(name)
        .map(column -> castType(column))
        .orElseThrow(() -> new IllegalStateException("no key column " + name));
  }

  /**
   * {@code char(n)} and the like would be cut by a cast with their length; the bare type is not.
   */
  private static String castType(SourceColumn column) {
    @Nullable String domain = column.declaredType();
    return domain == null ? column.type() : domain;
  }
}
