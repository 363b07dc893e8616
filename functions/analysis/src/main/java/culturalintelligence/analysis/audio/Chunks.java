package culturalintelligence.analysis.audio;

import java.util.Locale;

/**
 * Chunks of the IFF family: a name of four characters, a length, the content, a byte of padding
 * after odd lengths. RIFF counts little endian, IFF and RIFX big endian; DSDIFF has lengths of
 * eight bytes.
 *
 * <p>Writers forget the padding byte often enough: when no name can stand behind it, but one stands
 * without it, it was forgotten.
 */
record Chunks(Bytes in, boolean bigEndian, int lengthBytes) {

  /**
   * @param end cut to the end of what is around
   * @param claimed where it says it ends
   */
  record Chunk(String id, long from, long end, long claimed) {
    long length() {
      return end - from;
    }

    boolean isCut() {
      return claimed > end;
    }
  }

  static Chunks riff(Bytes in) {
    return new Chunks(in, false, 4);
  }

  static Chunks iff(Bytes in) {
    return new Chunks(in, true, 4);
  }

  static Chunks dff(Bytes in) {
    return new Chunks(in, true, 8);
  }

  int header() {
    return 4 + lengthBytes;
  }

  boolean has(long p, long end) {
    return p >= 0 && p <= end - header() && in.has(p, header());
  }

  Chunk at(long p, long end) {
    in.limits().step();
    long length =
        lengthBytes == 8 ? in.i64be(p + 4) : bigEndian ? in.u32be(p + 4) : in.u32le(p + 4);
    long from = p + header();
    long limit = Math.min(end, in.size());
    long claimed = length < 0 || length > Long.MAX_VALUE - from ? Long.MAX_VALUE : from + length;
    return new Chunk(in.fourcc(p), from, Math.max(from, Math.min(claimed, limit)), claimed);
  }

  /** Where the next chunk begins. */
  long after(Chunk c, long end) {
    if (((c.end - c.from) & 1) == 0) {
      return c.end;
    }
    boolean padded = !has(c.end + 1, end) || isName(c.end + 1);
    return padded || !has(c.end, end) || !isName(c.end) ? c.end + 1 : c.end;
  }

  /** Whether letters, digits and the few signs of names stand there. */
  boolean isName(long p) {
    if (!in.has(p, 4)) {
      return false;
    }
    boolean letters = false;
    for (int i = 0; i < 4; i++) {
      int c = in.u8(p + i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      letters |= letter;
      if (!letter && " _()-.©".indexOf(c) < 0) {
        return false;
      }
    }
    return letters;
  }

  /** What stands in text chunks, up to the first NUL: left-overs of longer texts lie behind it. */
  static String text(Bytes in, long from, long end) {
    byte[] bytes = in.copy(from, Math.clamp(end - from, 0, 256 << 10));
    int to = 0;
    while (to < bytes.length && bytes[to] != 0) {
      to++;
    }
    return Text.utf8(bytes, 0, to);
  }

  static boolean isId3(Chunk c) {
    return c.id.toLowerCase(Locale.ROOT).equals("id3 ") || c.id.equals("ID32");
  }
}
