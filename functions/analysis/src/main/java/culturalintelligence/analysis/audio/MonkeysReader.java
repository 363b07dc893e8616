package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** Monkey's Audio: the header before 3.98 and the descriptor since. */
final class MonkeysReader implements FormatReader {
  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_APE_FORMATS);
    scan.payload(start, end);
    int version = in.u16le(start + 4);
    scan.codec("Monkey's Audio", true);
    scan.bitrateMode(BitrateMode.VARIABLE);
    long blocksPerFrame;
    long lastBlocks;
    long frames;
    long rate;
    if (version >= 3980) {
      long header = start + in.u32le(start + 8);
      blocksPerFrame = in.u32le(header + 4);
      lastBlocks = in.u32le(header + 8);
      frames = in.u32le(header + 12);
      scan.bitDepth(in.u16le(header + 16));
      scan.channels(in.u16le(header + 18));
      rate = in.u32le(header + 20);
    } else {
      int compression = in.u16le(start + 6);
      int flags = in.u16le(start + 8);
      scan.channels(in.u16le(start + 10));
      rate = in.u32le(start + 12);
      frames = in.u32le(start + 24);
      lastBlocks = in.u32le(start + 28);
      scan.bitDepth((flags & 1) != 0 ? 8 : (flags & 8) != 0 ? 24 : 16);
      blocksPerFrame =
          version >= 3950
              ? 73_728 * 4
              : version >= 3900 || (version >= 3800 && compression >= 4000) ? 73_728 : 9_216;
    }
    scan.sampleRate(rate);
    scan.encoder("Monkey's Audio " + version / 1000 + "." + version % 1000 / 10);
    if (frames > 0) {
      scan.duration((frames - 1) * (double) blocksPerFrame + lastBlocks, (double) rate);
    }
  }
}
