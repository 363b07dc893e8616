package culturalintelligence.domain.phase;

import org.jspecify.annotations.Nullable;

/**
 * One task of the migration plan's list.
 *
 * @param part of the plan: Immediate, Data migration, Cleanup
 * @param evidence what was seen that says so
 * @param next the command that leads on; null when it is done
 */
public record ChecklistItem(
    String id, String part, String task, State state, String evidence, @Nullable String next) {

  /** What the evidence says. */
  public enum State {
    DONE,
    OPEN,
    /** It could not be looked at. */
    UNKNOWN
  }

  /** A task that is done when this holds. */
  public static ChecklistItem of(
      String id, String part, String task, boolean done, String evidence, String next) {
    return new ChecklistItem(
        id, part, task, done ? State.DONE : State.OPEN, evidence, done ? null : next);
  }
}
