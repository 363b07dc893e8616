package culturalintelligence.analysis.audio;

/** An MPEG audio frame header, ISO 11172-3 2.4.2.3 and 13818-3, as the int of its four bytes. */
final class MpegFrame {
  private MpegFrame() {}

  private static final int[][] KBIT = {
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, // 1, layer I
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}, // 1, layer II
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, // 1, layer III
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}, // 2, layer I
    {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}, // 2, layers II, III
  };
  private static final int[] RATE = {44_100, 48_000, 32_000};

  static boolean isValid(int h) {
    return (h & 0xffe00000) == 0xffe00000
        && (h >> 19 & 3) != 1
        && (h >> 17 & 3) != 0
        && (h >> 12 & 15) != 15
        && (h >> 10 & 3) != 3
        && (h & 3) != 2;
  }

  /** 1, 2 or 25 for the unofficial low rates. */
  static int version(int h) {
    int v = h >> 19 & 3;
    return v == 3 ? 1 : v == 2 ? 2 : 25;
  }

  static int layer(int h) {
    return 4 - (h >> 17 & 3);
  }

  static int sampleRate(int h) {
    int rate = RATE[h >> 10 & 3];
    int v = version(h);
    return v == 1 ? rate : v == 2 ? rate / 2 : rate / 4;
  }

  /** In kbit/s; 0 is free format. */
  static int kbit(int h) {
    int row = version(h) == 1 ? layer(h) - 1 : layer(h) == 1 ? 3 : 4;
    return KBIT[row][h >> 12 & 15];
  }

  static int samples(int h) {
    int layer = layer(h);
    return layer == 1 ? 384 : layer == 3 && version(h) != 1 ? 576 : 1152;
  }

  /** In bytes, header and padding in; 0 for free format. */
  static int length(int h) {
    int kbit = kbit(h);
    int padding = h >> 9 & 1;
    if (layer(h) == 1) {
      return (12_000 * kbit / sampleRate(h) + padding) * 4;
    }
    return samples(h) / 8 * 1000 * kbit / sampleRate(h) + padding;
  }

  static int channels(int h) {
    return (h >> 6 & 3) == 3 ? 1 : 2;
  }

  /** Whether two headers can be of one stream: version, layer and rate are the same. */
  static boolean sameStream(int a, int b) {
    return (a & 0xfffe0c00) == (b & 0xfffe0c00);
  }

  /** Whether a tag of those hung on the end starts here. */
  static boolean isTail(Bytes in, long p) {
    int c = in.u8(p);
    return (c == 'T' && in.at(p, "TAG"))
        || (c == 'A' && in.at(p, "APETAGEX"))
        || (c == 'L' && in.at(p, "LYRICS"));
  }

  /** How many frames follow one another from here, up to {@code enough}; the file's end counts. */
  static int chain(Bytes in, long p, int enough) {
    int first = in.has(p, 4) ? in.i32be(p) : 0;
    int n = 0;
    long at = p;
    while (n < enough && in.has(at, 4)) {
      int h = in.i32be(at);
      if (!isValid(h) || !sameStream(first, h)) {
        break;
      }
      n++;
      int length = length(h);
      if (length < 4) {
        break;
      }
      at += length;
      if (at >= in.size() || isTail(in, at)) {
        return n >= 2 ? enough : n;
      }
    }
    return n;
  }
}
