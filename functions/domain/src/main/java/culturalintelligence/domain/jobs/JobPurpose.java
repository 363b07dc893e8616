package culturalintelligence.domain.jobs;

/** Why files are read. */
public enum JobPurpose {
  /** A folder is walked; what is new or changed is analysed and recorded. */
  SCAN,
  /** Migrated tracks get the facts their old rows lacked. */
  FILL,
  /** Named files are read as they are now, and what they say is kept apart. Nothing is recorded. */
  WITNESS
}
