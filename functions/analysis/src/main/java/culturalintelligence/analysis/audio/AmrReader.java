package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** AMR and AMR-WB in their storage format (RFC 4867, section 5): frames of 20 ms. */
final class AmrReader implements FormatReader {
  static final String NARROW = "#!AMR\n";
  static final String WIDE = "#!AMR-WB\n";
  private static final int[] NARROW_BYTES = {12, 13, 15, 17, 19, 20, 26, 31, 5};
  private static final int[] WIDE_BYTES = {17, 23, 32, 36, 40, 46, 50, 58, 60, 5};
  private static final long COUNTED_BYTES = 4L << 20;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    boolean wide = in.at(start, WIDE);
    int[] bytes = wide ? WIDE_BYTES : NARROW_BYTES;
    long from = start + (wide ? WIDE : NARROW).length();
    long end = in.size();
    scan.codec(wide ? "AMR-WB" : "AMR", false);
    scan.sampleRate(wide ? 16_000 : 8_000);
    scan.channels(1);
    scan.bitrateMode(BitrateMode.VARIABLE);
    scan.payload(from, end);
    long frames = 0;
    long p = from;
    while (p < end && p - from < COUNTED_BYTES) {
      in.limits().step();
      int type = in.u8(p) >> 3 & 15;
      // 14 and 15: speech lost, or none to send.
      int length = type < bytes.length ? bytes[type] : 0;
      if (type >= bytes.length && type < 14) {
        scan.damage(Damage.CORRUPT, "a frame of an unknown type");
        break;
      }
      if (p + 1 + length > end) {
        scan.damage(Damage.TRUNCATED, "the file ends inside a frame");
        break;
      }
      frames++;
      p += 1 + length;
    }
    if (frames > 0) {
      double counted = frames / 50.0;
      double seconds = p - from < COUNTED_BYTES ? counted : counted * (end - from) / (p - from);
      scan.duration(seconds);
      scan.bitrate((p - from) * 8 / counted);
    }
  }
}
