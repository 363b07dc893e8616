package culturalintelligence.testkit.audio;

/**
 * Bits in the making: highest first as FLAC, AAC and ALAC pack them, or lowest first as Vorbis
 * does.
 */
final class Bits {
  private final Bytes out = new Bytes();
  private final boolean lowestFirst;
  private int current;
  private int used;

  private Bits(boolean lowestFirst) {
    this.lowestFirst = lowestFirst;
  }

  static Bits highestFirst() {
    return new Bits(false);
  }

  static Bits lowestFirst() {
    return new Bits(true);
  }

  /** The {@code count} low bits of a value, up to 32. */
  Bits put(int count, long value) {
    for (int i = 0; i < count; i++) {
      int bit = (int) (value >> (lowestFirst ? i : count - 1 - i)) & 1;
      current |= bit << (lowestFirst ? used : 7 - used);
      if (++used == 8) {
        out.u8(current);
        current = 0;
        used = 0;
      }
    }
    return this;
  }

  /** Filled up with zeros to a whole byte. */
  byte[] done() {
    if (used > 0) {
      out.u8(current);
      current = 0;
      used = 0;
    }
    return out.done();
  }
}
