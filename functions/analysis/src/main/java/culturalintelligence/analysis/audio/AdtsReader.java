package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** AAC in ADTS frames (ISO 13818-7, 6.2), and ADIF's header. */
final class AdtsReader implements FormatReader {
  static final int[] RATES = {
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350
  };
  private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};
  private static final long COUNTED_BYTES = 12L << 20;

  static boolean isHeader(Bytes in, long p) {
    return in.has(p, 7)
        && (in.u16be(p) & 0xfff6) == 0xfff0
        && (in.u8(p + 2) >> 2 & 15) < RATES.length
        && length(in, p) >= 7;
  }

  /** In bytes, header in. */
  private static int length(Bytes in, long p) {
    return (int) (in.u32be(p + 3) >> 13) & 0x1fff;
  }

  /** How many frames of one stream follow one another from here; the file's end counts. */
  static int chain(Bytes in, long p, int enough) {
    int n = 0;
    long at = p;
    while (n < enough && isHeader(in, at) && same(in, p, at)) {
      n++;
      at += length(in, at);
      if (at >= in.size() || MpegFrame.isTail(in, at)) {
        return n >= 2 ? enough : n;
      }
    }
    return n;
  }

  private static boolean same(Bytes in, long a, long b) {
    // Profile, rate and channels; the private bit may differ.
    return (in.u8(a + 2) & 0xfd) == (in.u8(b + 2) & 0xfd)
        && (in.u8(a + 3) & 0xc0) == (in.u8(b + 3) & 0xc0);
  }

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_MPEG);
    scan.payload(start, end);
    if (in.at(start, "ADIF")) {
      adif(in, start, end, scan);
      return;
    }
    int rate = RATES[in.u8(start + 2) >> 2 & 15];
    int channels = CHANNELS[(in.u16be(start + 2) >> 6) & 7];
    scan.codec("AAC", false);
    scan.sampleRate(rate);
    if (channels > 0) {
      scan.channels(channels);
    }
    scan.bitrateMode(BitrateMode.VARIABLE);
    long frames = 0;
    long samples = 0;
    long bytes = 0;
    long p = start;
    while (p < end && isHeader(in, p) && p - start < COUNTED_BYTES) {
      in.limits().step();
      int length = length(in, p);
      samples += 1024L * ((in.u8(p + 6) & 3) + 1);
      frames++;
      bytes += length;
      p += length;
    }
    if (frames == 0) {
      return;
    }
    double seconds = (double) samples / rate;
    if (p - start >= COUNTED_BYTES) {
      seconds = seconds * (end - start) / bytes;
    }
    scan.duration(seconds);
    scan.bitrate(Math.min(end, p) == end ? (end - start) * 8 / seconds : bytes * 8 / seconds);
  }

  /** ISO 13818-7, 6.1: one header for the whole file, bits packed without alignment. */
  private static void adif(Bytes in, long start, long end, Scan scan) {
    Bits bits = new Bits(in, start + 4);
    if (bits.get(1) == 1) {
      bits.skip(72);
    }
    bits.skip(2);
    boolean variable = bits.get(1) == 1;
    int bitrate = (int) bits.get(23);
    bits.skip(4);
    if (!variable) {
      bits.skip(20);
    }
    bits.skip(4 + 2);
    int rate = (int) bits.get(4);
    int front = (int) bits.get(4);
    int side = (int) bits.get(4);
    int back = (int) bits.get(4);
    int lfe = (int) bits.get(2);
    int data = (int) bits.get(3);
    int coupling = (int) bits.get(4);
    for (int i = 0; i < 3; i++) {
      if (bits.get(1) == 1) {
        bits.skip(i == 2 ? 3 : 4);
      }
    }
    int channels = lfe;
    for (int i = 0; i < front + side + back; i++) {
      channels += bits.get(1) == 1 ? 2 : 1;
      bits.skip(4);
    }
    bits.skip(4 * lfe + 4 * data + 5 * coupling);
    scan.codec("AAC", false);
    if (rate < RATES.length) {
      scan.sampleRate(RATES[rate]);
    }
    scan.channels(channels);
    scan.bitrateMode(variable ? BitrateMode.VARIABLE : BitrateMode.CONSTANT);
    if (bitrate > 0) {
      scan.bitrate(bitrate);
      scan.duration((end - start) * 8.0 / bitrate);
    }
  }
}
