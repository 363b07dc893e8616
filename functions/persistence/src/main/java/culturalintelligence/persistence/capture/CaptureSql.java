package culturalintelligence.persistence.capture;

import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The statements of {@code sql/metacrate/capture}, filled in for one database and its tables. */
final class CaptureSql {
  private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z_]+)\\}");

  /** Types whose text is the same whatever a session's settings are. */
  private static final Set<String> PLAIN =
      Set.of("smallint", "integer", "bigint", "uuid", "text", "boolean", "numeric", "oid", "name");

  private CaptureSql() {}

  static String schema(String role, UUID token) {
    return fill(
        "install", Map.of("role", Sql.identifier(role), "token", Sql.literal(token.toString())));
  }

  static String uninstall() {
    return fill("uninstall", Map.of());
  }

  /**
   * The functions of one table.
   *
   * @param oid names them
   * @param byRow whether its triggers fire for each row: transition tables don't see everything
   */
  static String functions(SourceTable table, long oid, boolean byRow) {
    Map<String, String> places = names(oid);
    places.put("name", comment(table.qualifiedName()));
    places.put("settings", settings(table));
    places.put("schema_literal", Sql.literal(table.schema()));
    places.put("table_literal", Sql.literal(table.name()));
    places.put("insert_keys", keys(table, byRow, List.of("new"), 'I'));
    places.put("update_keys", keys(table, byRow, List.of("old", "new"), 'U'));
    places.put("delete_keys", keys(table, byRow, List.of("old"), 'D'));
    return fill("table", places);
  }

  /**
   * The triggers on one relation: the table itself, or a partition of it, which fires its own when
   * it is written directly.
   *
   * @param relation quoted
   */
  static String triggers(String relation, long oid, boolean byRow, boolean again) {
    Map<String, String> places = names(oid);
    places.put("relation", relation);
    if (byRow) {
      places.put("referencing_new", "FOR EACH ROW");
      places.put("referencing_both", "FOR EACH ROW");
      places.put("referencing_old", "FOR EACH ROW");
    } else {
      places.put("referencing_new", "REFERENCING NEW TABLE AS ci_new FOR EACH STATEMENT");
      places.put(
          "referencing_both",
          "REFERENCING OLD TABLE AS ci_old NEW TABLE AS ci_new FOR EACH STATEMENT");
      places.put("referencing_old", "REFERENCING OLD TABLE AS ci_old FOR EACH STATEMENT");
    }
    return (again ? untrigger(relation) : "") + fill("triggers", places);
  }

  static String untrigger(String relation) {
    return fill("untrigger", Map.of("relation", relation));
  }

  private static Map<String, String> names(long oid) {
    return new java.util.HashMap<>(
        Map.of(
            "insert", "ci_capture.t%d_insert".formatted(oid),
            "update", "ci_capture.t%d_update".formatted(oid),
            "delete", "ci_capture.t%d_delete".formatted(oid),
            "truncate", "ci_capture.t%d_truncate".formatted(oid)));
  }

  /** The last lines of a comment must not become statements. */
  private static String comment(String name) {
    return name.replaceAll("[\\r\\n]", " ");
  }

  /** A key's text must mean the same here as in the session that wrote the row. */
  private static String settings(SourceTable table) {
    String settings = "SET search_path = pg_catalog, pg_temp";
    if ((table.schema() + table.name()).contains("\\")) {
      settings += " SET standard_conforming_strings = on";
    }
    boolean plain =
        table.key().stream()
            .map(name -> table.column(name).orElseThrow())
            .allMatch(c -> isPlain(c.type()) || !c.enumLabels().isEmpty());
    return plain
        ? settings
        : settings
            + " SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres'"
            + " SET extra_float_digits = 3 SET bytea_output = 'hex' SET lc_monetary = 'C'";
  }

  private static boolean isPlain(String type) {
    return PLAIN.contains(type)
        || type.startsWith("character")
        || (type.startsWith("numeric(") && type.endsWith(")"));
  }

  /** One row for each key; where rows have no names, one for the statement. */
  private static String keys(SourceTable table, boolean byRow, List<String> images, char op) {
    String about =
        "SELECT %s, %s, ".formatted(Sql.literal(table.schema()), Sql.literal(table.name()));
    if (!table.hasKey()) {
      String any =
          byRow
              ? ""
              : images.stream()
                  .map(image -> "EXISTS (SELECT FROM ci_%s)".formatted(image))
                  .collect(Collectors.joining(" OR ", " WHERE ", ""));
      return about + "NULL::text[], '" + op + "'" + any;
    }
    // UNION leaves one where the key was not changed, and both where it was.
    return images.stream()
        .map(
            image ->
                byRow
                    ? "SELECT %s".formatted(key(table, image.toUpperCase(java.util.Locale.ROOT)))
                    : "SELECT %s FROM ci_%s r".formatted(key(table, "r"), image))
        .collect(
            Collectors.joining(" UNION ", about + "k.key, '" + op + "' FROM (", ") AS k(key)"));
  }

  private static String key(SourceTable table, String row) {
    return table.key().stream()
        .map(name -> "%s.%s::text".formatted(row, Sql.identifier(name)))
        .collect(Collectors.joining(", ", "ARRAY[", "]"));
  }

  private static String fill(String file, Map<String, String> places) {
    String name = "/metacrate/capture/" + file + ".sql";
    try (InputStream in = CaptureSql.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return PLACE
          .matcher(text)
          .replaceAll(
              place -> {
                String value = places.get(place.group(1));
                if (value == null) {
                  throw new IllegalStateException(name + ": nothing for " + place.group());
                }
                return Matcher.quoteReplacement(value);
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks that a name can't close the functions' quoting. */
  static boolean canBeQuoted(SourceTable table) {
    return !(table.schema() + table.name() + String.join("", table.key())).contains("$ci$")
        && table.columns().stream().map(SourceColumn::name).noneMatch(n -> n.contains("$ci$"));
  }
}
