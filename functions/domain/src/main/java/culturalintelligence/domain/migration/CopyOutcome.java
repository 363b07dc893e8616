package culturalintelligence.domain.migration;

/** What came of one message that asked for a chunk to be copied. */
public sealed interface CopyOutcome {

  /** The rows are in the target, and the ledger says so. */
  record Copied(long rows, long quarantined, long bytes) implements CopyOutcome {}

  /** Somebody did it before: a message delivered twice, or late. */
  record AlreadyDone() implements CopyOutcome {}

  /** Not now: another worker holds it. The message comes again. */
  record NotNow(String reason) implements CopyOutcome {}

  /**
   * The run is paused or cancelled. The message is done with: a start queues every chunk that is
   * left, and one that came round until then would end among the dead letters.
   */
  record Held(String reason) implements CopyOutcome {}

  /** Not now, for the source's or the operator's sake: a new message comes after a while. */
  record Later(String reason) implements CopyOutcome {}

  /** Another attempt took over while this one worked; nothing of this one was written. */
  record Fenced() implements CopyOutcome {}

  /** It failed; the message comes again and another attempt is made. */
  record Retry(String reason) implements CopyOutcome {}

  /** It can't be done; an operator must look. */
  record GivenUp(String reason) implements CopyOutcome {}

  /** Whether the queue should deliver the message again. */
  default boolean deliverAgain() {
    return switch (this) {
      case NotNow n -> true;
      case Retry r -> true;
      case Copied c -> false;
      case Held h -> false;
      case Later l -> false;
      case AlreadyDone a -> false;
      case Fenced f -> false;
      case GivenUp g -> false;
    };
  }
}
