package culturalintelligence.persistence.capture;

import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a source table must stay as it is while a run goes: its columns, and the triggers that
 * catch its changes. A trigger is named with the transaction that touched it last, so that one
 * switched off and on again between two looks is noticed too.
 *
 * @param columns by name: the type, and whether NULL is refused
 * @param triggers by relation (the table, its partitions): ours, each as {@code name mode xmin}
 */
record Shape(Map<String, String> columns, Map<String, List<String>> triggers) {
  private static final List<String> OURS =
      List.of("ci_capture_delete", "ci_capture_insert", "ci_capture_truncate", "ci_capture_update");

  /** The same words that the catalogue's description of a plan uses. */
  private static final String COLUMNS =
      """
      SELECT a.attname, a.attnotnull,
             CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
                  ELSE format_type(t.oid, a.atttypmod) END AS type,
             ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = element.oid
                    ORDER BY e.enumsortorder)::text AS labels
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        LEFT JOIN pg_type element ON element.oid =
             CASE WHEN base.typcategory = 'A' AND base.typelem <> 0 THEN base.typelem ELSE base.oid END
       WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attnum
      """;

  private static final String TRIGGERS =
      """
      SELECT r.relid::text AS relation, g.tgname || ' ' || g.tgenabled::text || ' ' || g.xmin::text AS trigger
        FROM (SELECT to_regclass(?)::oid AS relid
               UNION SELECT relid FROM pg_partition_tree(to_regclass(?))) r
        LEFT JOIN pg_trigger g ON g.tgrelid = r.relid AND NOT g.tgisinternal
              AND g.tgname LIKE 'ci\\_capture\\_%'
       WHERE r.relid IS NOT NULL
       ORDER BY 1, 2
      """;

  /** As a transaction sees it; empty columns when the table is gone. */
  static Shape of(Connection source, SourceTable table) throws SQLException {
    String name = Sql.qualified(table.schema(), table.name());
    Map<String, String> columns = new LinkedHashMap<>();
    try (PreparedStatement select = source.prepareStatement(COLUMNS)) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          columns.put(
              row.getString("attname"),
              typed(row.getString("type"), row.getString("labels"), row.getBoolean("attnotnull")));
        }
      }
    }
    Map<String, List<String>> triggers = new TreeMap<>();
    try (PreparedStatement select = source.prepareStatement(TRIGGERS)) {
      select.setString(1, name);
      select.setString(2, name);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          List<String> ours = triggers.computeIfAbsent(row.getString(1), _ -> new ArrayList<>());
          String trigger = row.getString(2);
          if (trigger != null) {
            ours.add(trigger);
          }
        }
      }
    }
    return new Shape(columns, triggers);
  }

  private static String typed(String type, String labels, boolean notNull) {
    return type + (labels.equals("{}") ? "" : " " + labels) + (notNull ? " not null" : "");
  }

  /** What a plan knows of the table; its triggers are not among it. */
  static Shape planned(Connection source, SourceTable table) throws SQLException {
    Map<String, String> columns = new LinkedHashMap<>();
    for (SourceColumn column : table.columns()) {
      columns.put(column.name(), typed(column.type(), labels(source, column), column.notNull()));
    }
    return new Shape(columns, Map.of());
  }

  /** As the server writes an array of labels. */
  private static String labels(Connection source, SourceColumn column) throws SQLException {
    if (column.enumLabels().isEmpty()) {
      return "{}";
    }
    try (PreparedStatement select = source.prepareStatement("SELECT ?::text[]::text")) {
      select.setArray(1, source.createArrayOf("text", column.enumLabels().toArray()));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /** What is different now, in a sentence, or null. */
  @Nullable String columnsChanged(Shape now) {
    if (now.columns.isEmpty()) {
      return "the table is gone";
    }
    for (Map.Entry<String, String> column : columns.entrySet()) {
      String is = now.columns.get(column.getKey());
      if (is == null) {
        return "column %s was dropped".formatted(column.getKey());
      }
      if (!is.equals(column.getValue()) && !is.equals(column.getValue() + " not null")) {
        return "column %s was %s and is %s".formatted(column.getKey(), column.getValue(), is);
      }
    }
    for (String name : now.columns.keySet()) {
      if (!columns.containsKey(name)) {
        return "column %s was added".formatted(name);
      }
    }
    return null;
  }

  /** What happened to the triggers, in a sentence, or null. */
  @Nullable String triggersChanged(Shape now) {
    for (Map.Entry<String, List<String>> relation : now.triggers.entrySet()) {
      List<String> were = triggers.get(relation.getKey());
      if (were == null) {
        return "a partition was added that is not captured";
      }
      for (String name : OURS) {
        String was = find(were, name);
        String is = find(relation.getValue(), name);
        if (is == null) {
          return "the trigger %s was dropped".formatted(name);
        }
        if (!is.startsWith(name + " A ")) {
          return "the trigger %s was switched off".formatted(name);
        }
        if (!Objects.equals(was, is)) {
          return "the trigger %s was switched off, or made again, meanwhile".formatted(name);
        }
      }
    }
    for (String relation : triggers.keySet()) {
      if (!now.triggers.containsKey(relation)) {
        return "a partition was detached or dropped";
      }
    }
    return null;
  }

  private static @Nullable String find(List<String> triggers, String name) {
    return triggers.stream().filter(t -> t.startsWith(name + " ")).findFirst().orElse(null);
  }
}
