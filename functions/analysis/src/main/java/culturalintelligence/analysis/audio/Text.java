package culturalintelligence.analysis.audio;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bytes to text, never failing. */
final class Text {
  private Text() {}

  static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /** UTF-8; when it isn't, what old Windows programs wrote instead. */
  static String utf8(byte[] b, int from, int to) {
    if (isAscii(b, from, to)) {
      return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
    }
    String strict = decode(b, from, to);
    return strict != null ? strict : new String(b, from, to - from, WINDOWS_1252);
  }

  static boolean isUtf8(byte[] b, int from, int to) {
    return isAscii(b, from, to) || decode(b, from, to) != null;
  }

  private static @Nullable String decode(byte[] b, int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(b, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  static String utf8(byte[] b) {
    return utf8(b, 0, b.length);
  }

  static String latin1(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** UTF-16 by its byte order mark; little endian without one. An odd last byte is dropped. */
  static String utf16(byte[] b, int from, int to) {
    int end = from + ((to - from) & ~1);
    if (end - from >= 2) {
      if ((b[from] & 0xff) == 0xfe && (b[from + 1] & 0xff) == 0xff) {
        return new String(b, from + 2, end - from - 2, StandardCharsets.UTF_16BE);
      }
      if ((b[from] & 0xff) == 0xff && (b[from + 1] & 0xff) == 0xfe) {
        return new String(b, from + 2, end - from - 2, StandardCharsets.UTF_16LE);
      }
    }
    return new String(b, from, end - from, StandardCharsets.UTF_16LE);
  }

  static String utf16le(byte[] b, int from, int to) {
    return new String(b, from, (to - from) & ~1, StandardCharsets.UTF_16LE);
  }

  static String utf16be(byte[] b, int from, int to) {
    return new String(b, from, (to - from) & ~1, StandardCharsets.UTF_16BE);
  }

  static boolean isAscii(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
