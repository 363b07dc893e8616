package culturalintelligence.domain.phase;

import org.jspecify.annotations.Nullable;

/**
 * One thing that must hold before a change of phase.
 *
 * @param name what is asked, in a few words
 * @param found what was seen
 * @param next what to do when it does not hold
 */
public record Gate(String name, boolean passed, String found, @Nullable String next) {
  /** One that holds. */
  public static Gate open(String name, String found) {
    return new Gate(name, true, found, null);
  }

  /** One that holds, or says what to do. */
  public static Gate of(String name, boolean passed, String found, String next) {
    return new Gate(name, passed, found, passed ? null : next);
  }
}
