package culturalintelligence.domain.jobs;

/** Where a job stands. */
public enum JobState {
  /** Its files are still being listed; those listed so far may be read already. */
  WALKING,
  /** All its files are listed, some are still to be read. */
  QUEUED,
  /** Every file is settled. */
  DONE,
  /** An operator stopped it. What was read stays. */
  CANCELLED,
  /** It could not begin, or its folder went away; the reason says which. */
  FAILED;

  public boolean isOver() {
    return this == DONE || this == CANCELLED || this == FAILED;
  }
}
