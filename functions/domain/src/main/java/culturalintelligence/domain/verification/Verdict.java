package culturalintelligence.domain.verification;

/** What a difference means, once somebody has judged it. */
public enum Verdict {
  /** The target is not what the source says; nothing speaks for the target. */
  MIGRATION_FAULT,
  /** The audio file agrees with the target: the source was already wrong. */
  SOURCE_WRONG,
  /** The audio file is another than the one both sides describe. */
  FILE_CHANGED,
  /** The audio file is not there any more. */
  FILE_MISSING,
  /** Both values mean the same by a rule somebody declared; no reason to call the rows unequal. */
  EQUIVALENT;

  /** Whether it speaks against the migration. */
  public boolean counts() {
    return switch (this) {
      case MIGRATION_FAULT, SOURCE_WRONG, FILE_CHANGED, FILE_MISSING -> true;
      case EQUIVALENT -> false;
    };
  }
}
