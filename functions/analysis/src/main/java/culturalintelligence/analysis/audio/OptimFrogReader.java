package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** OptimFROG, lossless and DualStream. */
final class OptimFrogReader implements FormatReader {
  private static final int[] DEPTHS = {8, 8, 16, 16, 24, 24, 32, 32};

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_APE_FORMATS);
    long size = in.u32le(start + 4);
    if (size != 12 && size < 15) {
      scan.unreadable("an OptimFROG header of an unknown size");
      return;
    }
    scan.payload(start, end);
    scan.codec("OptimFROG", true);
    scan.bitrateMode(BitrateMode.VARIABLE);
    double samples = in.u32le(start + 8) + (double) in.u16le(start + 12) * 0x1p32;
    int type = in.u8(start + 14);
    int channels = in.u8(start + 15) + 1;
    long rate = in.u32le(start + 16);
    scan.channels(channels);
    scan.sampleRate(rate);
    if (type < DEPTHS.length) {
      scan.bitDepth(DEPTHS[type]);
    }
    scan.duration(samples / channels, (double) rate);
  }
}
