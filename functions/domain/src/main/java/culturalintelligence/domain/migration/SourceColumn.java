package culturalintelligence.domain.migration;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column of a source table.
 *
 * @param type the type as PostgreSQL writes it under an empty search path ({@code numeric(6,2)},
 *     {@code music."Mood"[]}); of a domain, the type below it
 * @param declaredType the domain's own name, where the column's type is a domain
 * @param enumLabels the labels in order, where the type (or the array's element type) is an enum
 * @param refusal why its type can't be carried; null when it can
 * @param carriedType the target's type where it is another: the type's own text form, which its
 *     input function reads back; null where it is the same
 * @param remark what an operator should know of it; null when nothing
 */
public record SourceColumn(
    String name,
    String type,
    boolean notNull,
    boolean generated,
    @Nullable String declaredType,
    List<String> enumLabels,
    @Nullable String refusal,
    @Nullable String carriedType,
    @Nullable String remark) {
  private static final Set<String> NUMBERS =
      Set.of("smallint", "integer", "bigint", "real", "double precision", "numeric");

  public SourceColumn {
    enumLabels = List.copyOf(enumLabels);
  }

  /** A column that is carried in its own type. */
  public SourceColumn(
      String name,
      String type,
      boolean notNull,
      boolean generated,
      @Nullable String declaredType,
      List<String> enumLabels,
      @Nullable String refusal) {
    this(name, type, notNull, generated, declaredType, enumLabels, refusal, null, null);
  }

  /** Whether the type holds JSON, in either of PostgreSQL's forms. */
  public boolean isJson() {
    return type.equals("json") || type.equals("jsonb");
  }

  /** Whether the type is a character string without padding. */
  public boolean isText() {
    return type.equals("text") || type.startsWith("character varying");
  }

  /** Whether the values are characters of any sort: a string, a padded one, a label. */
  public boolean isCharacters() {
    return isText()
        || type.equals("character")
        || type.startsWith("character(")
        || (!enumLabels.isEmpty() && !type.endsWith("[]"));
  }

  /** Whether the values are numbers. */
  public boolean isNumber() {
    return NUMBERS.contains(type) || type.startsWith("numeric(");
  }

  /**
   * A key's text as {@code ::text} gives it, from what the type's output function (and so COPY)
   * writes: three types are cast otherwise than they are written.
   */
  public String keyText(String written) {
    if (type.equals("boolean")) {
      return written.equals("t") ? "true" : written.equals("f") ? "false" : written;
    }
    if (type.equals("character") || type.startsWith("character(")) {
      int end = written.length();
      while (end > 0 && written.charAt(end - 1) == ' ') {
        end--;
      }
      return written.substring(0, end);
    }
    if (type.equals("inet") && written.indexOf('/') < 0) {
      return written + (written.indexOf(':') < 0 ? "/32" : "/128");
    }
    return written;
  }
}
