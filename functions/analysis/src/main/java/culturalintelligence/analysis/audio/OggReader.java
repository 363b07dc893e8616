package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.ByteRange;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ogg (RFC 3533) with Vorbis, Opus, FLAC or Speex in it, alone or beside a film.
 *
 * <p>The first pages say which logical stream is audio; its comment packet is put together from its
 * pages; the length is the granule position of its last page, which is looked for from the end of
 * the file backwards. In a chain of streams the lengths of the links add up.
 */
final class OggReader implements FormatReader {
  private static final int MAX_HEAD_PAGES = 4_000;
  private static final int MAX_PACKET = 8 << 20;
  private static final int TAIL = 4 << 20;
  private static final int CHAIN_WALK = 40 << 20;

  private enum Codec {
    VORBIS,
    OPUS,
    FLAC,
    SPEEX
  }

  /** One logical stream of audio and what its header packets told. */
  private static final class Stream {
    final int serial;
    final Codec codec;
    long rate;
    long preSkip;
    int comments;
    long firstGranule = -1;
    boolean done;
    long headerEnd;

    Stream(int serial, Codec codec) {
      this.serial = serial;
      this.codec = codec;
    }
  }

  @Override
  public void read(Bytes in, long start, Scan scan) {
    Stream audio = null;
    boolean video = false;
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    boolean skipping = false;
    long p = start;
    for (int i = 0; i < MAX_HEAD_PAGES; i++) {
      in.limits().step();
      long page = nextPage(in, p, 64 << 10);
      if (page < 0) {
        break;
      }
      if (page != p) {
        scan.damage(Damage.CORRUPT, "bytes between Ogg pages");
      }
      long body = page + 27 + in.u8(page + 26);
      long end = pageEnd(in, page);
      int serial = in.i32le(page + 14);
      boolean first = (in.u8(page + 5) & 2) != 0;
      if (first) {
        Stream s = identify(in, body, serial);
        if (s != null && audio == null) {
          audio = s;
          header(in, body, s, scan);
        } else if (s == null && isVideo(in, body)) {
          video = true;
        }
      } else if (audio != null && serial == audio.serial) {
        long granule = in.i64le(page + 6);
        if (audio.done) {
          if (granule > 0) {
            audio.firstGranule = granule;
          }
          break;
        }
        int segments = in.u8(page + 26);
        long at = body;
        for (int seg = 0; seg < segments && !audio.done; seg++) {
          int length = in.u8(page + 27 + seg);
          if (!skipping && in.has(at, length)) {
            if (packet.size() + length > MAX_PACKET) {
              skipping = true;
              scan.note("an Ogg header packet beyond the limit was cut");
            } else {
              packet.writeBytes(in.copy(at, length));
            }
          }
          at += length;
          if (length < 255) {
            packet(in, packet.toByteArray(), audio, scan);
            packet.reset();
            skipping = false;
          }
        }
        if (!audio.done && end > in.size()) {
          // The comment packet is cut by the end of the file: what is there is read.
          packet(in, packet.toByteArray(), audio, scan);
        }
        audio.headerEnd = Math.min(end, in.size());
      }
      p = end;
    }
    if (audio == null) {
      if (video) {
        scan.notAudio("a film without sound");
      } else {
        scan.unreadable("no audio stream in the Ogg container");
      }
      return;
    }
    if (!audio.done && packet.size() > 0) {
      packet(in, packet.toByteArray(), audio, scan);
    }
    if (audio.headerEnd > 0) {
      scan.payload(audio.headerEnd, in.size());
    }
    length(in, start, audio, scan);
    if (video) {
      film(in, start, scan);
    }
  }

  /**
   * A Theora stream beside the audio: the titles are often there, and the longer of both counts.
   */
  private static void film(Bytes in, long start, Scan scan) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    long header = -1;
    int serial = 0;
    boolean done = false;
    long p = start;
    for (int i = 0; i < 64 && !done; i++) {
      in.limits().step();
      long page = nextPage(in, p, 0);
      if (page < 0) {
        return;
      }
      int segments = in.u8(page + 26);
      long at = page + 27 + segments;
      if (header < 0 && in.at(at, "\u0080theora") && in.has(at, 42)) {
        header = at;
        serial = in.i32le(page + 14);
      } else if (header >= 0 && serial == in.i32le(page + 14)) {
        for (int s = 0; s < segments && !done; s++) {
          int length = in.u8(page + 27 + s);
          if (in.has(at, length) && packet.size() < 1 << 20) {
            packet.writeBytes(in.copy(at, length));
          }
          at += length;
          done = length < 255;
        }
      }
      p = pageEnd(in, page);
    }
    byte[] b = packet.toByteArray();
    Bytes over = in.over(b);
    if (over.at(0, "\u0081theora")) {
      VorbisComment.read(over, 7, b.length, scan, scan.tags.block(20));
    }
    Last last = header < 0 ? null : lastPage(in, start, serial, false);
    if (last != null && in.u32be(header + 22) > 0) {
      double rate = (double) in.u32be(header + 22) / in.u32be(header + 26);
      int shift = in.u16be(header + 40) >> 5 & 31;
      long frames = (last.granule >> shift) + (last.granule & ((1L << shift) - 1));
      Double audio = scan.duration();
      if (rate > 0 && rate < 1000 && (audio == null || frames / rate > audio)) {
        scan.duration(frames / rate);
      }
    }
  }

  /**
   * Where the next page starts, looked for over a gap of that many bytes; -1 when there is none.
   */
  private static long nextPage(Bytes in, long from, long gap) {
    long limit = Math.min(in.size() - 27, from + gap);
    for (long p = from; p <= limit; p++) {
      if (in.u8(p) == 'O'
          && in.at(p, "OggS")
          && in.u8(p + 4) == 0
          && in.has(p + 27, in.u8(p + 26))) {
        return p;
      }
    }
    return -1;
  }

  private static long pageEnd(Bytes in, long page) {
    int segments = in.u8(page + 26);
    long end = page + 27 + segments;
    for (int i = 0; i < segments; i++) {
      end += in.u8(page + 27 + i);
    }
    return end;
  }

  private static @Nullable Stream identify(Bytes in, long p, int serial) {
    if (in.at(p, "\u0001vorbis")) {
      return new Stream(serial, Codec.VORBIS);
    }
    if (in.at(p, "OpusHead")) {
      return new Stream(serial, Codec.OPUS);
    }
    if (in.at(p, "\u007fFLAC") || in.at(p, "fLaC")) {
      return new Stream(serial, Codec.FLAC);
    }
    if (in.at(p, "Speex   ")) {
      return new Stream(serial, Codec.SPEEX);
    }
    return null;
  }

  private static boolean isVideo(Bytes in, long p) {
    return in.at(p, "\u0080theora")
        || in.at(p, "BBCD\0")
        || in.at(p, "OVP80")
        || in.at(p, "\u0001video");
  }

  private static void header(Bytes in, long p, Stream s, Scan scan) {
    switch (s.codec) {
      case VORBIS -> {
        scan.codec("Vorbis", false);
        scan.channels(in.u8(p + 11));
        s.rate = in.u32le(p + 12);
        scan.sampleRate(s.rate);
        int max = in.i32le(p + 16);
        int nominal = in.i32le(p + 20);
        int min = in.i32le(p + 24);
        if (nominal > 0) {
          scan.bitrate(max > 0 && max < nominal ? max : Math.max(nominal, min));
        } else if (max > 0 && min > 0) {
          scan.bitrate((max + (double) min) / 2);
        } else if (max > 0) {
          scan.bitrate(max);
        }
        boolean constant = nominal > 0 && nominal == max && nominal == min;
        scan.bitrateMode(constant ? BitrateMode.CONSTANT : BitrateMode.VARIABLE);
      }
      case OPUS -> {
        scan.codec("Opus", false);
        scan.channels(in.u8(p + 9));
        s.preSkip = in.u16le(p + 10);
        s.rate = 48_000;
        scan.sampleRate(48_000);
        scan.bitrateMode(BitrateMode.VARIABLE);
      }
      case SPEEX -> {
        scan.codec("Speex", false);
        s.rate = in.u32le(p + 36);
        scan.sampleRate(s.rate);
        scan.channels(in.u32le(p + 48));
        int bitrate = in.i32le(p + 52);
        if (bitrate > 0) {
          scan.bitrate(bitrate);
        }
        scan.bitrateMode(in.u32le(p + 60) != 0 ? BitrateMode.VARIABLE : BitrateMode.CONSTANT);
      }
      case FLAC -> {
        // RFC 9639, 10.1: 0x7F FLAC, version, count of packets, then a native stream's start.
        long info = in.at(p, "fLaC") ? p + 4 : p + 13;
        if (in.has(info, 38) && (in.u8(info) & 0x7f) == 0) {
          FlacReader.streamInfo(in, info + 4, scan);
          s.rate = in.u24be(info + 14) >> 4;
        } else {
          scan.codec("FLAC", true);
        }
        scan.bitrateMode(BitrateMode.VARIABLE);
      }
    }
  }

  /** A header packet after the first. */
  private static void packet(Bytes in, byte[] b, Stream s, Scan scan) {
    Bytes over = in.over(b);
    switch (s.codec) {
      case VORBIS -> {
        if (over.at(0, "\u0003vorbis")) {
          VorbisComment.read(over, 7, b.length, scan, scan.tags.block(40));
        } else {
          // The codebooks, the last header packet; they may have a page of their own.
          s.done = true;
        }
      }
      case OPUS -> {
        if (over.at(0, "OpusTags")) {
          VorbisComment.read(over, 8, b.length, scan, scan.tags.block(40));
        }
        s.done = true;
      }
      case SPEEX -> {
        VorbisComment.read(over, 0, b.length, scan, scan.tags.block(40));
        s.done = true;
      }
      case FLAC -> {
        if (b.length < 4 || s.comments++ > 200 || (b[0] & 0xff) == 0xff) {
          s.done = true;
          return;
        }
        if ((b[0] & 0x7f) == 4) {
          VorbisComment.read(over, 4, b.length, scan, scan.tags.block(40));
        }
        s.done = b[0] < 0;
      }
    }
  }

  private record Last(long granule, long page) {}

  /** The last page of a stream, of any stream when none is named. */
  private static @Nullable Last lastPage(Bytes in, long start, int serial, boolean any) {
    long stop = Math.max(start, in.size() - TAIL);
    for (long p = in.size() - 27; p >= stop; p--) {
      if ((p & 0xfff) == 0) {
        in.limits().step();
      }
      if (in.u8(p) == 'O' && in.at(p, "OggS") && in.u8(p + 4) == 0) {
        long granule = in.i64le(p + 6);
        // A page that the file's end cuts holds less than its granule says.
        boolean whole = in.has(p + 27, in.u8(p + 26)) && pageEnd(in, p) <= in.size();
        if (whole && granule >= 0 && (any || in.i32le(p + 14) == serial)) {
          return new Last(granule, p);
        }
      }
    }
    return null;
  }

  private static void length(Bytes in, long start, Stream s, Scan scan) {
    if (s.rate == 0) {
      return;
    }
    Last last = lastPage(in, start, s.serial, false);
    if (last == null && s.firstGranule < 0) {
      return;
    }
    long granule = last == null ? s.firstGranule : last.granule;
    double samples = granule - s.preSkip;
    if (samples > 0) {
      if (s.codec != Codec.FLAC || scan.duration() == null) {
        scan.duration(samples, (double) s.rate);
      }
    }
    Last any = lastPage(in, start, 0, true);
    if (any != null && any.page > pageAfter(last) && in.size() <= CHAIN_WALK) {
      chain(in, start, s, scan);
    }
  }

  private static long pageAfter(@Nullable Last last) {
    return last == null ? -1 : last.page;
  }

  /**
   * Adds up the links of a chain: each begins where a first page comes after the last one ended.
   */
  private static void chain(Bytes in, long start, Stream first, Scan scan) {
    double seconds = 0;
    List<ByteRange> links = new ArrayList<>();
    Stream s = null;
    long lastGranule = 0;
    boolean ended = true;
    int streams = 0;
    long p = start;
    while (true) {
      in.limits().step();
      long page = nextPage(in, p, 64 << 10);
      if (page < 0) {
        break;
      }
      int serial = in.i32le(page + 14);
      int flags = in.u8(page + 5);
      long end = pageEnd(in, page);
      long body = page + 27 + in.u8(page + 26);
      if ((flags & 2) != 0) {
        Stream next = identify(in, body, serial);
        if (next != null && ended && next.codec == first.codec) {
          if (s != null) {
            seconds += Math.max(0, lastGranule - s.preSkip) / (double) s.rate;
          }
          next.rate = first.rate;
          next.preSkip = next.codec == Codec.OPUS && in.has(body, 12) ? in.u16le(body + 10) : 0;
          s = next;
          lastGranule = 0;
          ended = false;
          streams++;
        }
      } else if (s != null && serial == s.serial) {
        long granule = in.i64le(page + 6);
        if (granule >= 0) {
          lastGranule = granule;
        }
        ended |= (flags & 4) != 0;
        links.add(new ByteRange(page, Math.min(end, in.size())));
        if (links.size() > 1000) {
          links.clear();
        }
      }
      p = end;
    }
    if (s != null && streams > 1) {
      seconds += Math.max(0, lastGranule - s.preSkip) / (double) s.rate;
      scan.duration(seconds);
      scan.note("a chain of " + streams + " Ogg streams");
    }
  }
}
