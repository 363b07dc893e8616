package culturalintelligence.domain.migration;

/** Where one chunk stands. Every change is a compare-and-set in the ledger. */
public enum ChunkState {
  /** Planned; nobody works on it. */
  PENDING,
  /** An attempt is committed and its lease runs. */
  CLAIMED,
  /** Its rows are in the target, in the same transaction that said so. */
  COPIED,
  /** Compared after the copy and found equal. */
  VERIFIED,
  /** Compared after the copy and found different. */
  MISMATCH,
  /** Given up after too many attempts; the ledger holds the last reason. */
  FAILED;

  /** Whether the rows have been carried over. */
  public boolean isCopied() {
    return switch (this) {
      case COPIED, VERIFIED, MISMATCH -> true;
      case PENDING, CLAIMED, FAILED -> false;
    };
  }
}
