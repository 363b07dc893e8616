package culturalintelligence.domain.names;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who is featured: "Rain (feat. X)", "A ft. B". */
final class Featuring {
  private Featuring() {}

  private static final String[] WORDS = {"feat.", "feat", "ft.", "ft", "featuring"};

  static @Nullable String in(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.length() != text.length() || lower.indexOf('f') < 0) {
      return null;
    }
    for (String word : WORDS) {
      int at = lower.indexOf(word);
      while (at >= 0) {
        int end = at + word.length();
        boolean starts = at > 0 && " ([".indexOf(lower.charAt(at - 1)) >= 0;
        if (starts && end < text.length() && text.charAt(end) == ' ') {
          String who = upToBracket(text.substring(end + 1)).strip();
          return who.isEmpty() ? null : who;
        }
        at = lower.indexOf(word, at + 1);
      }
    }
    return null;
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
