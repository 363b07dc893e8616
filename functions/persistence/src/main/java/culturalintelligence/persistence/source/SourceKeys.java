package culturalintelligence.persistence.source;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.KeyRange;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Rows of one source table by their keys, and the chunks that those keys belong to. */
public final class SourceKeys {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private final SourceTable table;

  /**
   * Prepares.
   *
   * @throws IllegalArgumentException for a table without a key
   */
  public SourceKeys(SourceTable table) {
    if (!table.hasKey()) {
      throw new IllegalArgumentException(table.qualifiedName() + " has no key");
    }
    this.table = table;
  }

  /**
   * Keeps the table's definition as it is until the transaction ends. It must be the transaction's
   * first statement, before there is a snapshot: to a snapshot older than a rewrite (a column's new
   * type, a truncate) the table looks empty, and its rows would be taken for deleted.
   */
  public static void hold(Connection snapshot, SourceTable table) throws SQLException {
    Savepoint before = snapshot.setSavepoint();
    try (Statement statement = snapshot.createStatement()) {
      statement.execute(
          "LOCK TABLE %s IN ACCESS SHARE MODE".formatted(new SourceRows(table).from()));
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      // Whoever may read each column, but not the table, can't lock it. A rewrite in just this
      // moment would then be found by verification.
      snapshot.rollback(before);
    }
    snapshot.releaseSavepoint(before);
  }

  /**
   * Streams the rows there are under these keys, as {@code COPY} writes them, each with one more
   * field before the others: the key's place among those asked for, from 1. A row comes twice where
   * two spellings of its key were asked for that its type or collation calls equal.
   */
  public CopyOut copyOut(Connection snapshot, Collection<List<String>> keys) throws SQLException {
    String columns =
        table.columns().stream()
            .map(c -> "t." + Sql.identifier(c.name()))
            .collect(Collectors.joining(", "));
    String arrays =
        IntStream.range(0, table.key().size())
            .mapToObj(i -> Sql.literal(literal(column(keys, i))) + "::text[]")
            .collect(Collectors.joining(", "));
    String encoding = SourceRows.mayHoldAnyBytes(snapshot) ? " WITH (ENCODING 'SQL_ASCII')" : "";
    return snapshot
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut(
            "COPY (SELECT k.n, %s FROM unnest(%s) WITH ORDINALITY AS k(%s, n) JOIN %s AS t ON %s) TO STDOUT%s"
                .formatted(
                    columns,
                    arrays,
                    aliases(),
                    new SourceRows(table).from(),
                    IntStream.range(0, table.key().size())
                        .mapToObj(
                            i ->
                                "t.%s = %s"
                                    .formatted(Sql.identifier(table.key().get(i)), keyColumn(i)))
                        .collect(Collectors.joining(" AND ")),
                    encoding));
  }

  /**
   * The chunk of each key, in the source's own order of keys. Keys and bounds are sorted together,
   * so that it costs the same whether there are ten chunks or ten thousand.
   *
   * @return the chunk's position in the list, one for each key in order
   */
  public int[] locate(Connection snapshot, List<Chunk> chunks, List<List<String>> keys)
      throws SQLException {
    int open = -1;
    List<List<String>> bounds = new ArrayList<>();
    List<Integer> bounded = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      KeyRange range = chunks.get(i).range();
      if (range.upTo() == null) {
        open = i;
      } else {
        bounds.add(range.upTo());
        bounded.add(i);
      }
    }
    int[] located = new int[keys.size()];
    if (bounds.isEmpty()) {
      java.util.Arrays.fill(located, open);
      return located;
    }
    int width = table.key().size();
    List<Integer> waiting = new ArrayList<>();
    try (PreparedStatement statement = snapshot.prepareStatement(locateSql())) {
      for (int i = 0; i < width; i++) {
        statement.setArray(i + 1, snapshot.createArrayOf("text", column(keys, i)));
        statement.setArray(width + i + 1, snapshot.createArrayOf("text", column(bounds, i)));
      }
      statement.setFetchSize(0);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          int key = row.getInt(1);
          if (row.wasNull()) {
            int chunk = bounded.get(row.getInt(2) - 1);
            waiting.forEach(k -> located[k] = chunk);
            waiting.clear();
          } else {
            waiting.add(key - 1);
          }
        }
      }
    }
    int last = open;
    waiting.forEach(k -> located[k] = last);
    return located;
  }

  /** The first branch has no row; it lends the others the columns' collations. */
  private String locateSql() {
    String columns = Sql.identifiers(table.key());
    String casts =
        IntStream.range(0, table.key().size())
            .mapToObj(this::keyColumn)
            .collect(Collectors.joining(", "));
    String parameters =
        table.key().stream().map(k -> "?::text[]").collect(Collectors.joining(", "));
    return """
        SELECT "ci:key", "ci:bound" FROM (
          SELECT %1$s, NULL::int AS "ci:key", NULL::int AS "ci:bound" FROM %2$s WHERE false
          UNION ALL
          SELECT %3$s, k.n::int, NULL FROM unnest(%4$s) WITH ORDINALITY AS k(%5$s, n)
          UNION ALL
          SELECT %3$s, NULL, k.n::int FROM unnest(%4$s) WITH ORDINALITY AS k(%5$s, n)) u
         ORDER BY %1$s, "ci:bound" NULLS FIRST
        """
        .formatted(columns, new SourceRows(table).from(), casts, parameters, aliases());
  }

  private String aliases() {
    return IntStream.range(0, table.key().size())
        .mapToObj(i -> "c" + i)
        .collect(Collectors.joining(", "));
  }

  private String keyColumn(int i) {
    SourceColumn column = table.column(table.key().get(i)).orElseThrow();
    String type = column.declaredType() == null ? column.type() : column.declaredType();
    return "k.c%d::%s".formatted(i, type);
  }

  private static String[] column(Collection<List<String>> keys, int i) {
    return keys.stream().map(key -> key.get(i)).toArray(String[]::new);
  }

  /** An array's text form. */
  private static String literal(String[] values) {
    StringBuilder text = new StringBuilder("{");
    for (String value : values) {
      text.append(text.length() > 1 ? "," : "").append('"');
      text.append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return text.append('}').toString();
  }
}
