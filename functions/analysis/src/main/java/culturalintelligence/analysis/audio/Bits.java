package culturalintelligence.analysis.audio;

/** Bits from the most significant on. */
final class Bits {
  private final Bytes in;
  private long bit;

  Bits(Bytes in, long p) {
    this.in = in;
    this.bit = p * 8;
  }

  /** Up to 64 bits. */
  long get(int n) {
    long v = 0;
    for (int i = 0; i < n; i++) {
      v = v << 1 | (in.u8(bit >> 3) >> (7 - (bit & 7)) & 1);
      bit++;
    }
    return v;
  }

  void skip(long n) {
    bit += n;
  }

  /** In whole bytes, the next that is not begun. */
  long position() {
    return (bit + 7) >> 3;
  }
}
