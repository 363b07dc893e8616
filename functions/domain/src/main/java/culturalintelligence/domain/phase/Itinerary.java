package culturalintelligence.domain.phase;

import java.util.ArrayList;
import java.util.List;

/** What a change of phase does, step by step, in words for whoever is about to ask for it. */
public final class Itinerary {
  private static final String BACK =
      "what was written on the new side goes back into the old table; nothing of it is lost";
  private static final String GUARD_OFF = "the guard on the old table is taken off";

  private Itinerary() {}

  /**
   * The steps from one phase to another, in order; empty where no step leads there.
   *
   * @param forwards in WRITE_NEW: whether old writers are let through and followed
   */
  public static List<String> steps(Phase from, Phase to, boolean forwards) {
    List<String> steps = new ArrayList<>();
    if (!from.leadsTo(to)) {
      return steps;
    }
    if (from == Phase.DROPPED) {
      steps.add(
          "the old table is made again from its archive, and its rows proved by their digest");
    }
    if (from == Phase.RETIRED && to != Phase.DROPPED) {
      steps.add("the old table gets its name and its rights back");
    }
    switch (to) {
      case OLD, SHADOW, READ_NEW -> back(steps, from, to);
      case WRITE_NEW -> {
        if (from.newSideIsMaster()) {
          steps.add("the guard is on again, and " + BACK);
        } else {
          steps.add("what is captured is drained as far as possible");
          steps.add(
              forwards
                  ? "old writers are let through, and their changes followed"
                  : "a guard on the old table refuses its writers");
          steps.add("the last changes are drained, and sequences go on where they were");
          steps.add("the new side is the master; its changes go back into the old table");
        }
      }
      case RETIRED -> {
        steps.add(BACK);
        steps.add("the old table is archived, compressed, with its digest, and read back");
        steps.add("it is renamed and its rights are revoked; accesses are counted from then on");
      }
      case DROPPED -> steps.add("the old table is dropped; what depends on it would stop this");
    }
    return List.copyOf(steps);
  }

  private static void back(List<String> steps, Phase from, Phase to) {
    if (from.newSideIsMaster()) {
      steps.add("the new side takes no more writes");
      steps.add(BACK);
      steps.add(GUARD_OFF);
    }
    steps.add(
        switch (to) {
          case OLD -> "MetaCrate's rows answer alone";
          case SHADOW -> "both sides answer; MetaCrate's answer is given, differences are recorded";
          case READ_NEW -> "the new side answers; the old table is the one that is written";
          case WRITE_NEW, RETIRED, DROPPED ->
              throw new IllegalArgumentException(to + " is no way back");
        });
  }

  /** Whether for a moment neither side takes writes. */
  public static boolean pauses(Phase from, Phase to) {
    return from.newSideIsMaster() != to.newSideIsMaster();
  }
}
