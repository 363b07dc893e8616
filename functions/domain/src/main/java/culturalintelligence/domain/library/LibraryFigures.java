package culturalintelligence.domain.library;

/**
 * How much is held. Small tables are counted; of one over {@link #COUNTED_UP_TO} rows the
 * database's own running figure is taken, so that a health check costs the same whatever the
 * library's size.
 *
 * @param readTracks tracks whose bytes this system knows
 * @param estimated whether any figure is such a running figure
 */
public record LibraryFigures(
    long tracks,
    long readTracks,
    long contents,
    long classifications,
    long artists,
    long labels,
    long patterns,
    boolean estimated) {
  public static final int COUNTED_UP_TO = 20_000;

  /** Files whose bytes another file has too, beyond the first of each. */
  public long redundantCopies() {
    return Math.max(0, readTracks - contents);
  }
}
