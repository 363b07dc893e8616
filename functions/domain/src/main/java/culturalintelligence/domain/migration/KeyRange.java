package culturalintelligence.domain.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A half-open range of keys in the order of the source's own index: {@code key > after AND key <=
 * upTo}. Values are PostgreSQL's text forms, one for each key column.
 *
 * @param after null: from the first key
 * @param upTo null: to the last key and beyond, so that a row nobody planned is still in a range
 */
public record KeyRange(@Nullable List<String> after, @Nullable List<String> upTo) {
  public static final KeyRange ALL = new KeyRange(null, null);

  public KeyRange {
    after = after == null ? null : List.copyOf(after);
    upTo = upTo == null ? null : List.copyOf(upTo);
  }
}
