package culturalintelligence.analysis.audio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.TagField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/** Makes audio files byte by byte, and reads them: the fixtures of the tests in this package. */
final class AudioBytes {
  private AudioBytes() {}

  // ---- Reading

  static AudioReading reading(byte[]... parts) {
    try (AudioSource source = AudioSource.of(join(parts))) {
      return new AudioReader().read(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AudioReading.Read read(byte[]... parts) {
    AudioReading reading = reading(parts);
    if (reading instanceof AudioReading.Read read) {
      return read;
    }
    throw new AssertionError("not read: " + reading);
  }

  static HashedReading hashed(byte[]... parts) {
    try (AudioSource source = AudioSource.of(join(parts))) {
      return new AudioReader().readAndHash(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> values(AudioReading.Read read, TagField field) {
    return read.tags().fields().getOrDefault(field, List.of());
  }

  // ---- Bytes

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] p : parts) {
      out.writeBytes(p);
    }
    return out.toByteArray();
  }

  static byte[] ascii(String s) {
    return s.getBytes(ISO_8859_1);
  }

  static byte[] bytes(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      b[i] = (byte) values[i];
    }
    return b;
  }

  static byte[] be(long value, int width) {
    byte[] b = new byte[width];
    for (int i = 0; i < width; i++) {
      b[i] = (byte) (value >>> (8 * (width - 1 - i)));
    }
    return b;
  }

  static byte[] le(long value, int width) {
    byte[] b = new byte[width];
    for (int i = 0; i < width; i++) {
      b[i] = (byte) (value >>> (8 * i));
    }
    return b;
  }

  static byte[] syncsafe(long value) {
    return bytes(
        (int) (value >> 21 & 0x7f),
        (int) (value >> 14 & 0x7f),
        (int) (value >> 7 & 0x7f),
        (int) (value & 0x7f));
  }

  // ---- ID3

  static byte[] id3v2(int version, int flags, byte[]... frames) {
    byte[] body = join(frames);
    return join(ascii("ID3"), bytes(version, 0, flags), syncsafe(body.length), body);
  }

  /** A frame of 2.3 with a plain size, of 2.4 with a syncsafe one. */
  static byte[] frame(int version, String name, byte[] body) {
    return switch (version) {
      case 2 -> join(ascii(name), be(body.length, 3), body);
      case 3 -> join(ascii(name), be(body.length, 4), be(0, 2), body);
      default -> join(ascii(name), syncsafe(body.length), be(0, 2), body);
    };
  }

  static byte[] text(int version, String name, String value) {
    return frame(version, name, join(bytes(0), ascii(value)));
  }

  static byte[] utf8(String name, String value) {
    return frame(4, name, join(bytes(3), value.getBytes(UTF_8)));
  }

  static byte[] utf16(int version, String name, String value) {
    return frame(version, name, join(bytes(1, 0xff, 0xfe), value.getBytes(UTF_16LE)));
  }

  static byte[] userText(int version, String description, String value) {
    return frame(version, "TXXX", join(bytes(0), ascii(description + "\0" + value)));
  }

  static byte[] geob(String description, byte[] data) {
    return frame(
        3,
        "GEOB",
        join(bytes(0), ascii("application/octet-stream\0\0" + description + "\0"), data));
  }

  static byte[] id3v1(
      String title, String artist, String album, String year, int track, int genre) {
    byte[] b = new byte[128];
    put(b, 0, "TAG");
    put(b, 3, title);
    put(b, 33, artist);
    put(b, 63, album);
    put(b, 93, year);
    b[126] = (byte) track;
    b[127] = (byte) genre;
    return b;
  }

  static void put(byte[] b, int at, String ascii) {
    byte[] s = ascii(ascii);
    System.arraycopy(s, 0, b, at, s.length);
  }

  // ---- APE tags

  static byte[] apeItem(String name, String value) {
    byte[] v = value.getBytes(UTF_8);
    return join(le(v.length, 4), le(0, 4), ascii(name + "\0"), v);
  }

  static byte[] apeTag(byte[]... items) {
    byte[] body = join(items);
    byte[] common =
        join(ascii("APETAGEX"), le(2000, 4), le(body.length + 32L, 4), le(items.length, 4));
    return join(common, le(0xa0000000L, 4), le(0, 8), body, common, le(0x80000000L, 4), le(0, 8));
  }

  // ---- MPEG

  /** MPEG-1 layer III, 128 kbit/s, 44.1 kHz, joint stereo: 417 bytes, 26.12 ms. */
  static final int MP3_128 = 0xfffb9040;

  static byte[] mpegFrame(int header) {
    byte[] b = new byte[MpegFrame.length(header)];
    Arrays.fill(b, (byte) 0x55);
    System.arraycopy(be(header, 4), 0, b, 0, 4);
    return b;
  }

  static byte[] mpegFrames(int header, int count) {
    byte[][] all = new byte[count][];
    Arrays.fill(all, mpegFrame(header));
    return join(all);
  }

  /** A first frame that counts frames and bytes, signed by LAME. */
  static byte[] xingFrame(int header, String name, long frames, long bytes) {
    byte[] b = mpegFrame(header);
    Arrays.fill(b, 4, b.length, (byte) 0);
    byte[] x = join(ascii(name), be(3, 4), be(frames, 4), be(bytes, 4), ascii("LAME3.100"));
    System.arraycopy(x, 0, b, 36, x.length);
    return b;
  }

  static byte[] mp3() {
    return mpegFrames(MP3_128, 40);
  }

  // ---- Xiph

  static byte[] vorbisComment(String vendor, String... comments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] v = vendor.getBytes(UTF_8);
    out.writeBytes(join(le(v.length, 4), v, le(comments.length, 4)));
    for (String c : comments) {
      byte[] b = c.getBytes(UTF_8);
      out.writeBytes(join(le(b.length, 4), b));
    }
    return out.toByteArray();
  }

  static byte[] streamInfo(int rate, int channels, int depth, long samples) {
    long packed = (long) rate << 44 | (channels - 1L) << 41 | (depth - 1L) << 36 | samples;
    byte[] md5 = new byte[16];
    Arrays.fill(md5, (byte) 0xab);
    return join(be(4096, 2), be(4096, 2), be(0, 3), be(0, 3), be(packed, 8), md5);
  }

  static byte[] flacBlock(int type, boolean last, byte[] body) {
    return join(bytes(type | (last ? 0x80 : 0)), be(body.length, 3), body);
  }

  static byte[] flacFrames(int count) {
    byte[] f = new byte[500];
    Arrays.fill(f, (byte) 0x33);
    System.arraycopy(bytes(0xff, 0xf8, 0xc9, 0x18), 0, f, 0, 4);
    byte[][] all = new byte[count][];
    Arrays.fill(all, f);
    return join(all);
  }

  static byte[] flac(String... comments) {
    return join(
        ascii("fLaC"),
        flacBlock(0, false, streamInfo(44_100, 2, 16, 441_000)),
        flacBlock(4, true, vorbisComment("reference libFLAC 1.3.2", comments)),
        flacFrames(20));
  }

  /** Packets of less than 255 segments in all, each ended. */
  static byte[] oggPage(int flags, long granule, int serial, int number, byte[]... packets) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    for (byte[] p : packets) {
      for (int left = p.length; left >= 0; left -= 255) {
        table.write(Math.min(left, 255));
      }
    }
    return join(
        ascii("OggS"),
        bytes(0, flags),
        le(granule, 8),
        le(serial, 4),
        le(number, 4),
        le(0, 4),
        bytes(table.size()),
        table.toByteArray(),
        join(packets));
  }

  static byte[] vorbisHead(int rate, int channels, int nominal) {
    return join(
        ascii("\u0001vorbis"),
        le(0, 4),
        bytes(channels),
        le(rate, 4),
        le(0, 4),
        le(nominal, 4),
        le(0, 4),
        bytes(0xb8, 1));
  }

  static byte[] oggVorbis(int serial, long lastGranule, String... comments) {
    return join(
        oggPage(2, 0, serial, 0, vorbisHead(44_100, 2, 128_000)),
        oggPage(
            0,
            0,
            serial,
            1,
            join(ascii("\u0003vorbis"), vorbisComment("Xiph", comments), bytes(1)),
            join(ascii("\u0005vorbis"), new byte[100])),
        oggPage(0, lastGranule / 2, serial, 2, audio(1), audio(2)),
        oggPage(4, lastGranule, serial, 3, audio(3)));
  }

  static byte[] audio(int seed) {
    byte[] b = new byte[300];
    Arrays.fill(b, (byte) seed);
    return b;
  }
}
