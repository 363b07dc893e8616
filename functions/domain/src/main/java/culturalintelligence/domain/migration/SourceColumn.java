package culturalintelligence.domain.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One column of a source table.
 *
 * @param type the type as PostgreSQL writes it under an empty search path ({@code numeric(6,2)},
 *     {@code music."Mood"[]}); of a domain, the type below it
 * @param declaredType the domain's own name, where the column's type is a domain
 * @param enumLabels the labels in order, where the type (or the array's element type) is an enum
 * @param refusal why its type can't be carried; null when it can
 */
public record SourceColumn(
    String name,
    String type,
    boolean notNull,
    boolean generated,
    @Nullable String declaredType,
    List<String> enumLabels,
    @Nullable String refusal) {
  public SourceColumn {
    enumLabels = List.copyOf(enumLabels);
  }

  /** Whether the type holds JSON, in either of PostgreSQL's forms. */
  public boolean isJson() {
    return type.equals("json") || type.equals("jsonb");
  }

  /** Whether the type is a character string. */
  public boolean isText() {
    return type.equals("text") || type.startsWith("character varying");
  }
}
