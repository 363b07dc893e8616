package culturalintelligence.domain.phase;

import java.util.Optional;
import java.util.Set;

/** How far one table's replacement has come. Every edge back is open until {@link #DROPPED}. */
public enum Phase {
  /** MetaCrate's table answers and is written; what it holds is copied and followed. */
  OLD,
  /** Both sides answer; the old answer is given, and differences are recorded. */
  SHADOW,
  /** The new side answers; the old table is still the one that is written. */
  READ_NEW,
  /** The new side is the master; every change flows back into the old table. */
  WRITE_NEW,
  /** The old table is archived, renamed and closed; nothing flows back until it is wanted again. */
  RETIRED,
  /** The old table is gone; its archive is not. */
  DROPPED;

  /** Whether one step leads from here to there. */
  public boolean leadsTo(Phase next) {
    return switch (this) {
      case OLD -> next == SHADOW;
      case SHADOW -> Set.of(OLD, READ_NEW).contains(next);
      case READ_NEW -> Set.of(OLD, SHADOW, WRITE_NEW).contains(next);
      case WRITE_NEW -> Set.of(OLD, SHADOW, READ_NEW, RETIRED).contains(next);
      case RETIRED -> Set.of(OLD, SHADOW, READ_NEW, WRITE_NEW, DROPPED).contains(next);
      // Only by restoring the archive.
      case DROPPED -> next == WRITE_NEW;
    };
  }

  /** The phase after this one on the way to the end; empty at the end. */
  public Optional<Phase> next() {
    return switch (this) {
      case OLD -> Optional.of(SHADOW);
      case SHADOW -> Optional.of(READ_NEW);
      case READ_NEW -> Optional.of(WRITE_NEW);
      case WRITE_NEW -> Optional.of(RETIRED);
      case RETIRED -> Optional.of(DROPPED);
      case DROPPED -> Optional.empty();
    };
  }

  /** Where a rollback by one step leads; empty at the beginning. */
  public Optional<Phase> previous() {
    return switch (this) {
      case OLD -> Optional.empty();
      case SHADOW -> Optional.of(OLD);
      case READ_NEW -> Optional.of(SHADOW);
      case WRITE_NEW -> Optional.of(READ_NEW);
      case RETIRED, DROPPED -> Optional.of(WRITE_NEW);
    };
  }

  /** Whether the new side takes the writes. */
  public boolean newSideIsMaster() {
    return switch (this) {
      case OLD, SHADOW, READ_NEW -> false;
      case WRITE_NEW, RETIRED, DROPPED -> true;
    };
  }

  /** Whether the new side's answer is the one given. */
  public boolean newSideAnswers() {
    return switch (this) {
      case OLD, SHADOW -> false;
      case READ_NEW, WRITE_NEW, RETIRED, DROPPED -> true;
    };
  }
}
