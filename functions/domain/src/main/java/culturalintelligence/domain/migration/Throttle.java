package culturalintelligence.domain.migration;

import org.jspecify.annotations.Nullable;

/**
 * How hard a run may work. Workers read it before each chunk; null means no limit.
 *
 * @param workers chunks being copied at once
 * @param active sessions at work on the source besides ours, from which on no chunk is begun
 * @param lagMillis how far the source's replicas may be behind, where that can be seen
 * @param probeMillis the 95th percentile of a small query's time on the source
 */
public record Throttle(
    @Nullable Integer workers,
    @Nullable Integer active,
    @Nullable Integer lagMillis,
    @Nullable Integer probeMillis) {
  public static final Throttle NONE = new Throttle(null, null, null, null);

  /** Whether the source must be looked at before a chunk. */
  public boolean looksAtTheSource() {
    return active != null || lagMillis != null || probeMillis != null;
  }
}
