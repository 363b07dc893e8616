package culturalintelligence.analysis.audio;

import org.jspecify.annotations.Nullable;

/**
 * AudioSpecificConfig, ISO 14496-3 section 1.6.2.1: what an AAC decoder is told beforehand.
 *
 * @param profile such as {@code AAC}, {@code HE-AAC}, {@code HE-AACv2}, {@code xHE-AAC}
 * @param rate in Hz of what comes out, where it is told; 0 for none
 * @param rateIsFinal false where band replication may double the rate unannounced
 * @param channels of the core; 0 where the stream tells them
 * @param parametricStereo whether one channel is announced to come out as two
 */
record AacConfig(
    String profile, int rate, boolean rateIsFinal, int channels, boolean parametricStereo) {

  private static final int[] RATES = {
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350
  };
  private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8};

  static @Nullable AacConfig read(Bytes in, long p, long end) {
    if (!in.has(p, 2) || p + 2 > end) {
      return null;
    }
    Bits bits = new Bits(in, p, Math.min(end, in.size()));
    int type = objectType(bits);
    int rate = rate(bits);
    int config = bits.next(4);
    int channels = config < CHANNELS.length ? CHANNELS[config] : 0;
    if (type == 5 || type == 29) {
      int doubled = rate(bits);
      return new AacConfig(type == 29 ? "HE-AACv2" : "HE-AAC", doubled, true, channels, type == 29);
    }
    boolean mayReplicate = (type >= 1 && type <= 6) || type == 17 || (type >= 19 && type <= 23);
    if (mayReplicate) {
      // GASpecificConfig, then perhaps the backward compatible announcement.
      bits.next(1);
      if (bits.next(1) == 1) {
        bits.next(14);
      }
      bits.next(1);
      if (channels != 0 && bits.left() >= 16 && bits.next(11) == 0x2b7 && objectType(bits) == 5) {
        if (bits.next(1) == 0) {
          return new AacConfig("AAC", rate, true, channels, false);
        }
        int doubled = rate(bits);
        boolean stereo = bits.left() >= 12 && bits.next(11) == 0x548 && bits.next(1) == 1;
        return new AacConfig(stereo ? "HE-AACv2" : "HE-AAC", doubled, true, channels, stereo);
      }
    }
    String profile =
        switch (type) {
          case 42 -> "xHE-AAC";
          case 23 -> "AAC-LD";
          case 39 -> "AAC-ELD";
          default -> "AAC";
        };
    return new AacConfig(profile, rate, !mayReplicate, channels, false);
  }

  private static int objectType(Bits bits) {
    int type = bits.next(5);
    return type == 31 ? 32 + bits.next(6) : type;
  }

  private static int rate(Bits bits) {
    int index = bits.next(4);
    if (index == 15) {
      return bits.next(24);
    }
    return index < RATES.length ? RATES[index] : 0;
  }

  /** Bits, the high ones first; zeros past the end. */
  private static final class Bits {
    private final Bytes in;
    private final long from;
    private final long count;
    private long at;

    Bits(Bytes in, long from, long end) {
      this.in = in;
      this.from = from;
      this.count = (end - from) * 8;
    }

    long left() {
      return count - at;
    }

    int next(int n) {
      int v = 0;
      for (int i = 0; i < n; i++) {
        int bit = at < count ? in.u8(from + (at >> 3)) >> (7 - (int) (at & 7)) & 1 : 0;
        v = v << 1 | bit;
        at++;
      }
      return v;
    }
  }
}
