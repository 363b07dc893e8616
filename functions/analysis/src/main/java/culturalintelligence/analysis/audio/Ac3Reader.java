package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import org.jspecify.annotations.Nullable;

/** AC-3 and E-AC-3 frames (ETSI TS 102 366, annexes in). */
final class Ac3Reader implements FormatReader {
  private static final int[] RATES = {48_000, 44_100, 32_000};
  private static final int[] KBIT = {
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
  };
  private static final int[] CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};
  private static final int[] BLOCKS = {1, 2, 3, 6};
  private static final long COUNTED_BYTES = 12L << 20;

  /** One frame's header. */
  private record Frame(
      boolean enhanced, int rate, int channels, int length, int samples, boolean dependent) {}

  private static @Nullable Frame frame(Bytes in, long p) {
    if (!in.has(p, 8) || in.u16be(p) != 0x0b77) {
      return null;
    }
    int id = in.u8(p + 5) >> 3;
    if (id <= 10) {
      int rate = in.u8(p + 4) >> 6;
      int size = in.u8(p + 4) & 0x3f;
      if (rate == 3 || size >= KBIT.length * 2) {
        return null;
      }
      int kbit = KBIT[size >> 1];
      int words = rate == 0 ? kbit * 2 : rate == 2 ? kbit * 3 : kbit * 320 / 147 + (size & 1);
      Bits bits = new Bits(in, p + 6);
      int mode = (int) bits.get(3);
      if ((mode & 1) != 0 && mode != 1) {
        bits.skip(2);
      }
      if ((mode & 4) != 0) {
        bits.skip(2);
      }
      if (mode == 2) {
        bits.skip(2);
      }
      int lfe = (int) bits.get(1);
      int shift = Math.max(id, 8) - 8;
      return new Frame(false, RATES[rate] >> shift, CHANNELS[mode] + lfe, words * 2, 1536, false);
    }
    if (id > 16) {
      return null;
    }
    Bits bits = new Bits(in, p + 2);
    int type = (int) bits.get(2);
    bits.skip(3);
    int length = ((int) bits.get(11) + 1) * 2;
    int code = (int) bits.get(2);
    int code2 = (int) bits.get(2);
    int mode = (int) bits.get(3);
    int lfe = (int) bits.get(1);
    if (type == 3 || (code == 3 && code2 == 3)) {
      return null;
    }
    int rate = code == 3 ? RATES[code2] / 2 : RATES[code];
    int blocks = code == 3 ? 6 : BLOCKS[code2];
    return new Frame(true, rate, CHANNELS[mode] + lfe, length, blocks * 256, type == 1);
  }

  /** How many frames follow one another from here, up to 3; the file's end counts. */
  static int chain(Bytes in, long p) {
    long at = p;
    int n = 0;
    while (n < 3) {
      Frame f = frame(in, at);
      if (f == null || f.length < 8) {
        break;
      }
      n++;
      at += f.length;
      if (at >= in.size()) {
        return 3;
      }
    }
    return n;
  }

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_MPEG);
    scan.payload(start, end);
    Frame first = frame(in, start);
    if (first == null) {
      return;
    }
    scan.container(first.enhanced ? "E-AC-3" : "AC-3");
    scan.codec(first.enhanced ? "E-AC-3" : "AC-3", false);
    scan.sampleRate(first.rate);
    scan.channels(first.channels);
    scan.bitrateMode(BitrateMode.CONSTANT);
    double samples = 0;
    long p = start;
    while (p < end && p - start < COUNTED_BYTES) {
      in.limits().step();
      Frame f = frame(in, p);
      if (f == null) {
        break;
      }
      if (!f.dependent) {
        samples += f.samples;
      }
      p += f.length;
    }
    long bytes = p - start;
    if (bytes > 0 && samples > 0) {
      double seconds = samples / first.rate;
      if (bytes >= COUNTED_BYTES) {
        seconds = seconds * (end - start) / bytes;
      }
      scan.duration(seconds);
      scan.bitrate(Math.min(bytes, end - start) * 8 / (samples / first.rate));
    }
  }
}
