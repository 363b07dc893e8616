package culturalintelligence.domain.migration;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One look at a run, from which text, JSON and metrics are all made.
 *
 * @param plan the run's number
 * @param phase what is going on
 * @param tables in the order of the plan
 * @param chunks how many are in each state
 * @param rowsTotal counted when the plan was made
 * @param rowsDone carried over, quarantined ones included
 * @param bytesDone of rows as they were read
 * @param rowsPerSecond over the time since the start; null before there is one
 * @param eta null when nothing can honestly be said: before 1 % or after the end
 * @param quarantined rows set aside
 * @param differences found by the newest comparison; null when nothing was compared yet
 * @param checkedAt when the oldest comparison that counts was made; null when a part was never
 *     compared
 */
public record Progress(
    long plan,
    Phase phase,
    List<TableProgress> tables,
    Map<ChunkState, Integer> chunks,
    long rowsTotal,
    long rowsDone,
    long bytesDone,
    @Nullable Double rowsPerSecond,
    @Nullable Duration eta,
    long quarantined,
    @Nullable Long differences,
    @Nullable Instant startedAt,
    @Nullable Instant checkedAt,
    Instant takenAt,
    @Nullable String failure,
    Control control) {

  /**
   * What holds the run back, and what waits for somebody.
   *
   * @param slow why a worker was sent away within the last seconds; null when none was
   * @param attempts chunks being copied now
   * @param laidAside indexes and references still to be put back after the last chunk
   * @param deadLetters messages given up and not sent back yet
   */
  public record Control(
      Throttle throttle, @Nullable String slow, int attempts, int laidAside, long deadLetters) {}

  /** What is going on, in one word. */
  public enum Phase {
    PLANNED,
    COPYING,
    PAUSED,
    /** An operator ended it; a start goes on from what is copied. */
    CANCELLED,
    VERIFYING,
    /** Every chunk and every table was compared and is equal. */
    VERIFIED,
    /** Everything was compared, and something differs. */
    DIFFERS,
    /** Equal where it could be compared; changes of some rows are still under way. */
    WAITING,
    /** Compared and equal, but too long ago to say so of today. */
    STALE,
    /** A chunk was given up: an operator must look. */
    STUCK
  }

  /**
   * One table's share.
   *
   * @param differences null when not every chunk of it was compared
   */
  public record TableProgress(
      String table,
      Assessment.Verdict verdict,
      List<String> reasons,
      long rowsTotal,
      long rowsDone,
      long quarantined,
      int chunks,
      int chunksCopied,
      int chunksChecked,
      @Nullable Long differences,
      String mapping) {}
}
