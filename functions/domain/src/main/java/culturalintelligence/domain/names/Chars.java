package culturalintelligence.domain.names;

import java.text.Normalizer;
import java.util.Locale;

/** Looking at the characters of a name; each in one pass. */
final class Chars {
  private Chars() {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isDash(char c) {
    return c == '-' || c == '–' || c == '—' || c == '‐' || c == '‑' || c == '−';
  }

  /** How many digits stand from an index on. */
  static int digits(String s, int from) {
    int i = from;
    while (i < s.length() && isDigit(s.charAt(i))) {
      i++;
    }
    return Math.max(0, i - from);
  }

  static int digitsBefore(String s, int end) {
    int i = end;
    while (i > 0 && isDigit(s.charAt(i - 1))) {
      i--;
    }
    return end - i;
  }

  /** At most nine digits as a number. */
  static int number(String s, int from, int to) {
    int value = 0;
    for (int i = from; i < to && i < from + 9; i++) {
      value = value * 10 + Character.digit(s.charAt(i), 10);
    }
    return value;
  }

  /** Digits, with one point at most. */
  static boolean isDecimal(String s) {
    int points = 0;
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) == '.') {
        points++;
      } else if (!isDigit(s.charAt(i))) {
        return false;
      }
    }
    return points <= 1 && !s.isEmpty();
  }

  /** Eight hex digits of one case, a figure among them, so no word of the language. */
  static boolean isHexId(String s, int from, int to) {
    boolean figure = false;
    boolean small = false;
    boolean capital = false;
    for (int i = from; i < to; i++) {
      char c = s.charAt(i);
      if (isDigit(c)) {
        figure = true;
      } else if (c >= 'a' && c <= 'f') {
        small = true;
      } else if (c >= 'A' && c <= 'F') {
        capital = true;
      } else {
        return false;
      }
    }
    return figure && !(small && capital);
  }

  /** Capitals and figures, at least one of them a figure. */
  static boolean isCode(String s, int from, int to) {
    boolean figure = false;
    for (int i = from; i < to; i++) {
      char c = s.charAt(i);
      if (isDigit(c)) {
        figure = true;
      } else if (c < 'A' || c > 'Z') {
        return false;
      }
    }
    return figure;
  }

  /** YouTube's eleven characters; a figure, a capital and a small letter tell them from words. */
  static boolean isVideoId(String s, int from) {
    if (from < 0 || from + 11 > s.length()) {
      return false;
    }
    boolean figure = false;
    boolean small = false;
    boolean capital = false;
    for (int i = from; i < from + 11; i++) {
      char c = s.charAt(i);
      if (isDigit(c)) {
        figure = true;
      } else if (c >= 'a' && c <= 'z') {
        small = true;
      } else if (c >= 'A' && c <= 'Z') {
        capital = true;
      } else if (c != '-' && c != '_') {
        return false;
      }
    }
    return figure && small && capital;
  }

  /** "KLA001", "TOOL1234", "ANJ-123D", "EP23": two to eight capitals, two to five figures. */
  static boolean isCatalogueNumber(String s) {
    int letters = 0;
    while (letters < s.length() && s.charAt(letters) >= 'A' && s.charAt(letters) <= 'Z') {
      letters++;
    }
    int at = letters < s.length() && "- ".indexOf(s.charAt(letters)) >= 0 ? letters + 1 : letters;
    int figures = digits(s, at);
    int end = at + figures;
    boolean suffix =
        end == s.length() || (end + 1 == s.length() && Character.isLetter(s.charAt(end)));
    boolean spaced = at > letters && s.charAt(letters) == ' ';
    // Bands are called UB40 and SR-71.
    boolean few = figures == 2 && (letters > 2 || s.startsWith("EP") || s.startsWith("LP"));
    boolean enough = figures >= 3 || (few && !spaced);
    return letters >= 2 && letters <= 8 && enough && figures <= 5 && suffix;
  }

  /** A release group's mark: two to six letters or figures. */
  static boolean isGroup(String s) {
    return s.length() >= 2 && s.length() <= 8 && s.chars().allMatch(Character::isLetterOrDigit);
  }

  static boolean isWordAt(String s, int at) {
    return at < s.length() && Character.isLetterOrDigit(s.charAt(at));
  }

  static int skip(String s, int from, String what) {
    int i = from;
    while (i < s.length() && what.indexOf(s.charAt(i)) >= 0) {
      i++;
    }
    return i;
  }

  static String trimEnd(String s) {
    int end = s.length();
    while (end > 0 && s.charAt(end - 1) == ' ') {
      end--;
    }
    return s.substring(0, end);
  }

  static boolean startsWithIgnoringCase(String s, String prefix) {
    return s.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  static boolean startsWithIgnoringCase(String s, int at, String prefix) {
    return s.regionMatches(true, at, prefix, 0, prefix.length());
  }

  static boolean endsWithIgnoringCase(String s, String suffix) {
    return s.regionMatches(true, s.length() - suffix.length(), suffix, 0, suffix.length());
  }

  static boolean containsIgnoringCase(String s, int from, String lowerCase) {
    return s.substring(from).toLowerCase(Locale.ROOT).contains(lowerCase);
  }

  /** Letters and figures alone, in small letters without accents. */
  static String fold(String s) {
    String plain = isAscii(s) ? s : Normalizer.normalize(s, Normalizer.Form.NFKD);
    StringBuilder out = new StringBuilder(plain.length());
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        out.append(Character.toLowerCase(c));
      }
    }
    return out.toString();
  }

  /** Whether two texts fold to one; most differ at their first letter. */
  static boolean foldEquals(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return false;
    }
    char first = Character.toLowerCase(a.charAt(0));
    char other = Character.toLowerCase(b.charAt(0));
    boolean plain = isAsciiLetter(first) && isAsciiLetter(other);
    return (!plain || first == other) && fold(a).equals(fold(b));
  }

  private static boolean isAsciiLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isAscii(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /**
   * Where in a text the letters and figures of a name end that it begins with; -1 if it doesn't.
   */
  static int foldedPrefix(String s, String name) {
    String folded = fold(name);
    if (folded.isEmpty()) {
      return -1;
    }
    int matched = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = Character.toLowerCase(s.charAt(i));
      if (!Character.isLetterOrDigit(c)) {
        continue;
      }
      if (c != folded.charAt(matched)) {
        return -1;
      }
      matched++;
      if (matched == folded.length()) {
        return i + 1;
      }
    }
    return -1;
  }
}
