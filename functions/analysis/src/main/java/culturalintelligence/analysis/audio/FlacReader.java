package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** FLAC (RFC 9639) in its own container. */
final class FlacReader implements FormatReader {
  private static final int STREAMINFO = 0;
  private static final int VORBIS_COMMENT = 4;
  private static final int RESYNC = 1 << 20;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start + 4, scan, new TailTags.Ranks(15, 20, 10));
    long p = start + 4;
    boolean last = false;
    while (!last && in.has(p, 4)) {
      in.limits().step();
      int type = in.u8(p) & 0x7f;
      if (type == 127 || isSync(in, p)) {
        scan.damage(Damage.CORRUPT, "FLAC metadata without an end mark");
        break;
      }
      last = in.u8(p) > 0x7f;
      long size = in.u24be(p + 1);
      long body = p + 4;
      if (type == STREAMINFO && size >= 18 && scan.codec() == null) {
        streamInfo(in, body, scan);
      } else if (type == VORBIS_COMMENT) {
        long limit = Math.min(body + size, end);
        VorbisComment.read(in, body, limit, scan, scan.tags.block(40));
      }
      if (body + size > end) {
        scan.damage(Damage.TRUNCATED, "a FLAC metadata block is longer than the file");
      }
      p = body + size;
    }
    if (p < end && !isSync(in, p)) {
      // A block that tells a wrong size (pictures, mostly): the first frame shows where audio is.
      long limit = Math.min(end - 4, p + RESYNC);
      long q = p;
      while (q < limit && !isSync(in, q)) {
        q++;
      }
      if (q < limit) {
        p = q;
      }
    }
    if (p < end) {
      scan.payload(p, end);
      if (scan.codec() == null) {
        frameHeader(in, p, scan);
      }
    } else if (scan.codec() != null) {
      scan.note("no audio frames behind the FLAC metadata");
    }
    scan.bitrateMode(BitrateMode.VARIABLE);
  }

  /** RFC 9639, 8.2. */
  static void streamInfo(Bytes in, long p, Scan scan) {
    scan.codec("FLAC", true);
    long rate = in.u24be(p + 10) >> 4;
    scan.sampleRate(rate);
    scan.channels((in.u8(p + 12) >> 1 & 7) + 1);
    scan.bitDepth(((in.u8(p + 12) & 1) << 4 | in.u8(p + 13) >> 4) + 1);
    long samples = (in.u8(p + 13) & 15L) << 32 | in.u32be(p + 14);
    if (samples > 0) {
      scan.duration(samples, rate);
    }
    if (in.has(p + 18, 16)) {
      scan.audioMd5(in.copy(p + 18, 16));
    }
  }

  private static boolean isSync(Bytes in, long p) {
    return in.has(p, 4)
        && in.u8(p) == 0xff
        && (in.u8(p + 1) & 0xfe) == 0xf8
        && in.u8(p + 2) >> 4 != 0
        && (in.u8(p + 2) & 15) != 15
        && in.u8(p + 3) >> 4 < 11
        && (in.u8(p + 3) & 1) == 0;
  }

  /** RFC 9639, 9.1: what a stream without STREAMINFO tells in each frame. */
  private static void frameHeader(Bytes in, long p, Scan scan) {
    if (!isSync(in, p)) {
      return;
    }
    int[] rates = {
      0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000
    };
    int[] depths = {0, 8, 12, 0, 16, 20, 24, 32};
    int rate = in.u8(p + 2) & 15;
    int channels = in.u8(p + 3) >> 4;
    scan.codec("FLAC", true);
    if (rate < rates.length) {
      scan.sampleRate(rates[rate]);
    }
    scan.channels(channels < 8 ? channels + 1 : 2);
    int depth = depths[in.u8(p + 3) >> 1 & 7];
    if (depth > 0) {
      scan.bitDepth(depth);
    }
  }
}
