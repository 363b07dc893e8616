package culturalintelligence.persistence.verification;

import culturalintelligence.domain.verification.Difference;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/*
 * Why a settled difference is one, however much both sides change.
 *
 * Two looks, each with the source's snapshot before the target's: S1 < T1 < S2 < T2. The key stood in no
 * outbox at S1 and at S2.
 *
 * The row is in the source, and S1 and S2 show the same version of it (the same tuple: no transaction touched
 * it between). All its changes before S1 had left the outbox at S1, and a drain deletes an entry only after
 * what it applied is committed; so the target at T1 > S1 shows what was drained last, and any drain between S1
 * and T1 read the same version again. What T1 shows is therefore what the target made of that version. If it
 * differs, it is wrong.
 *
 * The row is not in the source at S1 and S2, and T1 and T2 show the same version of the target's row. It may
 * have been inserted and deleted between S1 and S2; then the deletion stood in the outbox at S2 (it did not),
 * or was applied before S2 < T2, and T2 would not show that version. So the row has no reason to be there.
 *
 * Everything else is looked at again. What never settles is not called a difference: it waits, and is counted.
 * Where nothing is captured nothing is drained either: the target stands still, and what two looks see is so.
 */
/** Looks at differing keys again until each is equal, proven different, or known to be waiting. */
public final class Settlement {
  private static final int LOOKS = 6;

  private Settlement() {}

  /** A new look, in new snapshots, at these keys. */
  interface Look {
    Map<List<String>, Seen> at(Set<List<String>> keys) throws SQLException;
  }

  /** How to wait between two looks. */
  interface Pause {
    void pause(Duration duration);
  }

  /**
   * What came of it.
   *
   * @param waiting keys that could not be compared, because their changes are still under way
   */
  public record Settled(List<Difference> differences, long waiting) {
    public Settled {
      differences = List.copyOf(differences);
    }
  }

  static Settled settle(
      Map<List<String>, Seen> first, boolean captured, Look look, Duration firstPause, Pause pause)
      throws SQLException {
    Map<List<String>, Seen> open = new LinkedHashMap<>();
    first.forEach(
        (key, seen) -> {
          if (!seen.differences().isEmpty()) {
            open.put(key, seen);
          }
        });
    List<Difference> settled = new ArrayList<>();
    Duration wait = firstPause;
    for (int i = 1; i < LOOKS && !open.isEmpty(); i++) {
      pause.pause(wait);
      wait = wait.multipliedBy(2);
      Map<List<String>, Seen> again = look.at(Set.copyOf(open.keySet()));
      for (List<String> key : List.copyOf(open.keySet())) {
        Seen before = Objects.requireNonNull(open.get(key));
        Seen now = Objects.requireNonNull(again.get(key));
        if (now.differences().isEmpty()) {
          open.remove(key);
        } else if (isSettled(before, now, captured)) {
          settled.addAll(before.differences());
          open.remove(key);
        } else {
          open.put(key, now);
        }
      }
    }
    return new Settled(settled, open.size());
  }

  private static boolean isSettled(Seen before, Seen now, boolean captured) {
    if (before.waits() || now.waits()) {
      return false;
    }
    if (!captured) {
      return true;
    }
    return Objects.equals(before.sourceVersion(), now.sourceVersion())
        && (now.sourceVersion() != null
            || Objects.equals(before.targetVersion(), now.targetVersion()));
  }
}
