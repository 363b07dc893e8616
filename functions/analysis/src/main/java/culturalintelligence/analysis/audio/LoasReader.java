package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import org.jspecify.annotations.Nullable;

/** AAC in LATM, in the LOAS frames of broadcasts (ISO 14496-3, 1.7.2 and 1.7.3). */
final class LoasReader implements FormatReader {
  private static final long COUNTED_BYTES = 12L << 20;
  private static final int HEADER = 3;

  private static int length(Bytes in, long p) {
    boolean sync = in.has(p, HEADER) && (in.u16be(p) & 0xffe0) == 0x56e0;
    return sync ? HEADER + (in.u24be(p) & 0x1fff) : 0;
  }

  /** How many frames follow one another from here, up to 4; the file's end counts. */
  static int chain(Bytes in, long p) {
    long at = p;
    int n = 0;
    while (n < 4) {
      int length = length(in, at);
      if (length <= HEADER) {
        break;
      }
      n++;
      at += length;
      if (at >= in.size()) {
        return n >= 2 ? 4 : n;
      }
    }
    return n;
  }

  /** The configuration in a frame that has one, of the plain kind: one program, one layer. */
  private static @Nullable AacConfig config(Bytes in, long p, int length) {
    // useSameStreamMux 0, audioMuxVersion 0; then framing, sub-frames, programs, layers: 16 bits.
    int mux = in.u16be(p + HEADER);
    return (mux & 0xc000) == 0 ? AacConfig.read(in, p + HEADER + 2, p + length) : null;
  }

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = in.size();
    scan.payload(start, end);
    AacConfig config = null;
    int perFrame = 1024;
    long frames = 0;
    long p = start;
    while (p < end && p - start < COUNTED_BYTES) {
      in.limits().step();
      int length = length(in, p);
      if (length <= HEADER) {
        break;
      }
      if (config == null && length > HEADER + 4 && in.has(p, length)) {
        config = config(in, p, length);
        perFrame = 1024 * ((in.u16be(p + HEADER) >> 7 & 0x3f) + 1);
      }
      frames++;
      p += length;
    }
    if (config == null) {
      scan.unreadable("no configuration in its frames");
      return;
    }
    scan.codec(config.profile(), false);
    scan.sampleRate(config.rate());
    scan.channels(config.parametricStereo() ? 2 : config.channels());
    scan.bitrateMode(BitrateMode.VARIABLE);
    // Band replication doubles the samples that come out of a frame.
    long out = config.profile().startsWith("HE-") ? 2L * perFrame : perFrame;
    if (frames > 0 && config.rate() > 0) {
      long counted = Math.min(p, end) - start;
      double seconds = (double) frames * out / config.rate();
      scan.bitrate(counted * 8 / seconds);
      scan.duration(
          p < end && counted >= COUNTED_BYTES ? seconds * (end - start) / counted : seconds);
    }
  }
}
