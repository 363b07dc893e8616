package culturalintelligence.localdev.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One history: who is there, in which order their statements come, and what befalls them; all of it
 * from a seed. Only one process runs at a time, so the same seed gives the same history; a process
 * that waits in a server for another's lock stands aside until that lock is free.
 */
final class History {
  /** What can befall a process at a boundary, and how often in ten thousand. */
  record Faults(int die, int dieAfter, int terminate, int timeOut, int stall, int crash) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0);
  }

  /** A fault at a place from a list, instead of a random one. */
  record Planted(String actor, int boundary, Actor.Fate fate) {}

  private static final long LOOK_MILLIS = 5;
  private static final int LONGEST_STALL = 400;

  private final Lab lab;
  private final Random random;
  private final Faults faults;
  private final @Nullable Planted planted;
  private final List<Actor> waiting = new ArrayList<>();
  private final List<Actor> blocked = new ArrayList<>();
  private final List<Actor> stalled = new ArrayList<>();
  private final List<Actor> ended = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final boolean tells;
  private boolean crashed;

  History(Lab lab, Random random, Faults faults, @Nullable Planted planted, boolean tells) {
    this.lab = lab;
    this.random = random;
    this.faults = faults;
    this.planted = planted;
    this.tells = tells;
  }

  void joins(Actor actor) {
    waiting.add(actor);
  }

  List<String> told() {
    return told;
  }

  List<Actor> ended() {
    return ended;
  }

  /** Plays until everybody has ended. */
  void play() throws Exception {
    int steps = 0;
    while (!waiting.isEmpty() || !blocked.isEmpty() || !stalled.isEmpty()) {
      settleBlocked();
      if (waiting.isEmpty() || (!stalled.isEmpty() && random.nextInt(LONGEST_STALL) == 0)) {
        if (!stalled.isEmpty()) {
          // A zombie comes back.
          waiting.add(stalled.remove(random.nextInt(stalled.size())));
        } else if (waiting.isEmpty()) {
          awaitOneOfTheBlocked();
          continue;
        }
      }
      step(waiting.get(random.nextInt(waiting.size())));
      if (++steps > 100_000) {
        throw new IllegalStateException("a history without end");
      }
    }
  }

  private void step(Actor actor) throws Exception {
    Actor.Fate fate = Actor.Fate.GO_ON;
    if (actor.mayFail) {
      int dice = random.nextInt(10_000);
      if (planted != null) {
        if (planted.actor().equals(actor.name) && planted.boundary() == actor.boundaries) {
          fate = planted.fate();
        }
      } else if ((dice -= faults.die()) < 0) {
        fate = Actor.Fate.DIE;
      } else if ((dice -= faults.dieAfter()) < 0) {
        fate = Actor.Fate.DIE_AFTER;
      } else if ((dice -= faults.terminate()) < 0) {
        fate = Actor.Fate.TERMINATE;
      } else if ((dice -= faults.timeOut()) < 0) {
        fate = Actor.Fate.TIME_OUT;
      } else if ((dice -= faults.stall()) < 0) {
        tell(actor, "STALLS before", actor.next());
        waiting.remove(actor);
        stalled.add(actor);
        return;
      } else if ((dice -= faults.crash()) < 0 && !crashed && actor.backend() != 0) {
        crashed = true;
        tell(actor, "THE SERVER CRASHES before", actor.next());
        lab.crash();
      }
    }
    tell(actor, fate == Actor.Fate.GO_ON ? "" : fate.name(), actor.next());
    waiting.remove(actor);
    actor.go(fate);
    arrive(actor);
  }

  private void tell(Actor actor, String what, String statement) {
    if (tells) {
      told.add("%-12s %s %s".formatted(actor.name, what, statement));
    }
  }

  /** Waits until the process stands again, or waits itself for a lock. */
  private void arrive(Actor actor) throws Exception {
    while (!actor.hasArrived(LOOK_MILLIS)) {
      if (lab.waitsForLock(actor.backend())) {
        blocked.add(actor);
        return;
      }
    }
    stands(actor);
  }

  private void stands(Actor actor) {
    if (actor.isDone()) {
      ended.add(actor);
    } else {
      waiting.add(actor);
    }
  }

  private void settleBlocked() throws Exception {
    for (Actor actor : List.copyOf(blocked)) {
      while (true) {
        if (actor.hasArrived(0)) {
          blocked.remove(actor);
          stands(actor);
          break;
        }
        if (lab.waitsForLock(actor.backend())) {
          break;
        }
        if (actor.hasArrived(LOOK_MILLIS)) {
          blocked.remove(actor);
          stands(actor);
          break;
        }
      }
    }
  }

  /** They wait for one another: the server finds that, and ends one. */
  private void awaitOneOfTheBlocked() throws Exception {
    // What somebody prepared and left holds its locks until somebody ends it.
    lab.endPrepared(random.nextBoolean());
    for (int i = 0; i < 10_000; i++) {
      for (Actor actor : List.copyOf(blocked)) {
        if (actor.hasArrived(LOOK_MILLIS)) {
          blocked.remove(actor);
          stands(actor);
          return;
        }
      }
    }
    throw new IllegalStateException("all wait: " + blocked.stream().map(Actor::next).toList());
  }
}
