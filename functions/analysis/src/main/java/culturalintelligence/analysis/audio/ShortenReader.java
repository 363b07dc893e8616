package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/**
 * Shorten 2 and 3: Rice-coded fields, with the WAV header the file was made from as its first
 * command (Robinson, CUED/F-INFENG/TR.156).
 */
final class ShortenReader implements FormatReader {
  private static final int VERBATIM = 9;
  private static final int MAX_HEADER = 1024;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    int version = in.u8(start + 4);
    if (version < 1 || version > 3) {
      scan.unreadable("Shorten of an unknown version");
      return;
    }
    Bits bits = new Bits(in, start + 5);
    long type = number(bits);
    long channels = number(bits);
    number(bits);
    number(bits);
    number(bits);
    long skip = number(bits);
    for (long i = 0; i < Math.min(skip, MAX_HEADER); i++) {
      rice(bits, 7);
    }
    scan.codec("Shorten", true);
    scan.channels(channels);
    scan.bitrateMode(BitrateMode.VARIABLE);
    scan.payload(start, TailTags.read(in, start, scan, TailTags.OF_APE_FORMATS));
    scan.bitDepth(type == 1 || type == 2 || type == 7 ? 8 : 16);
    if (rice(bits, 2) != VERBATIM) {
      return;
    }
    int length = (int) Math.min(rice(bits, 5), MAX_HEADER);
    byte[] header = new byte[length];
    for (int i = 0; i < length; i++) {
      header[i] = (byte) rice(bits, 8);
    }
    wave(in.over(header), scan);
  }

  private static void wave(Bytes h, Scan scan) {
    if (!h.at(0, "RIFF") || !h.at(8, "WAVE")) {
      return;
    }
    long bytesPerSecond = 0;
    for (long p = 12; h.has(p, 8); p += 8 + h.u32le(p + 4)) {
      h.limits().step();
      if (h.at(p, "fmt ") && h.has(p, 24)) {
        scan.channels(h.u16le(p + 10));
        scan.sampleRate(h.u32le(p + 12));
        bytesPerSecond = h.u32le(p + 16);
        scan.bitDepth(h.u16le(p + 22));
      } else if (h.at(p, "data")) {
        scan.duration(h.u32le(p + 4), bytesPerSecond);
        return;
      }
    }
  }

  /** A number whose width is coded before it. */
  private static long number(Bits bits) {
    return rice(bits, (int) Math.min(rice(bits, 2), 32));
  }

  private static long rice(Bits bits, int width) {
    long zeros = 0;
    while (bits.get(1) == 0 && zeros < 1 << 16) {
      zeros++;
    }
    return zeros << width | bits.get(width);
  }
}
