package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.domain.music.AudioReading.Damage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Boxes of ISO 14496-12, which QuickTime calls atoms: length, type, content. */
final class Mp4Boxes {
  private final Bytes in;
  private final Scan scan;

  Mp4Boxes(Bytes in, Scan scan) {
    this.in = in;
    this.scan = scan;
  }

  /**
   * A box: its type, and where what it holds begins and ends. The end is cut to the box around it.
   *
   * @param claimed where it says it ends
   */
  record Box(String type, long from, long end, long claimed) {
    long length() {
      return end - from;
    }
  }

  /** The box at the position; null when there is none. */
  @Nullable Box at(long p, long limit) {
    if (p + 8 > limit || !in.has(p, 8)) {
      return null;
    }
    long length = in.u32be(p);
    long header = 8;
    String type = in.fourcc(p + 4);
    if (length == 1) {
      if (!in.has(p, 16)) {
        return null;
      }
      length = in.i64be(p + 8);
      header = 16;
    } else if (length == 0) {
      if (type.equals("\0\0\0\0")) {
        return null;
      }
      length = limit - p;
    }
    if (length < header) {
      return null;
    }
    long claimed = length > Long.MAX_VALUE - p ? Long.MAX_VALUE : p + length;
    return new Box(type, p + header, Math.min(claimed, limit), claimed);
  }

  /** Every box inside another; one that breaks off does not take the next with it. */
  void each(Box parent, Consumer<Box> visit) {
    each(parent.from, parent.end, visit);
  }

  void each(long from, long end, Consumer<Box> visit) {
    long p = from;
    while (true) {
      in.limits().step();
      Box b = at(p, end);
      if (b == null) {
        return;
      }
      guarded(b, visit);
      p = b.end;
    }
  }

  void guarded(Box b, Consumer<Box> visit) {
    try {
      visit.accept(b);
    } catch (OutOfBytes e) {
      scan.damage(Damage.TRUNCATED, "a box of type " + printable(b.type) + " is cut short");
    }
  }

  static String printable(String type) {
    return type.replaceAll("[^\\x20-\\x7e©]", "?");
  }

  /** A length of time in 32 or 64 bits; all ones stand for unknown, which is 0 here. */
  long duration(long p, boolean wide) {
    if (wide) {
      return Math.max(0, in.i64be(p));
    }
    long d = in.u32be(p);
    return d == 0xffff_ffffL ? 0 : d;
  }
}
