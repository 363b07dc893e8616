package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** WavPack 4 and 5 (the WavPack 4 and 5 file format description). */
final class WavPackReader implements FormatReader {
  private static final int HEADER = 32;
  private static final int[] RATES = {
    6_000, 8_000, 9_600, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000,
    88_200, 96_000, 192_000
  };
  private static final int TAIL = 4 << 20;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_APE_FORMATS);
    scan.payload(start, end);
    long p = start;
    int channels = 0;
    int told = 0;
    long rate = 0;
    long total = -1;
    boolean found = false;
    for (int i = 0; i < 256; i++) {
      if (!in.has(p, HEADER) || !in.at(p, "wvpk")) {
        break;
      }
      in.limits().step();
      long next = p + in.u32le(p + 4) + 8;
      long samples = in.u32le(p + 20);
      int flags = in.i32le(p + 24);
      boolean dsd = (flags & 0x80000000) != 0;
      if (samples > 0) {
        if (!found) {
          found = true;
          long low = in.u32le(p + 12);
          total = low == 0xffffffffL ? -1 : low + ((long) in.u8(p + 11) << 32) - in.u8(p + 11);
          scan.codec(dsd ? "WavPack DSD" : "WavPack", (flags & 8) == 0);
          int shift = flags >> 13 & 31;
          scan.bitDepth(dsd ? 1 : ((flags & 3) + 1) * 8 - shift);
          int index = flags >> 23 & 15;
          rate = index < RATES.length ? RATES[index] : 0;
        }
        channels += (flags & 4) != 0 ? 1 : 2;
        // Sub-blocks: word-sized, a large one has three bytes of length.
        long q = p + HEADER;
        while (q + 2 <= Math.min(next, in.size())) {
          in.limits().step();
          int id = in.u8(q);
          boolean large = (id & 0x80) != 0;
          if (large && !in.has(q, 4)) {
            break;
          }
          long words = large ? in.u24le(q + 1) : in.u8(q + 1);
          long data = q + (large ? 4 : 2);
          int kind = id & 0x3f;
          if (kind == 0x27 && in.has(data, 3)) {
            rate = in.u24le(data);
          } else if (kind == 0x0d && in.has(data, 1)) {
            told = in.u8(data);
          } else if (kind == 0x0e && dsd && in.has(data, 1)) {
            int power = in.u8(data);
            rate = power < 16 ? rate << power : rate;
          }
          q = data + words * 2;
        }
        if ((flags & 0x1000) != 0) {
          break;
        }
      }
      p = next;
    }
    if (!found) {
      scan.unreadable("no WavPack block with samples");
      return;
    }
    scan.channels(told > 0 ? told : channels);
    scan.sampleRate(rate);
    scan.bitrateMode(BitrateMode.VARIABLE);
    if (total < 0) {
      total = lastSample(in, start, end);
      if (total < 0) {
        scan.damage(Damage.TRUNCATED, "WavPack without a length");
        return;
      }
    }
    scan.duration(total, rate);
  }

  /** A stream recorded without going back to fill in its length: the last block knows. */
  private static long lastSample(Bytes in, long start, long end) {
    for (long p = end - HEADER; p >= Math.max(start, end - TAIL); p--) {
      if ((p & 0xfff) == 0) {
        in.limits().step();
      }
      if (in.u8(p) == 'w' && in.at(p, "wvpk") && in.u32le(p + 20) > 0) {
        return in.u32le(p + 16) + in.u32le(p + 20);
      }
    }
    return -1;
  }
}
