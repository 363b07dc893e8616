package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/**
 * MPEG-1, 2 and 2.5 audio, layers I to III, with the Xing, Info, LAME and VBRI headers.
 *
 * <p>Where a header counts the frames, it is believed, even in a file that was cut; the cut is told
 * as damage. Without one, the length is what is there over the rate of the frames: all of them are
 * counted when the first ones differ in rate and the file is small enough, otherwise the first
 * frame's rate holds.
 */
final class MpegReader implements FormatReader {
  private static final int COUNTED = 4096;
  private static final double MAX_COUNTED_BYTES = 16 << 20;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_MPEG);
    int h = in.i32be(start);
    int layer = MpegFrame.layer(h);
    scan.container(layer == 3 ? "MP3" : layer == 2 ? "MP2" : "MP1");
    scan.codec(
        "MPEG-"
            + (MpegFrame.version(h) == 25 ? "2.5" : MpegFrame.version(h))
            + " Layer "
            + "I".repeat(layer),
        false);
    scan.sampleRate(MpegFrame.sampleRate(h));
    scan.channels(MpegFrame.channels(h));
    scan.payload(start, end);
    if (layer == 3 && (xing(in, start, end, h, scan) || vbri(in, start, end, h, scan))) {
      return;
    }
    walk(in, start, end, scan);
  }

  private boolean xing(Bytes in, long start, long end, int h, Scan scan) {
    boolean mpeg1 = MpegFrame.version(h) == 1;
    int side = mpeg1 ? MpegFrame.channels(h) == 1 ? 17 : 32 : MpegFrame.channels(h) == 1 ? 9 : 17;
    long p = start + 4 + side;
    boolean xing = in.at(p, "Xing");
    if (!xing && !in.at(p, "Info")) {
      // The side information may be followed by a CRC's two bytes.
      p += 2;
      xing = in.at(p, "Xing");
      if (!xing && !in.at(p, "Info")) {
        return false;
      }
    }
    if (!in.has(p, 8)) {
      return false;
    }
    int flags = in.i32be(p + 4);
    long at = p + 8;
    long frames = -1;
    long bytes = -1;
    if ((flags & 1) != 0) {
      frames = in.has(at, 4) ? in.u32be(at) : -1;
      at += 4;
    }
    if ((flags & 2) != 0) {
      bytes = in.has(at, 4) ? in.u32be(at) : -1;
      at += 4;
    }
    if ((flags & 4) != 0) {
      at += 100;
    }
    if ((flags & 8) != 0) {
      at += 4;
    }
    if (in.has(at, 24) && isText(in, at, 4)) {
      String encoder = encoder(in, at);
      scan.encoder(encoder);
      int method = in.u8(at + 9) & 15;
      if (encoder.startsWith("LAME") || encoder.startsWith("Lavc") || encoder.startsWith("Lavf")) {
        switch (method) {
          case 1, 8 -> scan.bitrateMode(BitrateMode.CONSTANT);
          case 2, 9 -> scan.bitrateMode(BitrateMode.AVERAGE);
          case 3, 4, 5, 6 -> scan.bitrateMode(BitrateMode.VARIABLE);
          default -> scan.bitrateMode(xing ? BitrateMode.VARIABLE : BitrateMode.CONSTANT);
        }
      } else {
        scan.bitrateMode(xing ? BitrateMode.VARIABLE : BitrateMode.CONSTANT);
      }
    } else {
      scan.bitrateMode(xing ? BitrateMode.VARIABLE : BitrateMode.CONSTANT);
    }
    if (frames <= 0 && !xing) {
      constant(start, end, MpegFrame.kbit(h) * 1000.0, in, scan);
      return true;
    }
    if (frames <= 0) {
      walk(in, start, end, scan);
      return true;
    }
    double seconds = (double) frames * MpegFrame.samples(h) / MpegFrame.sampleRate(h);
    scan.duration(seconds);
    // The header's own frame is in its count of bytes, not in its count of frames.
    long whole = (bytes > 0 ? bytes : end - start) - MpegFrame.length(h);
    if (whole > 0) {
      scan.bitrate(whole * 8.0 / seconds);
    } else {
      scan.bitrate(MpegFrame.kbit(h) * 1000.0);
    }
    if (bytes > 0 && end - start < bytes - bytes / 50 - 4096) {
      scan.damage(Damage.TRUNCATED, "the file is shorter than its Xing header says");
    }
    return true;
  }

  private static boolean isText(Bytes in, long p, int n) {
    for (int i = 0; i < n; i++) {
      int c = in.u8(p + i);
      if (c < 0x20 || c > 0x7e) {
        return false;
      }
    }
    return true;
  }

  private static String encoder(Bytes in, long p) {
    int n = 0;
    while (n < 9 && in.u8(p + n) >= 0x20 && in.u8(p + n) < 0x7f) {
      n++;
    }
    return in.latin1(p, n).strip();
  }

  /** Fraunhofer's header, always 32 bytes behind the frame's. */
  private boolean vbri(Bytes in, long start, long end, int h, Scan scan) {
    long p = start + 36;
    if (!in.at(p, "VBRI") || !in.has(p, 18)) {
      return false;
    }
    long bytes = in.u32be(p + 10);
    long frames = in.u32be(p + 14);
    if (frames == 0) {
      return false;
    }
    scan.bitrateMode(BitrateMode.VARIABLE);
    double seconds = (double) frames * MpegFrame.samples(h) / MpegFrame.sampleRate(h);
    scan.duration(seconds);
    scan.bitrate((bytes > 0 ? bytes : end - start) * 8.0 / seconds);
    scan.encoder("Fraunhofer");
    return true;
  }

  /** Counts frames: a few when they agree on the rate, all of them when they don't. */
  private void walk(Bytes in, long start, long end, Scan scan) {
    int first = in.i32be(start);
    boolean variable = false;
    long frames = 0;
    long likeFirst = 0;
    long kbits = 0;
    long bytes = 0;
    double samples = 0;
    long p = start;
    long sample = Math.min(end, start + (32 << 10));
    boolean counted = true;
    while (p + 4 <= end) {
      in.limits().step();
      int h = in.i32be(p);
      if (!MpegFrame.isValid(h) || !MpegFrame.sameStream(first, h)) {
        long next = resync(in, p + 1, end, first);
        if (next < 0) {
          break;
        }
        p = next;
        continue;
      }
      int length = MpegFrame.length(h);
      if (length < 4) {
        counted = false;
        break;
      }
      int kbit = MpegFrame.kbit(h);
      frames++;
      if (kbit == MpegFrame.kbit(first)) {
        likeFirst++;
      }
      // A stray frame of another rate is damage, or a header frame some encoder put in front.
      variable = frames - likeFirst > 2 + frames / 20;
      kbits += kbit;
      bytes += Math.min(length, end - p);
      samples += p + length <= end ? MpegFrame.samples(h) : 0;
      p += length;
      if (p >= sample && !variable) {
        counted = false;
        break;
      }
      if (frames > COUNTED && p - start > MAX_COUNTED_BYTES) {
        counted = false;
        break;
      }
    }
    if (frames == 0 || kbits == 0) {
      if (frames == 0) {
        scan.note("free-format frames: no length without decoding");
      }
      return;
    }
    scan.bitrateMode(BitrateMode.VARIABLE);
    if (!variable) {
      constant(start, end, MpegFrame.kbit(first) * 1000.0, in, scan);
    } else if (counted) {
      double seconds = samples / MpegFrame.sampleRate(first);
      if (seconds > 0) {
        scan.duration(seconds);
        scan.bitrate(bytes * 8 / seconds);
      }
    } else {
      double bitrate = kbits * 1000.0 / frames;
      scan.bitrate(bitrate);
      scan.duration((end - start) * 8.0 / bitrate);
    }
  }

  /**
   * One rate throughout. The 128 bytes of an ID3v1 tag count as everybody counts them; it is an
   * eighth of a second at 8 kbit/s, and nothing at the rates of music.
   */
  private static void constant(long start, long end, double bitrate, Bytes in, Scan scan) {
    boolean tag = in.size() - end == Id3v1Tag.LENGTH;
    scan.bitrateMode(BitrateMode.CONSTANT);
    scan.bitrate(bitrate);
    scan.duration(((tag ? in.size() : end) - start) * 8.0 / bitrate);
  }

  private static long resync(Bytes in, long from, long end, int like) {
    long limit = Math.min(end - 4, from + (64 << 10));
    for (long p = from; p <= limit; p++) {
      if (in.u8(p) == 0xff) {
        int h = in.i32be(p);
        if (MpegFrame.isValid(h)
            && MpegFrame.sameStream(like, h)
            && MpegFrame.chain(in, p, 2) >= 2) {
          return p;
        }
      }
    }
    return -1;
  }
}
