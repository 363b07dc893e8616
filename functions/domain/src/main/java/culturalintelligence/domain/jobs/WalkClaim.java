package culturalintelligence.domain.jobs;

import org.jspecify.annotations.Nullable;

/** What a worker that wants to walk on is told. */
public sealed interface WalkClaim {

  /**
   * It is yours until the lease ends.
   *
   * @param position after which to go on; null from the beginning
   * @param attempt the fence every commit must show
   */
  record Granted(
      long job,
      JobPurpose purpose,
      @Nullable String root,
      boolean forced,
      @Nullable String position,
      int attempt)
      implements WalkClaim {}

  /** Another worker walks; ask again later. */
  record LeasedElsewhere() implements WalkClaim {}

  /** There is nothing to walk: it was walked to its end, or stopped, or never was. */
  record Over() implements WalkClaim {}
}
