package culturalintelligence.domain.migration;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be drained.
 *
 * @param entries in the source's outbox
 * @param age of the oldest of them; null when there is none
 * @param redo keys to be applied again that stand in no outbox
 */
public record Backlog(long entries, @Nullable Duration age, long redo) {

  /** Nothing waits. */
  public boolean isEmpty() {
    return entries == 0 && redo == 0;
  }
}
