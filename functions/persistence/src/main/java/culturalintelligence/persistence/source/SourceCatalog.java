package culturalintelligence.persistence.source;

import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the music tables of a database nobody described, and says what they are. */
@ApplicationScoped
public class SourceCatalog {
  /** The plan's own patterns; case does not matter to them. */
  public static final List<String> PATTERNS =
      List.of("%file%", "%track%", "%music%", "%audio%", "%artist%", "%genre%", "%duplicate%");

  /**
   * Ordinary and partitioned tables that a name pattern picks. A partition is read through the
   * table it belongs to; a schema that holds a ledger of ours is ours.
   */
  private static final String TABLES =
      """
      SELECT c.oid, n.nspname, c.relname, c.relkind = 'p' AS partitioned,
             c.reltuples::bigint AS estimated_rows,
             CASE WHEN c.relkind = 'p'
                  THEN (SELECT coalesce(sum(pg_total_relation_size(i.relid)), 0)
                          FROM pg_partition_tree(c.oid) i)
                  ELSE pg_total_relation_size(c.oid) END AS total_bytes
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND c.relpersistence <> 't'
         AND n.nspname NOT IN ('pg_catalog', 'information_schema')
         AND n.nspname NOT LIKE 'pg\\_%'
         AND c.relname ILIKE ANY (?)
         AND NOT EXISTS (SELECT FROM pg_class l JOIN pg_namespace ln ON ln.oid = l.relnamespace
                          WHERE ln.nspname = 'migration' AND l.relname = 'chunk'
                            AND n.nspname IN ('migration', 'carried', 'metacrate', 'public'))
       ORDER BY n.nspname, c.relname
      """;

  private static final String COLUMNS =
      """
      SELECT a.attname, a.attnotnull, a.attgenerated <> '' AS generated,
             t.typtype = 'd' AS is_domain,
             format_type(t.oid, a.atttypmod) AS declared_type,
             CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
                  ELSE format_type(t.oid, a.atttypmod) END AS type,
             element.typtype AS kind,
             element_ns.nspname AS type_schema,
             element.typname AS type_name,
             ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = element.oid
                    ORDER BY e.enumsortorder) AS labels
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        LEFT JOIN pg_type element ON element.oid =
             CASE WHEN base.typcategory = 'A' AND base.typelem <> 0 THEN base.typelem ELSE base.oid END
        LEFT JOIN pg_namespace element_ns ON element_ns.oid = element.typnamespace
       WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attnum
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

  private final SourceDatabase source;

  public SourceCatalog(SourceDatabase source) {
    this.source = source;
  }

  /** All music tables, by schema and name. */
  public List<SourceTable> discover() throws SQLException {
    try (Connection connection = source.snapshot()) {
      return discover(connection);
    }
  }

  /** All music tables as this transaction sees them. */
  public static List<SourceTable> discover(Connection snapshot) throws SQLException {
    List<SourceTable> tables = new ArrayList<>();
    try (PreparedStatement statement = snapshot.prepareStatement(TABLES)) {
      statement.setArray(1, snapshot.createArrayOf("text", PATTERNS.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          long oid = row.getLong("oid");
          tables.add(
              new SourceTable(
                  row.getString("nspname"),
                  row.getString("relname"),
                  columns(snapshot, oid),
                  key(snapshot, oid),
                  row.getBoolean("partitioned"),
                  row.getLong("estimated_rows"),
                  row.getLong("total_bytes")));
        }
      }
    }
    return tables;
  }

  private static List<SourceColumn> columns(Connection snapshot, long table) throws SQLException {
    List<SourceColumn> columns = new ArrayList<>();
    try (PreparedStatement statement = snapshot.prepareStatement(COLUMNS)) {
      statement.setLong(1, table);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.add(
              new SourceColumn(
                  row.getString("attname"),
                  row.getString("type"),
                  row.getBoolean("attnotnull"),
                  row.getBoolean("generated"),
                  row.getBoolean("is_domain") ? row.getString("declared_type") : null,
                  texts(row.getArray("labels")),
                  refusal(
                      row.getString("kind"), row.getString("type_schema"), row.getString("type"))));
        }
      }
    }
    return columns;
  }

  /**
   * Types of the server's own catalogue exist on both sides; enums are made there; others aren't.
   */
  private static @Nullable String refusal(String kind, String typeSchema, String type) {
    return switch (kind) {
      case "e" -> null;
      case "b", "r", "m", "p" ->
          typeSchema.equals("pg_catalog")
              ? uncomparable(type)
              : "its type %s belongs to an extension and has no counterpart yet".formatted(type);
      case "c" -> "its composite type %s can't be carried yet".formatted(type);
      case "d" -> "an array or a domain over the domain %s can't be carried yet".formatted(type);
      default -> "its type %s is of an unknown kind".formatted(type);
    };
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
