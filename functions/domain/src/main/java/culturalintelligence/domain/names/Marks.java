package culturalintelligence.domain.names;

import culturalintelligence.domain.music.Bpm;
import culturalintelligence.domain.music.MusicalKey;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Small marks around names: sides of records, keys of the wheel, years, discs, announcements. */
final class Marks {
  private Marks() {}

  /** What channels write in front of somebody else's music. */
  private static final Set<String> ANNOUNCEMENTS =
      Set.of(
          "premiere",
          "exclusive",
          "free download",
          "free dl",
          "freedl",
          "free",
          "download",
          "out now",
          "preview",
          "hq",
          "promo");

  /** What a release's folder or file of the scene says of its medium. */
  private static final Set<String> MEDIA =
      Set.of(
          "web", "vinyl", "cd", "cdr", "cds", "cdm", "cdep", "ep", "lp", "promo", "flac", "retail",
          "digital", "bootleg", "dvda", "sat", "line", "cable", "advance", "16bit", "24bit", "mp3");

  /** "8A", "12b", "4m", "11d": a number of the wheel with its letter. */
  static Optional<MusicalKey> wheelKey(String s) {
    int digits = Chars.digits(s, 0);
    if (digits == 0 || digits > 2 || s.length() != digits + 1) {
      return Optional.empty();
    }
    return "ABabmdMD".indexOf(s.charAt(digits)) < 0 ? Optional.empty() : MusicalKey.of(s);
  }

  /** "Am", "F#m", "Bb min": a minor key in letters. A major one could be a word, or a name. */
  static boolean isMinor(String s) {
    int end = 1;
    if (s.length() < 2 || s.charAt(0) < 'A' || s.charAt(0) > 'G') {
      return false;
    }
    if ("#b♯♭".indexOf(s.charAt(end)) >= 0) {
      end++;
    }
    String mode = s.substring(end).strip();
    return mode.equals("m") || mode.equals("min");
  }

  /** A tempo that music for dancing has, as a number alone. */
  static Optional<Bpm> tempo(String s) {
    if (Chars.digits(s, 0) < 2 || s.length() > 6 || !Chars.isDecimal(s)) {
      return Optional.empty();
    }
    return Bpm.of(s).filter(bpm -> bpm.value().intValue() >= 60 && bpm.value().intValue() <= 210);
  }

  /** "A1", "b2", "AA", "A": a side of a record, with or without the track on it. */
  static boolean isSide(String s) {
    if (s.isEmpty() || s.length() > 3) {
      return false;
    }
    char side = Character.toUpperCase(s.charAt(0));
    if (side < 'A' || side > 'H') {
      return false;
    }
    return s.length() == 1
        ? Character.isUpperCase(s.charAt(0))
        : s.equals("AA") || s.equals("BB") || isNumberedSide(s);
  }

  /** "A1", "B2", "AA1". */
  static boolean isNumberedSide(String s) {
    int last = s.length() - 1;
    if (last < 1 || last > 2 || s.charAt(last) < '1' || s.charAt(last) > '9') {
      return false;
    }
    char side = Character.toUpperCase(s.charAt(0));
    return side >= 'A' && side <= 'H' && (last == 1 || s.charAt(0) == s.charAt(1));
  }

  static boolean isYear(String s) {
    return s.length() == 4
        && Chars.digits(s, 0) == 4
        && ((s.startsWith("19") && s.charAt(2) >= '5')
            || (s.startsWith("20") && s.charAt(2) <= '4'));
  }

  /** "2019-03-14", "2019.03.14". */
  static boolean isDate(String s) {
    return s.length() == 10
        && isYear(s.substring(0, 4))
        && "-.".indexOf(s.charAt(4)) >= 0
        && s.charAt(7) == s.charAt(4)
        && Chars.digits(s, 5) == 2
        && Chars.digits(s, 8) == 2;
  }

  /** "CD1", "CD 2", "Disc 1", "Disk 02": one of several discs. */
  static boolean isDisc(String s) {
    String lower = s.toLowerCase(Locale.ROOT);
    for (String word : new String[] {"cd", "disc", "disk"}) {
      if (lower.startsWith(word)) {
        int at = Chars.skip(lower, word.length(), " -_.");
        int digits = Chars.digits(lower, at);
        return digits > 0 && digits <= 2 && at + digits == lower.length();
      }
    }
    return false;
  }

  /**
   * Where the track's number begins behind a disc's in front: "CD1-04", "d1t04", "Disc 1 - 04"; 0
   * if there is none.
   */
  static int afterDisc(String s) {
    String lower = s.substring(0, Math.min(s.length(), 16)).toLowerCase(Locale.ROOT);
    for (String word : new String[] {"disc", "disk", "cd", "d"}) {
      if (!lower.startsWith(word)) {
        continue;
      }
      int at = word.equals("d") ? 1 : Chars.skip(lower, word.length(), " ");
      int disc = Chars.digits(lower, at);
      if (disc == 0 || disc > 2) {
        return 0;
      }
      int gap = at + disc;
      int next = word.equals("d") ? gap : Chars.skip(lower, gap, " -_.");
      if (next < lower.length() && lower.charAt(next) == 't') {
        next++;
      } else if (word.equals("d")) {
        return 0;
      }
      return next > gap && Chars.digits(lower, next) == 2 ? next : 0;
    }
    return 0;
  }

  /** How long an announcement in front is, with its sign: "PREMIERE: ", "FREE DL - "; 0 if none. */
  static int announcement(String s) {
    String lower = s.substring(0, Math.min(s.length(), 24)).toLowerCase(Locale.ROOT);
    for (String word : ANNOUNCEMENTS) {
      int end = word.length();
      if (!lower.startsWith(word) || end + 2 >= lower.length()) {
        continue;
      }
      int sign = lower.charAt(end) == ' ' ? end + 1 : end;
      if (":|_".indexOf(lower.charAt(sign)) >= 0) {
        return Chars.skip(s, sign + 1, " ");
      }
    }
    return 0;
  }

  /** "PREMIERE", "Free DL": an announcement and nothing else. */
  static boolean isAnnouncement(String s) {
    return s.length() < 20 && ANNOUNCEMENTS.contains(s.toLowerCase(Locale.ROOT));
  }

  static boolean isMedium(String s) {
    return s.length() < 12 && MEDIA.contains(s.toLowerCase(Locale.ROOT));
  }

  /** A folder's name without the catalogue number or the year in front: "[HRB012] Lena - Tide". */
  static String withoutCatalogueNumber(String s) {
    if (s.isEmpty()) {
      return s;
    }
    int close = s.charAt(0) == '[' ? s.indexOf(']') : s.charAt(0) == '(' ? s.indexOf(')') : -1;
    if (close > 1 && close + 2 < s.length()) {
      String inside = s.substring(1, close).strip();
      return Chars.isCatalogueNumber(inside) || isYear(inside)
          ? s.substring(Chars.skip(s, close + 1, " -_"))
          : s;
    }
    int space = s.indexOf(' ');
    boolean number =
        space > 3
            && Chars.isCatalogueNumber(s.substring(0, space))
            && Chars.digitsBefore(s, space) >= 3;
    return number ? s.substring(Chars.skip(s, space, " -")) : s;
  }
}
