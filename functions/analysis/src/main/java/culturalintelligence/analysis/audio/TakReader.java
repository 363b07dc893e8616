package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** TAK: metadata objects in front, fields packed from the least significant bit. */
final class TakReader implements FormatReader {
  private static final int STREAM_INFO = 1;
  private static final int MD5 = 6;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_APE_FORMATS);
    long p = start + 4;
    for (int i = 0; i < 64 && in.has(p, 4); i++) {
      in.limits().step();
      int type = in.u8(p) & 0x7f;
      long size = in.u24le(p + 1);
      long body = p + 4;
      if (type == 0) {
        p = body;
        break;
      }
      if (type == STREAM_INFO && size >= 10) {
        scan.codec("TAK", true);
        long samples = bits(in, body, 14, 35);
        long rate = bits(in, body, 52, 18) + 6000;
        scan.sampleRate(rate);
        scan.bitDepth((int) bits(in, body, 70, 5) + 8);
        scan.channels(bits(in, body, 75, 4) + 1);
        scan.duration(samples, rate);
      } else if (type == MD5 && size >= 19) {
        scan.audioMd5(in.copy(body, 16));
      }
      p = body + size;
    }
    scan.payload(p, end);
    scan.bitrateMode(BitrateMode.VARIABLE);
  }

  private static long bits(Bytes in, long p, int from, int count) {
    long v = 0;
    for (int i = 0; i < count; i++) {
      int bit = from + i;
      v |= (long) (in.u8(p + (bit >> 3)) >> (bit & 7) & 1) << i;
    }
    return v;
  }
}
