package culturalintelligence.persistence.source;

import culturalintelligence.domain.migration.Selection;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.verification.CanonicalColumn;
import culturalintelligence.persistence.verification.CanonicalSql;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the music tables of a database nobody described, and says what they are. */
@ApplicationScoped
public class SourceCatalog {
  /**
   * Ordinary and partitioned tables that the selection picks, and those that inherit from them: the
   * source's own queries see their rows through the parent. A partition is read through the table
   * it belongs to; a schema that holds a ledger of ours is ours.
   */
  private static final String TABLES =
      """
      WITH RECURSIVE seen AS (
        SELECT c.oid, n.nspname, c.relname
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'ci_capture')
           -- The bridge's foreign tables, and what a switch retired.
           AND NOT (n.nspname = 'cultural_intelligence' AND c.relkind = 'f')
           AND c.relname !~ '__retired_[0-9]+$'
           AND n.nspname NOT LIKE 'pg\\_%'
           AND NOT EXISTS (SELECT FROM pg_class l JOIN pg_namespace ln ON ln.oid = l.relnamespace
                            WHERE ln.nspname = 'migration' AND l.relname = 'chunk'
                              AND n.nspname IN ('migration', 'carried', 'metacrate', 'public'))),
      picked(oid) AS (
        SELECT s.oid FROM seen s
         WHERE ((s.relname ILIKE ANY (?) AND (cardinality(?::text[]) = 0 OR s.nspname = ANY (?)))
                OR s.relname ILIKE ANY (?) OR s.nspname || '.' || s.relname ILIKE ANY (?))
           AND NOT (s.relname ILIKE ANY (?) OR s.nspname || '.' || s.relname ILIKE ANY (?))
        UNION
        SELECT i.inhrelid FROM picked p JOIN pg_inherits i ON i.inhparent = p.oid
          JOIN pg_class c ON c.oid = i.inhrelid AND NOT c.relispartition)
      SELECT c.oid, s.nspname, c.relname, c.relkind::text AS relkind, c.relispartition,
             c.relpersistence::text AS relpersistence,
             c.relkind = 'p' AS partitioned,
             c.reltuples::bigint AS estimated_rows,
             CASE c.relkind
                  WHEN 'p' THEN (SELECT coalesce(sum(pg_total_relation_size(i.relid)), 0)
                                   FROM pg_partition_tree(c.oid) i)
                  WHEN 'r' THEN pg_total_relation_size(c.oid) ELSE 0 END AS total_bytes,
             has_schema_privilege(c.relnamespace, 'USAGE') AS may_use,
             has_table_privilege(c.oid, 'SELECT') AS may_read,
             ARRAY(SELECT a.attname::text FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                      AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT')
                    ORDER BY a.attnum) AS unreadable,
             row_security_active(c.oid) AS rows_hidden,
             ARRAY(SELECT i.inhrelid::regclass::text FROM pg_inherits i
                     JOIN pg_class k ON k.oid = i.inhrelid AND NOT k.relispartition
                    WHERE i.inhparent = c.oid ORDER BY 1) AS children,
             ARRAY(SELECT format('%s: %s', t.tgname, pg_get_triggerdef(t.oid)) FROM pg_trigger t
                    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY t.tgname) AS triggers,
             (SELECT count(*) FROM pg_constraint k
               WHERE k.contype = 'f' AND (k.conrelid = c.oid OR k.confrelid = c.oid)) AS foreign_keys,
             (SELECT count(*) FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attisdropped) AS dropped_columns
        FROM picked p JOIN pg_class c ON c.oid = p.oid JOIN seen s ON s.oid = c.oid
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
       ORDER BY s.nspname, c.relname
      """;

  /**
   * Of each column: its type; of a domain, the type below all domains; of an array, the type of its
   * elements, again below all domains.
   */
  private static final String COLUMNS =
      """
      WITH RECURSIVE columns AS (
        SELECT a.attnum, a.attname, a.attnotnull, a.attgenerated <> '' AS generated, a.attcollation,
               a.atttypid, a.atttypmod
          FROM pg_attribute a WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped),
      below(attnum, type, typmod, depth) AS (
        SELECT attnum, atttypid, atttypmod, 0 FROM columns
        UNION ALL
        SELECT b.attnum, t.typbasetype, t.typtypmod, b.depth + 1
          FROM below b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd'),
      base AS (SELECT DISTINCT ON (attnum) * FROM below ORDER BY attnum, depth DESC),
      inside(attnum, type, typmod, depth) AS (
        SELECT b.attnum, CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE b.type END,
               b.typmod, 0
          FROM base b JOIN pg_type t ON t.oid = b.type
        UNION ALL
        SELECT i.attnum, t.typbasetype, t.typtypmod, i.depth + 1
          FROM inside i JOIN pg_type t ON t.oid = i.type WHERE t.typtype = 'd'),
      element AS (SELECT DISTINCT ON (attnum) * FROM inside ORDER BY attnum, depth DESC)
      SELECT c.attname, c.attnotnull, c.generated,
             b.depth > 0 AS is_domain,
             format_type(c.atttypid, c.atttypmod) AS declared_type,
             format_type(b.type, b.typmod) AS type,
             b.type <> e.type AS is_array,
             e.depth > 0 AS of_domain,
             format_type(e.type, e.typmod) AS element_type,
             et.typtype AS kind, et.typcategory AS category, en.nspname AS type_schema,
             ARRAY(SELECT l.enumlabel::text FROM pg_enum l WHERE l.enumtypid = e.type
                    ORDER BY l.enumsortorder) AS labels,
             (SELECT l.collname FROM pg_collation l
               WHERE l.oid = c.attcollation AND l.collname <> 'default' AND l.collname NOT IN ('C', 'POSIX'))
               AS collation_name
        FROM columns c JOIN base b USING (attnum) JOIN element e USING (attnum)
        JOIN pg_type et ON et.oid = e.type JOIN pg_namespace en ON en.oid = et.typnamespace
       ORDER BY c.attnum
      """;

  /** The primary key, or else the smallest unique index over plain columns that admit no NULL. */
  private static final String KEY =
      """
      SELECT ARRAY(SELECT a.attname::text
                     FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, position)
                     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                    WHERE k.position <= i.indnkeyatts
                    ORDER BY k.position) AS key
        FROM pg_index i
       WHERE i.indrelid = ? AND i.indisunique AND i.indisvalid AND i.indimmediate
         AND i.indpred IS NULL AND i.indexprs IS NULL
         AND NOT EXISTS (SELECT FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, position)
                           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                          WHERE k.position <= i.indnkeyatts AND NOT a.attnotnull)
       ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
       LIMIT 1
      """;

  /** Unique indexes that can't name a row, and why. */
  private static final String UNUSABLE_KEYS =
      """
      SELECT ARRAY(
        SELECT format('%s %s', i.indexrelid::regclass,
                 CASE WHEN NOT i.indisvalid THEN 'is not valid'
                      WHEN i.indpred IS NOT NULL THEN 'holds a part of the rows only'
                      WHEN i.indexprs IS NOT NULL THEN 'is over an expression'
                      WHEN NOT i.indimmediate THEN 'is deferrable'
                      ELSE 'admits NULL' END)
          FROM pg_index i WHERE i.indrelid = ? AND i.indisunique ORDER BY i.indexrelid)
      """;

  private final SourceDatabase source;

  public SourceCatalog(SourceDatabase source) {
    this.source = source;
  }

  /**
   * Something the selection picks that is no table of its own.
   *
   * @param kind such as {@code view}
   * @param sentence what becomes of it
   */
  public record Other(String name, String kind, String sentence) {}

  /**
   * What a database holds.
   *
   * @param notes by table: what is not carried with the rows, and an operator may want to know
   */
  public record Contents(
      List<SourceTable> tables, Map<SourceTable, List<String>> notes, List<Other> others) {}

  /** All music tables, by schema and name. */
  public List<SourceTable> discover() throws SQLException {
    try (Connection connection = source.snapshot()) {
      return discover(connection);
    }
  }

  /** All music tables as this transaction sees them. */
  public static List<SourceTable> discover(Connection snapshot) throws SQLException {
    return discover(snapshot, Selection.DEFAULT);
  }

  /** The selection's tables as this transaction sees them. */
  public static List<SourceTable> discover(Connection snapshot, Selection selection)
      throws SQLException {
    return contents(snapshot, selection).tables();
  }

  /** The selection's tables, and what else it picks. */
  public static Contents contents(Connection snapshot, Selection selection) throws SQLException {
    List<SourceTable> tables = new ArrayList<>();
    Map<SourceTable, List<String>> notes = new LinkedHashMap<>();
    List<Other> others = new ArrayList<>();
    boolean largeObjects = hasLargeObjects(snapshot);
    try (PreparedStatement statement = snapshot.prepareStatement(TABLES)) {
      int i = 1;
      for (List<String> texts :
          List.of(
              Selection.PATTERNS,
              selection.schemas(),
              selection.schemas(),
              selection.add(),
              selection.add(),
              selection.leaveOut(),
              selection.leaveOut())) {
        statement.setArray(i++, snapshot.createArrayOf("text", texts.toArray()));
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Other other = other(row);
          if (other != null) {
            others.add(other);
          } else {
            SourceTable table = table(snapshot, row, largeObjects);
            tables.add(table);
            notes.put(table, notes(row));
          }
        }
      }
    }
    return new Contents(tables, notes, others);
  }

  private static @Nullable Other other(ResultSet row) throws SQLException {
    String name = row.getString("nspname") + "." + row.getString("relname");
    if (row.getString("relpersistence").equals("t")) {
      return new Other(name, "temporary table", "belongs to one session and is not carried");
    }
    if (row.getBoolean("relispartition")) {
      return new Other(name, "partition", "its rows are carried with the table it belongs to");
    }
    return switch (row.getString("relkind")) {
      case "v" -> new Other(name, "view", "holds no rows; make it again over the new views");
      case "m" -> new Other(name, "materialised view", "is made from other tables; make it again");
      case "f" ->
          new Other(
              name, "foreign table", "its rows are in another database; carry them from there");
      default -> null;
    };
  }

  private static SourceTable table(Connection snapshot, ResultSet row, boolean largeObjects)
      throws SQLException {
    long oid = row.getLong("oid");
    List<String> key = key(snapshot, oid);
    return new SourceTable(
        row.getString("nspname"),
        row.getString("relname"),
        columns(snapshot, oid, largeObjects),
        key,
        row.getBoolean("partitioned"),
        row.getLong("estimated_rows"),
        row.getLong("total_bytes"),
        obstacles(row),
        remarks(snapshot, row, key));
  }

  private static List<String> obstacles(ResultSet row) throws SQLException {
    String table = Sql.qualified(row.getString("nspname"), row.getString("relname"));
    List<String> obstacles = new ArrayList<>();
    List<String> unreadable = texts(row.getArray("unreadable"));
    if (!row.getBoolean("may_use")) {
      obstacles.add(
          "our role may not use its schema: GRANT USAGE ON SCHEMA %s"
              .formatted(Sql.identifier(row.getString("nspname"))));
    }
    if (!row.getBoolean("may_read") && !unreadable.isEmpty()) {
      obstacles.add(
          "our role may not read column%s %s: GRANT SELECT ON %s"
              .formatted(unreadable.size() == 1 ? "" : "s", String.join(", ", unreadable), table));
    }
    if (row.getBoolean("rows_hidden")) {
      obstacles.add(
          "row-level security is on for our role and may hide rows: connect as a role with BYPASSRLS");
    }
    return obstacles;
  }

  private static List<String> remarks(Connection snapshot, ResultSet row, List<String> key)
      throws SQLException {
    List<String> remarks = new ArrayList<>();
    List<String> children = texts(row.getArray("children"));
    if (!children.isEmpty()) {
      remarks.add(
          "%s inherit%s from it and %s carried apart: its view shows its own rows only"
              .formatted(
                  String.join(", ", children),
                  children.size() == 1 ? "s" : "",
                  children.size() == 1 ? "is" : "are"));
    }
    if (key.isEmpty()) {
      try (PreparedStatement statement = snapshot.prepareStatement(UNUSABLE_KEYS)) {
        statement.setLong(1, row.getLong("oid"));
        try (ResultSet unusable = statement.executeQuery()) {
          unusable.next();
          texts(unusable.getArray(1))
              .forEach(index -> remarks.add("unique index " + index + ", so it is no key"));
        }
      }
    }
    return remarks;
  }

  private static List<String> notes(ResultSet row) throws SQLException {
    List<String> notes = new ArrayList<>();
    if (row.getString("relpersistence").equals("u")) {
      notes.add("unlogged: a crash of the source's server empties it");
    }
    int triggers = texts(row.getArray("triggers")).size();
    if (triggers > 0) {
      notes.add(triggers + " triggers stay behind: the new views run none");
    }
    long references = row.getLong("foreign_keys");
    if (references > 0) {
      notes.add(references + " foreign keys from or to it; rows are carried in any order");
    }
    long dropped = row.getLong("dropped_columns");
    if (dropped > 0) {
      notes.add(dropped + " dropped columns are passed over");
    }
    return notes;
  }

  /** The columns of a table as they are now; none when it is gone. */
  public static List<SourceColumn> columnsOf(Connection snapshot, SourceTable table)
      throws SQLException {
    try (PreparedStatement statement = snapshot.prepareStatement("SELECT to_regclass(?)::oid")) {
      statement.setString(1, Sql.qualified(table.schema(), table.name()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        long oid = row.getLong(1);
        return row.wasNull() ? List.of() : columns(snapshot, oid, false);
      }
    }
  }

  private static boolean hasLargeObjects(Connection snapshot) throws SQLException {
    try (Statement statement = snapshot.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT EXISTS (SELECT FROM pg_largeobject_metadata)")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static List<SourceColumn> columns(Connection snapshot, long table, boolean largeObjects)
      throws SQLException {
    List<SourceColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = snapshot.prepareStatement(COLUMNS)) {
      statement.setLong(1, table);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.add(column(row, largeObjects));
        }
      }
    }
    return columns;
  }

  private static SourceColumn column(ResultSet row, boolean largeObjects) throws SQLException {
    boolean array = row.getBoolean("is_array");
    boolean ofDomain = array && row.getBoolean("of_domain");
    String type = ofDomain ? row.getString("element_type") + "[]" : row.getString("type");
    List<String> labels = texts(row.getArray("labels"));
    boolean asText = isCarriedAsText(row, labels);
    if (asText) {
      type = row.getString("type");
    }
    boolean domain = row.getBoolean("is_domain") || (ofDomain && !asText);
    return new SourceColumn(
        row.getString("attname"),
        type,
        row.getBoolean("attnotnull"),
        row.getBoolean("generated"),
        domain ? row.getString("declared_type") : null,
        asText ? List.of() : labels,
        asText || !labels.isEmpty() ? null : uncomparable(type),
        asText ? "text" : null,
        remark(row, type, asText, largeObjects));
  }

  /**
   * Types of the server's own catalogue exist on both sides, and enums are made there. All others
   * (composites, an extension's, ranges of one's own, arrays of arrays by way of a domain) are
   * carried as what their output function writes, which is what their input function reads.
   */
  private static boolean isCarriedAsText(ResultSet row, List<String> labels) throws SQLException {
    return switch (row.getString("kind")) {
      case "e" -> labels.isEmpty();
      case "b", "r", "m" ->
          !row.getString("type_schema").equals("pg_catalog")
              || (row.getBoolean("is_array")
                  && row.getString("category").equals("A")
                  && !row.getString("element_type").endsWith("vector"));
      default -> true;
    };
  }

  private static @Nullable String remark(
      ResultSet row, String type, boolean asText, boolean largeObjects) throws SQLException {
    if (asText) {
      return "carried as text, in the form that its type %s writes and reads".formatted(type);
    }
    if (type.equals("oid") && largeObjects) {
      return "may point at large objects, which are not carried: export them apart";
    }
    String collation = row.getString("collation_name");
    return collation == null
        ? null
        : "its values are equal, but sorted by the target's collation, not by " + collation;
  }

  /** What can't be compared is not carried: nobody could say afterwards that it arrived. */
  private static @Nullable String uncomparable(String type) {
    return switch (CanonicalSql.of(List.of(CanonicalColumn.named("x", type)))) {
      case CanonicalSql.Supported s -> null;
      case CanonicalSql.Unsupported u -> u.reasons().getFirst().sentence();
    };
  }

  private static List<String> key(Connection snapshot, long table) throws SQLException {
    try (PreparedStatement statement = snapshot.prepareStatement(KEY)) {
      statement.setLong(1, table);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? texts(row.getArray("key")) : List.of();
      }
    }
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  /**
   * What tells one database from another, whatever name it is reached by: the server's start, the
   * database and its number.
   */
  public static String identity(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT d.oid || '/' || d.datname || '/' || extract(epoch FROM pg_postmaster_start_time())
                  FROM pg_database d WHERE d.datname = current_database()
                """)) {
      row.next();
      return row.getString(1);
    }
  }
}
