package culturalintelligence.persistence.observability;

import java.time.Duration;

/**
 * Figures of the work, for whoever watches: Prometheus in the one-process mode, CloudWatch in AWS.
 * Never a path, a name or a value of a row.
 */
public interface Measures {
  /** A chunk was copied: rows carried, rows set aside, bytes. */
  void copied(long migrated, long quarantined, long bytes, Duration took);

  /** A chunk was compared. */
  void compared(boolean equal, Duration took);

  /** Captured changes that wait: how many, and for how long the oldest. */
  void outbox(long length, Duration age);
}
