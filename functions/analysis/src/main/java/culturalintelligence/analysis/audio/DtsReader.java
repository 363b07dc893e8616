package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import org.jspecify.annotations.Nullable;

/** DTS core frames (ETSI TS 102 114, section 5), 16 bits a word in either order. */
final class DtsReader implements FormatReader {
  private static final int[] RATES = {
    0, 8_000, 16_000, 32_000, 0, 0, 11_025, 22_050, 44_100, 0, 0, 12_000, 24_000, 48_000, 0, 0
  };
  private static final int[] BITRATES = {
    32_000, 56_000, 64_000, 96_000, 112_000, 128_000, 192_000, 224_000, 256_000, 320_000, 384_000,
    448_000, 512_000, 576_000, 640_000, 768_000, 960_000, 1_024_000, 1_152_000, 1_280_000,
    1_344_000, 1_408_000, 1_411_200, 1_472_000, 1_536_000, 1_920_000, 2_048_000, 3_072_000,
    3_840_000
  };
  private static final int[] CHANNELS = {1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7, 8, 8};
  private static final long COUNTED_BYTES = 12L << 20;

  /** How far the next core frame may lie behind one: an extension of higher resolution is there. */
  private static final int EXTENSION = 64 << 10;

  private record Frame(int length, int samples, int rate, int channels, int bitrate) {}

  static boolean isSync(Bytes in, long p) {
    return in.has(p, 12) && (in.i32be(p) == 0x7ffe8001 || in.i32be(p) == 0xfe7f0180);
  }

  private static @Nullable Frame frame(Bytes in, long p) {
    if (!isSync(in, p)) {
      return null;
    }
    boolean swapped = in.u8(p) == 0xfe;
    byte[] head = in.copy(p, 12);
    for (int i = 0; swapped && i < head.length; i += 2) {
      byte b = head[i];
      head[i] = head[i + 1];
      head[i + 1] = b;
    }
    Bits bits = new Bits(in.over(head), 4);
    bits.skip(1 + 5 + 1);
    int blocks = (int) bits.get(7) + 1;
    int length = (int) bits.get(14) + 1;
    int mode = (int) bits.get(6);
    int rate = RATES[(int) bits.get(4)];
    int coded = (int) bits.get(5);
    bits.skip(10);
    boolean low = (bits.get(2) & 3) != 0;
    if (length < 96 || blocks < 6 || rate == 0 || mode >= CHANNELS.length) {
      return null;
    }
    int channels = CHANNELS[mode] + (low ? 1 : 0);
    return new Frame(
        length, blocks * 32, rate, channels, coded < BITRATES.length ? BITRATES[coded] : 0);
  }

  /** Whether two frames follow one another from here, or one fills the file. */
  static boolean isStream(Bytes in, long p) {
    Frame f = frame(in, p);
    if (f == null) {
      return false;
    }
    long next = p + f.length;
    return next >= in.size() || next(in, next, in.size()) >= 0;
  }

  /** Where the next core frame begins; -1 if none is near. */
  private static long next(Bytes in, long from, long end) {
    for (long p = from; p + 12 <= end && p - from < EXTENSION; p++) {
      if ((p & 0xff) == 0) {
        in.limits().step();
      }
      if (isSync(in, p) && frame(in, p) != null) {
        return p;
      }
    }
    return -1;
  }

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_MPEG);
    Frame first = frame(in, start);
    if (first == null) {
      return;
    }
    scan.payload(start, end);
    scan.codec("DTS", false);
    scan.sampleRate(first.rate);
    scan.channels(first.channels);
    scan.bitrateMode(BitrateMode.CONSTANT);
    double samples = 0;
    long core = 0;
    long p = start;
    while (p >= 0 && p < end && p - start < COUNTED_BYTES) {
      in.limits().step();
      Frame f = frame(in, p);
      if (f == null) {
        break;
      }
      samples += f.samples;
      core += f.length;
      p = next(in, p + f.length, end);
    }
    if (samples == 0) {
      return;
    }
    double seconds = samples / first.rate;
    long counted = p < 0 || p >= end ? end - start : p - start;
    scan.duration(seconds * (end - start) / counted);
    // What lies between core frames is an extension's, so its bits count as well.
    boolean extended = counted > core + core / 20;
    scan.bitrate(extended || first.bitrate == 0 ? counted * 8 / seconds : first.bitrate);
  }
}
