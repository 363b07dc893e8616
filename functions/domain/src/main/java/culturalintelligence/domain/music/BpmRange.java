package culturalintelligence.domain.music;

/**
 * The tempi usual for a genre, in beats per minute.
 *
 * @param low from 20
 * @param high at least low, to 400
 */
public record BpmRange(int low, int high) {
  public BpmRange {
    if (low < 20 || high > 400 || low > high) {
      throw new IllegalArgumentException("no range of beats per minute: " + low + "-" + high);
    }
  }

  /** Whether the tempo lies in the range; a beat's tenth at either end is forgiven. */
  public boolean contains(Bpm bpm) {
    double value = bpm.value().doubleValue();
    return value >= low - 0.1 && value <= high + 0.1;
  }

  /** As {@link #contains}, also for a tempo counted at half or double time. */
  public boolean containsAnyOctave(Bpm bpm) {
    double value = bpm.value().doubleValue();
    return contains(bpm)
        || (value * 2 >= low && value * 2 <= high)
        || (value / 2 >= low && value / 2 <= high);
  }
}
