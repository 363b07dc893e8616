package culturalintelligence.testkit.audio;

import java.util.List;

/** Ogg pages (RFC 3533) with silent Vorbis, silent Opus, or FLAC inside. */
final class Ogg {
  private static final int VORBIS_BLOCK = 2048;
  private static final int OPUS_RATE = 48_000;
  private static final int OPUS_FRAME = 960; // 20 ms
  private static final int OPUS_PRE_SKIP = 312;

  private final Bytes out = new Bytes();
  private final int serial;
  private int page;

  private Ogg(int serial) {
    this.serial = serial;
  }

  /**
   * Vorbis I: one codebook, one floor, one residue, one mode, and packets of one byte which say
   * that no channel has a floor.
   */
  static byte[] vorbis(Sound sound, TagText tags) {
    Ogg ogg = new Ogg(serial(sound));
    Bytes head =
        new Bytes()
            .u8(1)
            .code("vorbis")
            .little32(0)
            .u8(sound.channels())
            .little32(sound.sampleRate());
    head.little32(0).little32(112_000).little32(0).u8(0xBB).u8(1); // both block sizes 2^11; framing
    ogg.page(2, 0, List.of(head.done()));
    byte[] comment =
        new Bytes().u8(3).code("vorbis").raw(VorbisComment.of(tags, true)).u8(1).done();
    byte[] setup = new Bytes().u8(5).code("vorbis").raw(vorbisSetup()).done();
    ogg.page(0, 0, List.of(comment));
    ogg.page(0, 0, List.of(setup));
    // The first block gives no samples, each after it half a block.
    int packets = 1 + Math.ceilDiv(sound.frames(), VORBIS_BLOCK / 2);
    ogg.packets(packets, new byte[1], VORBIS_BLOCK / 2, -VORBIS_BLOCK / 2, sound.frames());
    return ogg.out.done();
  }

  static byte[] opus(Sound sound, TagText tags) {
    Ogg ogg = new Ogg(serial(sound));
    Bytes head = new Bytes().code("OpusHead").u8(1).u8(sound.channels()).little16(OPUS_PRE_SKIP);
    ogg.page(2, 0, List.of(head.little32(sound.sampleRate()).little16(0).u8(0).done()));
    ogg.page(0, 0, List.of(new Bytes().code("OpusTags").raw(VorbisComment.of(tags, true)).done()));
    long end = OPUS_PRE_SKIP + Math.round((double) sound.frames() * OPUS_RATE / sound.sampleRate());
    // CELT, full band, 20 ms (RFC 6716, table 2); the range coder's bytes decode to "silence".
    byte[] silence = {(byte) (sound.channels() == 1 ? 0xF8 : 0xFC), (byte) 0xFF, (byte) 0xFE};
    ogg.packets((int) Math.ceilDiv(end, OPUS_FRAME), silence, OPUS_FRAME, 0, end);
    return ogg.out.done();
  }

  /** The mapping of RFC 9639, section 10.1. */
  static byte[] flac(Sound sound, TagText tags) {
    Ogg ogg = new Ogg(serial(sound));
    byte[] info = Flac.streamInfo(sound);
    Bytes head = new Bytes().u8(0x7F).code("FLAC").u8(1).u8(0).big16(1).code("fLaC");
    ogg.page(2, 0, List.of(head.u8(0).big24(info.length).raw(info).done()));
    byte[] comment = VorbisComment.of(tags, true);
    ogg.page(0, 0, List.of(new Bytes().u8(0x84).big24(comment.length).raw(comment).done()));
    List<byte[]> frames = Flac.frames(sound);
    for (int i = 0; i < frames.size(); i++) {
      boolean last = i == frames.size() - 1;
      ogg.page(last ? 4 : 0, last ? sound.frames() : (i + 1L) * 4096, List.of(frames.get(i)));
    }
    return ogg.out.done();
  }

  private static int serial(Sound sound) {
    return Double.hashCode(sound.pitch());
  }

  private static byte[] vorbisSetup() {
    Bits bits = Bits.lowestFirst();
    bits.put(8, 0); // one codebook
    bits.put(24, 0x564342).put(16, 1).put(24, 2).put(1, 0).put(1, 0).put(5, 0).put(5, 0).put(4, 0);
    bits.put(6, 0).put(16, 0); // one time-domain placeholder
    bits.put(6, 0)
        .put(16, 1)
        .put(5, 0)
        .put(2, 0)
        .put(4, 10); // one floor of type 1, without partitions
    bits.put(6, 0)
        .put(16, 0)
        .put(24, 0)
        .put(24, 0)
        .put(24, 31)
        .put(6, 0)
        .put(8, 0)
        .put(3, 0)
        .put(1, 0); // one residue
    bits.put(6, 0)
        .put(16, 0)
        .put(1, 0)
        .put(1, 0)
        .put(2, 0)
        .put(8, 0)
        .put(8, 0)
        .put(8, 0); // one mapping
    bits.put(6, 0).put(1, 0).put(16, 0).put(16, 0).put(8, 0); // one mode, short blocks
    bits.put(1, 1);
    return bits.done();
  }

  /** Many equal small packets, fifty a page. */
  private void packets(int count, byte[] packet, int samplesEach, long before, long end) {
    int done = 0;
    while (done < count) {
      int here = Math.min(50, count - done);
      done += here;
      boolean last = done == count;
      long granule = last ? end : before + (long) done * samplesEach;
      page(last ? 4 : 0, granule, java.util.Collections.nCopies(here, packet));
    }
  }

  /**
   * Whole packets on pages of up to 255 segments; a packet too long for one goes on on the next.
   */
  private void page(int flags, long granule, List<byte[]> packets) {
    Bytes lacing = new Bytes();
    Bytes body = new Bytes();
    int flagsNow = flags & ~4;
    for (byte[] packet : packets) {
      int at = 0;
      while (true) {
        int segment = Math.min(255, packet.length - at);
        lacing.u8(segment);
        body.raw(java.util.Arrays.copyOfRange(packet, at, at + segment));
        at += segment;
        if (segment < 255) {
          break;
        }
        if (lacing.size() == 255) {
          write(flagsNow, -1, lacing.done(), body.done());
          flagsNow = 1;
          lacing = new Bytes();
          body = new Bytes();
        }
      }
    }
    write(flagsNow | (flags & 4), granule, lacing.done(), body.done());
  }

  private void write(int flags, long granule, byte[] lacing, byte[] body) {
    Bytes header =
        new Bytes()
            .code("OggS")
            .u8(0)
            .u8(flags)
            .little64(granule)
            .little32(serial)
            .little32(page++);
    byte[] before = header.done();
    byte[] after = new Bytes().u8(lacing.length).raw(lacing).raw(body).done();
    int crc = crc(new Bytes().raw(before).little32(0).raw(after).done());
    out.raw(before).little32(crc).raw(after);
  }

  private static int crc(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc ^= (b & 0xFF) << 24;
      for (int i = 0; i < 8; i++) {
        crc = crc < 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
      }
    }
    return crc;
  }
}
