package culturalintelligence.persistence.verification;

import java.util.Objects;

/**
 * A column as both sides of a comparison see it.
 *
 * @param name the column's name, unquoted; for people and reports only
 * @param type the type of the source's column as {@code format_type} writes it, with or without its
 *     modifier; the type under it where the column's type is a domain
 * @param expression SQL that gives the value in the scope of the query: a quoted identifier, or
 *     what the compatibility view would compute. It is trusted, as all SQL of ours is, and may be
 *     evaluated twice for floating point types.
 */
public record CanonicalColumn(String name, String type, String expression) {
  public CanonicalColumn {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(expression);
  }

  /** The column under its own name. */
  public static CanonicalColumn named(String name, String type) {
    return new CanonicalColumn(name, type, '"' + name.replace("\"", "\"\"") + '"');
  }
}
