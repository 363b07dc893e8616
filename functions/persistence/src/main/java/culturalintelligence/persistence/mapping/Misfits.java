package culturalintelligence.persistence.mapping;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts values that did not fit their typed field, by field, source and reason. They are in the
 * carried row as they were; here is only said how many.
 */
public final class Misfits {
  private final Map<Misfit, Long> counts = new LinkedHashMap<>();

  /**
   * One way of not fitting.
   *
   * @param source the column, and a member behind a dot
   */
  public record Misfit(String field, String source, String reason) {}

  void count(String field, String source, String reason) {
    counts.merge(new Misfit(field, source, reason), 1L, Long::sum);
  }

  /** How many values, each way. */
  public Map<Misfit, Long> counts() {
    return Map.copyOf(counts);
  }

  public boolean isEmpty() {
    return counts.isEmpty();
  }
}
