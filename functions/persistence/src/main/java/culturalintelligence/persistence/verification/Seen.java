package culturalintelligence.persistence.verification;

import culturalintelligence.domain.verification.Difference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look showed of one key.
 *
 * @param waits whether a change of it was under way: in the source's outbox, or to be applied again
 * @param sourceVersion identifies the row's version in the source; null where there is no row
 * @param targetVersion likewise in the target
 * @param differences empty: equal
 */
record Seen(
    boolean waits,
    @Nullable String sourceVersion,
    @Nullable String targetVersion,
    List<Difference> differences) {
  Seen {
    differences = List.copyOf(differences);
  }
}
