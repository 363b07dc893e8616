package culturalintelligence.domain.names;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is featured: "Rain (feat. X)", "A ft. B". */
final class Featuring {
  private Featuring() {}

  private static final List<String> WORDS = List.of("featuring", "feat", "ft");

  static @Nullable String in(String text) {
    for (int i = 1; i + 3 < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == 'f' || c == 'F') && " ([".indexOf(text.charAt(i - 1)) >= 0) {
        int end = wordEnd(text, i);
        if (end > 0 && end + 1 < text.length() && text.charAt(end) == ' ') {
          String who = upToBracket(text.substring(end + 1)).strip();
          return who.isEmpty() ? null : who;
        }
      }
    }
    return null;
  }

  /** Where "feat.", "ft" and the like end, if one begins here; else -1. */
  private static int wordEnd(String text, int at) {
    for (String word : WORDS) {
      if (text.regionMatches(true, at, word, 0, word.length())) {
        int end = at + word.length();
        return text.startsWith(".", end) ? end + 1 : end;
      }
    }
    return -1;
  }

  private static String upToBracket(String s) {
    for (int i = 0; i < s.length(); i++) {
      if ("()[]".indexOf(s.charAt(i)) >= 0 || s.startsWith(" - ", i)) {
        return s.substring(0, i);
      }
    }
    return s;
  }
}
