package culturalintelligence.analysis.audio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A file's bytes by position, read in aligned blocks of 32 KB of which eight are kept: the heads
 * and tails where structures lie cost one read each.
 *
 * <p>Whoever reads past the end gets {@link OutOfBytes}, which ends the scan with what it has;
 * asking {@link #has} first is for those who want to go on. A failing source throws {@link
 * UncheckedIOException}.
 */
final class Bytes {
  private static final int BLOCK_BITS = 15;
  private static final int BLOCK = 1 << BLOCK_BITS;
  private static final int KEPT = 8;

  private final AudioSource source;
  private final Limits limits;
  private final long size;
  private final byte[][] blocks = new byte[KEPT][];
  private final long[] blockNumbers = new long[KEPT];
  private final int[] blockLengths = new int[KEPT];
  private final long[] blockUsed = new long[KEPT];
  private long clock;
  private byte[] current = new byte[0];
  private long currentFrom = 0;
  private int currentLength = 0;

  Bytes(AudioSource source, Limits limits) {
    this.source = source;
    this.limits = limits;
    this.size = source.size();
  }

  /** A block already copied out, read by the same rules and out of the same budgets. */
  Bytes over(byte[] copied) {
    Bytes b = new Bytes(new MemorySource(copied), limits);
    b.current = copied;
    b.currentLength = copied.length;
    return b;
  }

  long size() {
    return size;
  }

  Limits limits() {
    return limits;
  }

  boolean has(long position, long length) {
    return position >= 0 && length >= 0 && length <= size && position <= size - length;
  }

  int u8(long p) {
    long i = p - currentFrom;
    if (i < 0 || i >= currentLength) {
      seek(p);
      i = p - currentFrom;
    }
    return current[(int) i] & 0xff;
  }

  int u16be(long p) {
    return u8(p) << 8 | u8(p + 1);
  }

  int u16le(long p) {
    return u8(p) | u8(p + 1) << 8;
  }

  int u24be(long p) {
    return u16be(p) << 8 | u8(p + 2);
  }

  int u24le(long p) {
    return u16le(p) | u8(p + 2) << 16;
  }

  long u32be(long p) {
    return ((long) u16be(p) << 16) | u16be(p + 2);
  }

  long u32le(long p) {
    return u16le(p) | (long) u16le(p + 2) << 16;
  }

  int i32be(long p) {
    return (int) u32be(p);
  }

  int i32le(long p) {
    return (int) u32le(p);
  }

  /** As Java's long; callers refuse the negative ones. */
  long i64be(long p) {
    return u32be(p) << 32 | u32be(p + 4);
  }

  long i64le(long p) {
    return u32le(p) | u32le(p + 4) << 32;
  }

  float f32be(long p) {
    return Float.intBitsToFloat(i32be(p));
  }

  double f64be(long p) {
    return Double.longBitsToDouble(i64be(p));
  }

  /** Whether these ASCII characters stand at the position; false past the end. */
  boolean at(long p, String ascii) {
    if (!has(p, ascii.length())) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (u8(p + i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A short name such as a four-character code, Latin-1. */
  String fourcc(long p) {
    return latin1(p, 4);
  }

  String latin1(long p, int length) {
    return new String(copy(p, length), StandardCharsets.ISO_8859_1);
  }

  /** A copy of bytes, charged to the budget; all of them must be there. */
  byte[] copy(long p, long length) {
    if (!has(p, length)) {
      throw new OutOfBytes();
    }
    limits.copy(length);
    byte[] out = new byte[(int) length];
    int n = readUpTo(p, out, 0, out.length);
    if (n < out.length) {
      throw new OutOfBytes();
    }
    return out;
  }

  /** As much of the bytes as the file has, charged to the budget. */
  byte[] copyUpTo(long p, long length) {
    return copy(p, Math.clamp(length, 0, Math.max(0, size - p)));
  }

  private int readUpTo(long p, byte[] into, int offset, int length) {
    int done = 0;
    while (done < length && p + done < size) {
      long at = p + done;
      long i = at - currentFrom;
      if (i < 0 || i >= currentLength) {
        int whole = length - done;
        if (whole >= 4 * BLOCK) {
          // A long copy goes straight to its place, and leaves the kept blocks alone.
          limits.load(whole);
          return done + readSource(at, into, offset + done, whole);
        }
        seek(at);
        i = at - currentFrom;
      }
      int n = (int) Math.min(length - done, currentLength - i);
      System.arraycopy(current, (int) i, into, offset + done, n);
      done += n;
    }
    return done;
  }

  private void seek(long p) {
    if (p < 0 || p >= size) {
      throw new OutOfBytes();
    }
    long number = p >> BLOCK_BITS;
    int slot = 0;
    for (int i = 0; i < KEPT; i++) {
      if (blocks[i] != null && blockNumbers[i] == number) {
        use(i, p);
        return;
      }
      if (blockUsed[i] < blockUsed[slot]) {
        slot = i;
      }
    }
    int want = (int) Math.min(BLOCK, size - (number << BLOCK_BITS));
    limits.load(want);
    if (blocks[slot] == null || blocks[slot].length < want) {
      blocks[slot] = new byte[want];
    }
    blockLengths[slot] = 0;
    blockNumbers[slot] = number;
    blockLengths[slot] = readSource(number << BLOCK_BITS, blocks[slot], 0, want);
    use(slot, p);
  }

  private void use(int slot, long p) {
    blockUsed[slot] = ++clock;
    current = blocks[slot];
    currentFrom = blockNumbers[slot] << BLOCK_BITS;
    currentLength = blockLengths[slot];
    if (p - currentFrom >= currentLength) {
      // The file became shorter while it was read.
      throw new OutOfBytes();
    }
  }

  private int readSource(long p, byte[] into, int offset, int length) {
    long started = System.nanoTime();
    try {
      return source.read(p, into, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      limits.waited(System.nanoTime() - started);
    }
  }

  /** The file ends before what was to be read. */
  static final class OutOfBytes extends RuntimeException {
    static final String SENTENCE = "the file ends before its own headers say";

    OutOfBytes() {
      super(SENTENCE, null, false, false);
    }
  }
}
