package culturalintelligence.domain.migration;

/** What a worker that wants a chunk is told. */
public sealed interface Claim {

  /** It is yours until the lease ends: an attempt is committed under this number. */
  record Granted(long attempt, Chunk chunk) implements Claim {}

  /** Its rows are already in the target. */
  record AlreadyCopied() implements Claim {}

  /** Another worker has it; ask again later. */
  record LeasedElsewhere() implements Claim {}

  /** The run is paused; ask again later. */
  record Paused() implements Claim {}

  /** The run was cancelled; a start would give it out again. */
  record Cancelled() implements Claim {}

  /** As many are at work as may be; ask again later. */
  record Throttled(String reason) implements Claim {}

  /** Too many attempts failed; it waits for an operator. */
  record GivenUp(String reason) implements Claim {}

  /** The ledger knows no such chunk. */
  record Unknown() implements Claim {}
}
