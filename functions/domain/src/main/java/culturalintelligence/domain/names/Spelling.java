package culturalintelligence.domain.names;

import culturalintelligence.domain.music.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Gives a name back the signs that programs had to spell in another way. */
final class Spelling {
  private Spelling() {}

  private static final List<String> COPIES =
      List.of("copy of ", "kopie von ", "copie de ", "copia de ", "copia di ", "kopia ");

  static String restored(String name) {
    String s = unescaped(name);
    s = plainWidth(s);
    s = s.replace('【', '[').replace('】', ']').replace('{', '[').replace('}', ']');
    for (String copy : COPIES) {
      if (Chars.startsWithIgnoringCase(s, copy) && s.length() > copy.length() + 2) {
        s = s.substring(copy.length());
      }
    }
    return withoutProgramMark(s);
  }

  /** "Lena%20Ortiz%20-%20Tide", "Lena+Ortiz+-+Tide", "Lena.Ortiz.-.Tide". */
  private static String unescaped(String s) {
    if (s.indexOf(' ') >= 0) {
      return s;
    }
    if (s.contains("%20")) {
      return percent(s);
    }
    if (s.contains("+-+")) {
      return s.replace('+', ' ');
    }
    return s.contains(".-.") ? s.replace('.', ' ') : s;
  }

  private static String percent(String s) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(s.length());
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < utf8.length; i++) {
      int high = i + 2 < utf8.length && utf8[i] == '%' ? Character.digit(utf8[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(utf8[i + 2], 16) : -1;
      if (low >= 0 && (high > 1 || low > 0)) {
        bytes.write((high << 4) | low);
        i += 2;
      } else {
        bytes.write(utf8[i]);
      }
    }
    try {
      return Text.clean(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      return s;
    }
  }

  /**
   * Downloaders write the signs that file systems forbid in full width. In Chinese, Japanese and
   * Korean names these are the ordinary ones and stay.
   */
  private static String plainWidth(String s) {
    boolean any = false;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (Character.isIdeographic(c)
          || (c >= 0x3040 && c <= 0x30ff)
          || (c >= 0xac00 && c < 0xd7b0)) {
        return s;
      }
      any |= (c >= 0xff01 && c <= 0xff5e) || c == 0x29f8 || c == 0x29f9;
    }
    if (!any) {
      return s;
    }
    StringBuilder out = new StringBuilder(s.length());
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c >= 0xff01 && c <= 0xff5e) {
        out.append((char) (c - 0xff01 + '!'));
      } else {
        out.append(c == 0x29f8 ? '/' : c == 0x29f9 ? '\\' : c);
      }
    }
    return out.toString();
  }

  /** Platinum Notes marks the files it has worked on with "_PN". */
  private static String withoutProgramMark(String s) {
    return s.length() > 5 && s.endsWith("_PN") ? Chars.trimEnd(s.substring(0, s.length() - 3)) : s;
  }

  /** A title or an artist's name without the quotes it is put in as a whole. */
  static String unquoted(String s) {
    if (s.length() < 3 || "\"“'‘".indexOf(s.charAt(0)) < 0) {
      return s;
    }
    char open = s.charAt(0);
    char close = open == '“' ? '”' : open == '‘' ? '’' : open;
    int end = s.indexOf(close, 1);
    // "'Til Dawn (Don't Stop)" begins with an apostrophe.
    boolean whole = end == s.length() - 1 || (end > 1 && s.startsWith(" (", end + 1));
    return end > 1 && whole ? (s.substring(1, end) + s.substring(end + 1)).strip() : s;
  }
}
