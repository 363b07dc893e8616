package culturalintelligence.testkit.audio;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * FLAC (RFC 9639): blocks of silence as constant subframes, all others verbatim; every checksum
 * right.
 */
final class Flac {
  private static final int BLOCK = 4096;

  private Flac() {}

  static byte[] file(Sound sound, TagText tags) {
    Bytes out = new Bytes().code("fLaC");
    byte[] jpeg = tags.jpeg;
    block(out, 0, false, streamInfo(sound));
    block(out, 4, false, VorbisComment.of(tags, false));
    if (jpeg != null) {
      block(out, 6, false, VorbisComment.picture(jpeg));
    }
    block(out, 1, true, new byte[256]);
    frames(sound).forEach(out::raw);
    return out.done();
  }

  private static void block(Bytes out, int type, boolean last, byte[] body) {
    out.u8(type | (last ? 0x80 : 0)).big24(body.length).raw(body);
  }

  static byte[] streamInfo(Sound sound) {
    Bits bits = Bits.highestFirst().put(16, BLOCK).put(16, BLOCK).put(24, 0).put(24, 0);
    bits.put(20, sound.sampleRate()).put(3, sound.channels() - 1).put(5, sound.bitDepth() - 1);
    bits.put(4, 0).put(32, sound.frames());
    return new Bytes().raw(bits.done()).raw(md5(sound.pcm(false))).done();
  }

  static List<byte[]> frames(Sound sound) {
    List<byte[]> frames = new ArrayList<>();
    for (int from = 0; from < sound.frames(); from += BLOCK) {
      frames.add(frame(sound, from, Math.min(BLOCK, sound.frames() - from)));
    }
    return frames;
  }

  private static byte[] frame(Sound sound, int from, int size) {
    int depthCode = sound.bitDepth() == 24 ? 6 : 4;
    Bytes header =
        new Bytes()
            .big16(0xFFF8)
            .u8(0x70) // a 16-bit block size follows; the sample rate is STREAMINFO's
            .u8((sound.channels() - 1) << 4 | depthCode << 1)
            .raw(codedNumber(from / BLOCK))
            .big16(size - 1);
    header.u8(crc8(header.done()));
    Bits bits = Bits.highestFirst();
    boolean constant = sound.silent(from);
    for (int channel = 0; channel < sound.channels(); channel++) {
      bits.put(8, constant ? 0 : 2); // one zero bit, the type, no wasted bits
      for (int i = 0; i < (constant ? 1 : size); i++) {
        bits.put(sound.bitDepth(), sound.sample(from + i));
      }
    }
    Bytes frame = header.raw(bits.done());
    return frame.big16(crc16(frame.done())).done();
  }

  /** A frame number coded as UTF-8 codes characters. */
  private static byte[] codedNumber(int number) {
    if (number < 0x80) {
      return new byte[] {(byte) number};
    }
    if (number < 0x800) {
      return new byte[] {(byte) (0xC0 | number >> 6), (byte) (0x80 | (number & 0x3F))};
    }
    return new byte[] {
      (byte) (0xE0 | number >> 12),
      (byte) (0x80 | (number >> 6 & 0x3F)),
      (byte) (0x80 | (number & 0x3F))
    };
  }

  private static int crc8(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 0x80) == 0 ? crc << 1 : (crc << 1 ^ 0x07) & 0xFF;
      }
    }
    return crc & 0xFF;
  }

  private static int crc16(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc ^= (b & 0xFF) << 8;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1 ^ 0x8005) & 0xFFFF;
      }
    }
    return crc & 0xFFFF;
  }

  private static byte[] md5(byte[] pcm) {
    try {
      return MessageDigest.getInstance("MD5").digest(pcm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
