package culturalintelligence.persistence.postgres;

import java.util.Collection;
import java.util.stream.Collectors;

/** Quoting, for the statements whose tables are only known when they run. */
public final class Sql {
  private Sql() {}

  /** A quoted identifier. */
  public static String identifier(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not an identifier");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A quoted, qualified name. */
  public static String qualified(String schema, String name) {
    return identifier(schema) + "." + identifier(name);
  }

  /** Quoted identifiers with commas between. */
  public static String identifiers(Collection<String> names) {
    return names.stream().map(Sql::identifier).collect(Collectors.joining(", "));
  }

  /**
   * A string literal, for {@code COPY (SELECT …)}, which takes no parameters; everywhere else
   * values are bound. Right with {@code standard_conforming_strings = on}, which every connection
   * sets.
   */
  public static String literal(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a literal can't hold NUL");
    }
    return "'" + value.replace("'", "''") + "'";
  }
}
