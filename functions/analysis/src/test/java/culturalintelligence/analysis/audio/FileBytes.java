package culturalintelligence.analysis.audio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A file in the making: numbers in either byte order, texts, and the boxes and chunks of formats.
 */
final class FileBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static FileBytes join(FileBytes... parts) {
    FileBytes all = new FileBytes();
    for (FileBytes p : parts) {
      all.add(p);
    }
    return all;
  }

  static FileBytes text(String ascii) {
    return new FileBytes().ascii(ascii);
  }

  static FileBytes zeros(int count) {
    return new FileBytes().raw(new byte[count]);
  }

  /** Bytes that are none of anybody's magic: sound. */
  static FileBytes noise(int count) {
    FileBytes b = new FileBytes();
    for (int i = 0; i < count; i++) {
      b.u8(0x80 | ((i * 37) & 0x7f));
    }
    return b;
  }

  FileBytes add(FileBytes other) {
    return raw(other.bytes());
  }

  FileBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  FileBytes u8(int v) {
    out.write(v);
    return this;
  }

  FileBytes u16be(int v) {
    return u8(v >> 8).u8(v);
  }

  FileBytes u24be(int v) {
    return u8(v >> 16).u16be(v);
  }

  FileBytes u32be(long v) {
    return u16be((int) (v >> 16)).u16be((int) v);
  }

  FileBytes u64be(long v) {
    return u32be(v >> 32).u32be(v);
  }

  FileBytes u16le(int v) {
    return u8(v).u8(v >> 8);
  }

  FileBytes u32le(long v) {
    return u16le((int) v).u16le((int) (v >> 16));
  }

  FileBytes u64le(long v) {
    return u32le(v).u32le(v >> 32);
  }

  FileBytes f64be(double v) {
    return u64be(Double.doubleToRawLongBits(v));
  }

  FileBytes ascii(String s) {
    return string(s, StandardCharsets.ISO_8859_1);
  }

  FileBytes utf8(String s) {
    return string(s, StandardCharsets.UTF_8);
  }

  FileBytes utf16le(String s) {
    return string(s, StandardCharsets.UTF_16LE);
  }

  private FileBytes string(String s, Charset charset) {
    return raw(s.getBytes(charset));
  }

  /** ISO 14496-12: length with the header, type, content. */
  static FileBytes box(String type, FileBytes... content) {
    FileBytes inner = join(content);
    return new FileBytes().u32be(inner.size() + 8L).ascii(type).add(inner);
  }

  /** RIFF: name, length, content, padding. */
  static FileBytes riff(String id, FileBytes... content) {
    FileBytes inner = join(content);
    FileBytes c = new FileBytes().ascii(id).u32le(inner.size()).add(inner);
    return inner.size() % 2 == 0 ? c : c.u8(0);
  }

  /** IFF: the same, big endian. */
  static FileBytes iff(String id, FileBytes... content) {
    FileBytes inner = join(content);
    FileBytes c = new FileBytes().ascii(id).u32be(inner.size()).add(inner);
    return inner.size() % 2 == 0 ? c : c.u8(0);
  }

  /** DSDIFF: lengths of eight bytes. */
  static FileBytes dff(String id, FileBytes... content) {
    FileBytes inner = join(content);
    FileBytes c = new FileBytes().ascii(id).u64be(inner.size()).add(inner);
    return inner.size() % 2 == 0 ? c : c.u8(0);
  }

  /** ASF: GUID (its first eight bytes tell them apart here), length with the header, content. */
  static FileBytes asf(long guid, FileBytes... content) {
    FileBytes inner = join(content);
    return new FileBytes().u64be(guid).u64be(0).u64le(inner.size() + 24L).add(inner);
  }

  /** EBML: identifier with its marker, length in eight bytes, content. */
  static FileBytes ebml(long id, FileBytes... content) {
    FileBytes inner = join(content);
    return ebmlId(id).u64be(1L << 56 | inner.size()).add(inner);
  }

  /** An element whose writer did not know how long it would become. */
  static FileBytes ebmlOpen(long id, FileBytes... content) {
    return ebmlId(id).u8(0xff).add(join(content));
  }

  private static FileBytes ebmlId(long id) {
    FileBytes b = new FileBytes();
    for (int shift = 24; shift >= 0; shift -= 8) {
      if (id >> shift != 0) {
        b.u8((int) (id >> shift));
      }
    }
    return b;
  }

  static FileBytes u32(long v) {
    return new FileBytes().u32be(v);
  }

  /** An ID3v2.3 tag of Latin-1 text frames: identifier, text, identifier, text … */
  static FileBytes id3(String... framesAndTexts) {
    FileBytes frames = new FileBytes();
    for (int i = 0; i < framesAndTexts.length; i += 2) {
      String text = framesAndTexts[i + 1];
      frames.ascii(framesAndTexts[i]).u32be(text.length() + 1L).u16be(0).u8(0).ascii(text);
    }
    int n = frames.size();
    return new FileBytes()
        .ascii("ID3")
        .u8(3)
        .u8(0)
        .u8(0)
        .u8(n >> 21 & 0x7f)
        .u8(n >> 14 & 0x7f)
        .u8(n >> 7 & 0x7f)
        .u8(n & 0x7f)
        .add(frames);
  }

  int size() {
    return out.size();
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
