package culturalintelligence.domain.music;

import java.text.Normalizer;
import java.util.Locale;

/** How text is made safe to show and fit to compare. */
public final class Text {
  private Text() {}

  /** No value of a tag that is longer than this names anything. */
  private static final int LONGEST = 1_000;

  /**
   * The text in NFC with control and format characters and lone surrogates dropped, every kind of
   * space made one plain space, and none at the ends. May be empty.
   */
  public static String clean(String raw) {
    String text = raw.length() > LONGEST ? raw.substring(0, LONGEST) : raw;
    if (isPlain(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0) {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
          out.append(' ');
        }
      } else if (!isUnprintable(c)) {
        out.appendCodePoint(c);
      }
    }
    String folded = Normalizer.normalize(out, Normalizer.Form.NFC);
    return folded.strip();
  }

  /** The form in which two names are compared: clean, width folded, lower case. */
  public static String key(String raw) {
    String clean = clean(raw);
    return Normalizer.normalize(clean, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT).strip();
  }

  /** The common case, told at a glance: printable ASCII with single spaces inside. */
  private static boolean isPlain(String text) {
    char before = ' ';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || (c == ' ' && before == ' ')) {
        return false;
      }
      before = c;
    }
    return before != ' ' || text.isEmpty();
  }

  private static boolean isUnprintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE ->
          true;
      // The joiners are part of emoji and of Arabic and Indic spelling.
      case Character.FORMAT -> c != 0x200D && c != 0x200C;
      default -> false;
    };
  }
}
