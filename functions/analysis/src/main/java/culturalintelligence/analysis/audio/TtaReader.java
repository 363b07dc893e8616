package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** True Audio, versions 1 and 2. */
final class TtaReader implements FormatReader {
  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, new TailTags.Ranks(30, 40, 10));
    scan.payload(start, end);
    scan.codec("TTA", true);
    scan.bitrateMode(BitrateMode.VARIABLE);
    // Version 2 puts its channel mask behind the depth, and the rate behind that.
    boolean first = in.at(start, "TTA1");
    scan.channels(in.u16le(start + 6));
    scan.bitDepth(in.u16le(start + 8));
    long rate = in.u32le(start + (first ? 10 : 14));
    scan.sampleRate(rate);
    scan.duration(in.u32le(start + (first ? 14 : 18)), rate);
  }
}
