package culturalintelligence.domain.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the source's outbox: that a row changed, not what became of it. What became of it is
 * read again when the entry is drained.
 *
 * @param key the key columns' texts in the key's order; null when the whole table is meant: a
 *     truncate, or any change of a table without a key
 */
public record CapturedChange(
    long id, String schema, String table, @Nullable List<String> key, Operation operation) {
  public CapturedChange {
    key = key == null ? null : List.copyOf(key);
  }

  /** What happened; it decides nothing, since a drain goes by the row's state. */
  public enum Operation {
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE;

    /** By the letter in the outbox. */
    public static Operation of(String letter) {
      return switch (letter) {
        case "I" -> INSERT;
        case "U" -> UPDATE;
        case "D" -> DELETE;
        case "T" -> TRUNCATE;
        default -> throw new IllegalArgumentException("no operation " + letter);
      };
    }
  }
}
