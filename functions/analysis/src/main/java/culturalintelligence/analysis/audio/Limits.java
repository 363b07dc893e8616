package culturalintelligence.analysis.audio;

/**
 * What the reading of one file may cost. A length field never decides how much is allocated or how
 * long is read: every copy, every step of a loop over a file's structures and every block loaded is
 * charged here, and the scan ends with what it has when a budget is spent.
 */
final class Limits {
  /** Copied out of the file for tags and headers, in all. */
  static final int COPY_BYTES = 12 << 20;

  /** Characters of tag text kept. */
  static final int TEXT_CHARS = 4 << 20;

  /** Bytes loaded from the source by the structure scan. */
  static final long LOAD_BYTES = 48L << 20;

  private static final int STEPS = 4_000_000;
  private static final long NANOS = 180_000_000L;

  private long deadline = System.nanoTime() + NANOS;
  private int copyLeft = COPY_BYTES;
  private long loadLeft = LOAD_BYTES;
  private int stepsLeft = STEPS;

  /** Charges an array about to be made. */
  void copy(long bytes) {
    if (bytes < 0 || bytes > copyLeft) {
      throw new LimitReached("more tag data than one file may have");
    }
    copyLeft -= (int) bytes;
  }

  void load(int bytes) {
    loadLeft -= bytes;
    if (loadLeft < 0) {
      throw new LimitReached("too much of the file had to be read");
    }
    checkTime();
  }

  /**
   * Time spent waiting for bytes is the storage's, not the file's: a slow share or bucket must not
   * make a sound file look damaged. Whoever reads files puts a deadline on all of it.
   */
  void waited(long nanos) {
    deadline += nanos;
  }

  /** Charges one turn of a loop. */
  void step() {
    if (--stepsLeft < 0) {
      throw new LimitReached("too many structures");
    }
    if ((stepsLeft & 0x3ff) == 0) {
      checkTime();
    }
  }

  private void checkTime() {
    if (System.nanoTime() > deadline) {
      throw new LimitReached("reading took too long");
    }
  }

  /** A budget is spent; what was read until then stands. */
  static final class LimitReached extends RuntimeException {
    private final String sentence;

    LimitReached(String sentence) {
      super(sentence, null, false, false);
      this.sentence = sentence;
    }

    String sentence() {
      return sentence;
    }
  }
}
