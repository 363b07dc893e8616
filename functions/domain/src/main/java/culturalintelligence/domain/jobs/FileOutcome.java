package culturalintelligence.domain.jobs;

/** How one file of a job came out. */
public enum FileOutcome {
  /** Read; a scan recorded it, a fill took its facts. */
  READ,
  /** Known as it is: another had read it since it was queued, or its facts were there already. */
  UNCHANGED,
  /** No audio. */
  NOT_AUDIO,
  /**
   * Begins like audio, but nothing in it could be read; its hash and size are known all the same.
   */
  UNREADABLE,
  /** Not the bytes the old row speaks of, so it says nothing of that row; nothing was filled. */
  DIFFERS,
  /** Not there, or under no library root. */
  MISSING,
  /** There, but it could not be read; the code says who must act. */
  FAILED;

  /** Whether an operator wants to hear of it. */
  public boolean isTrouble() {
    return switch (this) {
      case READ, UNCHANGED, NOT_AUDIO -> false;
      case UNREADABLE, DIFFERS, MISSING, FAILED -> true;
    };
  }
}
