package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import java.util.Locale;

/** APEv1 and APEv2 blocks (the Hydrogenaudio specification). */
final class ApeTag {
  private ApeTag() {}

  private static final int HEADER = 32;
  private static final int MAX_VALUE = 256 << 10;
  private static final int MAX_ITEMS = 4_000;

  /**
   * Reads the tag whose last byte is before {@code end}.
   *
   * @return where the tag starts, or {@code end} when there is none
   */
  static long readBefore(Bytes in, long end, Scan scan, TagCollector.Block into) {
    long footer = end - HEADER;
    if (footer < 0 || !in.at(footer, "APETAGEX")) {
      return end;
    }
    long size = in.u32le(footer + 12);
    long flags = in.u32le(footer + 20);
    long items = footer + HEADER - size;
    if (size < HEADER || items < 0) {
      scan.damage(Damage.CORRUPT, "an APE tag is longer than its file");
      return footer;
    }
    items(in, items, footer, in.u32le(footer + 16), scan, into);
    boolean header =
        (flags & 0x80000000L) != 0 && items >= HEADER && in.at(items - HEADER, "APETAGEX");
    return header ? items - HEADER : items;
  }

  /**
   * Reads the tag that starts here with its header.
   *
   * @return where the tag ends, or {@code from} when there is none
   */
  static long readAt(Bytes in, long from, Scan scan, TagCollector.Block into) {
    if (!in.has(from, HEADER) || !in.at(from, "APETAGEX")) {
      return from;
    }
    long end = from + HEADER + in.u32le(from + 12);
    items(in, from + HEADER, Math.min(end, in.size()), in.u32le(from + 16), scan, into);
    return end;
  }

  private static void items(
      Bytes in, long from, long end, long count, Scan scan, TagCollector.Block into) {
    long p = from;
    try {
      for (long i = 0; i < Math.min(count, MAX_ITEMS) && end - p >= 9; i++) {
        in.limits().step();
        if (in.at(p, "APETAGEX")) {
          return;
        }
        long size = in.u32le(p);
        long flags = in.u32le(p + 4);
        long nameEnd = p + 8;
        while (nameEnd < end && nameEnd - p < 300 && in.u8(nameEnd) != 0) {
          nameEnd++;
        }
        long value = nameEnd + 1;
        if (size > end - value) {
          scan.damage(Damage.CORRUPT, "an APE item is longer than its tag");
          return;
        }
        int kind = (int) (flags >> 1 & 3);
        if (kind != 1 && size <= MAX_VALUE && nameEnd > p + 8) {
          byte[] name = in.copy(p + 8, nameEnd - p - 8);
          byte[] text = in.copy(value, size);
          put(Text.utf8(name), Text.utf8(text), into);
        }
        p = value + size;
      }
    } catch (Bytes.OutOfBytes e) {
      scan.damage(Damage.CORRUPT, "an APE tag breaks off");
    }
  }

  private static void put(String name, String value, TagCollector.Block into) {
    if (name.toUpperCase(Locale.ROOT).startsWith("COVER ART")) {
      return;
    }
    into.put(Dialect.APE, name, value);
  }
}
