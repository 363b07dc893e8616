package culturalintelligence.persistence.phase;

import culturalintelligence.domain.phase.Phase;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one table stands.
 *
 * @param epoch counts the changes of phase, and the claims of a transition
 * @param towards the phase of a transition under way
 * @param forwards whether old writers are let through and followed; otherwise they are refused
 * @param retiredName under which the old table lies while it is retired
 * @param retiredRights the statements that give its rights back
 * @param retiredAccesses the server's count of accesses when it was retired
 * @param archive where its archive lies
 * @param archiveSha256 of the archived file
 */
public record Standing(
    long tableId,
    Phase phase,
    long epoch,
    @Nullable Phase towards,
    boolean forwards,
    Instant changedAt,
    @Nullable String retiredName,
    List<String> retiredRights,
    @Nullable Instant retiredAt,
    long retiredAccesses,
    @Nullable String archive,
    @Nullable String archiveSha256) {
  public Standing {
    retiredRights = List.copyOf(retiredRights);
  }

  /** Of a table whose phase nobody ever changed. */
  static Standing old(long tableId) {
    return new Standing(
        tableId, Phase.OLD, 0, null, false, Instant.EPOCH, null, List.of(), null, 0, null, null);
  }
}
