package culturalintelligence.domain.names;

import culturalintelligence.domain.music.Bpm;
import culturalintelligence.domain.music.GenreTaxonomy.Genre;
import culturalintelligence.domain.music.Mix;
import culturalintelligence.domain.music.MusicalKey;
import culturalintelligence.domain.music.Text;
import culturalintelligence.domain.names.NameReading.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what people, shops and programs write into the names of music files.
 *
 * <p>Design. A name is peeled from both ends and split in the middle, in this order: what machines
 * put around it (shop ids, hash prefixes, copy marks, site names), what DJs put around it (tempo,
 * key, energy, genre, track number), then {@code artist - title} at dashes outside brackets, then
 * what hangs on the title (label, catalogue number, version). The folders only fill what the name
 * leaves open, or settle which of two parts is the artist. The order matters: a track number is one
 * only after the shop's id before it is gone.
 *
 * <p>Every step looks at each character a bounded number of times, and names are bounded at {@link
 * PathParts}, so a reading takes linear time; there is no backtracking pattern in it. Nothing
 * throws on any text.
 *
 * <p>Confidence is that of the weakest guess on the way: each kind of evidence has the rate at
 * which it was right on names whose tags are known.
 */
public final class NameReader {
  private static final int MOST_PEELS = 8;

  /** Where a widespread library program cuts names, whatever stands there. */
  private static final int CUT_LENGTH = 44;

  private final PathParts path;
  private final List<String> notes = new ArrayList<>(2);
  private String rest;
  private boolean scene;
  private boolean cut;
  private boolean perhapsCut;
  private boolean dashedNumber;

  /** Whether fields of a program's template were seen: an empty one, or a tempo behind. */
  private boolean template;

  private double artistConfidence;
  private double titleConfidence;
  private @Nullable String artist;
  private @Nullable String title;
  private @Nullable String label;
  private @Nullable String catalogueNumber;
  private @Nullable Genre genre;
  private @Nullable Bpm bpm;
  private @Nullable MusicalKey key;
  private @Nullable Integer trackNumber;
  private @Nullable String storeId;
  private @Nullable Integer energy;

  private NameReader(PathParts path) {
    this.path = path;
    this.rest = path.stem();
  }

  /** Reads any string, however odd. */
  public static NameReading read(String pathAsSent) {
    NameReader reader = new NameReader(PathParts.of(pathAsSent));
    reader.run();
    return reader.reading();
  }

  private void run() {
    int length = rest.length();
    rest = Spelling.restored(rest);
    peelMachinePrefixes();
    peelMachineSuffixes();
    spaceOut();
    for (int i = 0; i < MOST_PEELS; i++) {
      final String before = rest;
      peelPrefix();
      peelSuffix();
      if (rest.equals(before)) {
        break;
      }
    }
    assign(parts());
    finishTitle();
    lookAtFolders();
    dropPlaceholders();
    if (!cut && (length == CUT_LENGTH || length == CUT_LENGTH - 1)) {
      perhapsCut = true;
    }
  }

  // ---- what machines put around a name

  /** "04D1A288_", "17192909_", "djstudio_", "(033G02)-". */
  private void peelMachinePrefixes() {
    for (int i = 0; i < 3; i++) {
      String s = rest;
      if (Chars.startsWithIgnoringCase(s, "djstudio_")) {
        rest = s.substring(9);
      } else if (s.length() > 9 && s.charAt(8) == '_' && Chars.isHexId(s, 0, 8)) {
        storeId = s.substring(0, 8);
        rest = Chars.digits(s, 0) == 8 ? shopFields(s.substring(9)) : s.substring(9);
      } else if (s.length() > 9
          && s.charAt(0) == '('
          && s.startsWith(")-", 7)
          && Chars.isCode(s, 1, 7)) {
        storeId = s.substring(1, 7);
        rest = s.substring(9);
      } else {
        int site = s.indexOf('_');
        if (site > 3 && Sites.isSite(s.substring(0, site)) && site + 2 < s.length()) {
          rest = s.substring(Chars.skip(s, site, "_ -"));
          continue;
        }
        if (site > 4
            && s.indexOf(" - ", site) > 0
            && Chars.isCatalogueNumber(s.substring(0, site))
            && Chars.digitsBefore(s, site) >= 3) {
          catalogueNumber = s.substring(0, site);
          rest = s.substring(Chars.skip(s, site, "_ "));
          continue;
        }
        int digits = Chars.digits(s, 0);
        boolean shop = digits >= 5 && digits <= 10 && digits + 1 < s.length();
        if (!shop || s.charAt(digits) != '_') {
          break;
        }
        storeId = s.substring(0, digits);
        rest = shopFields(s.substring(digits + 1));
      }
    }
  }

  /** Beatport's "id_Title_Mix" and "id_Title_(Mix)": the underscore before the mix is a bracket. */
  private static String shopFields(String s) {
    int last = s.lastIndexOf('_');
    if (last > 0 && last < s.length() - 1 && s.indexOf(' ') >= 0) {
      String tail = s.substring(last + 1);
      boolean bracketed = tail.charAt(0) == '(' && tail.endsWith(")");
      String before = s.substring(0, last);
      int act = before.indexOf('_');
      boolean three = act > 1 && act == before.lastIndexOf('_') && act < before.length() - 2;
      if (bracketed) {
        // Where the words are divided by spaces, what divides the fields divides artist and title.
        return three && before.indexOf(' ') > 0 && before.indexOf(" - ") < 0
            ? before.substring(0, act) + " - " + before.substring(act + 1) + " " + tail
            : s;
      }
      if (tail.charAt(0) != '(' && Mix.of(tail).isPresent()) {
        return (three ? before.substring(0, act) + " - " + before.substring(act + 1) : before)
            + " ("
            + tail
            + ")";
      }
    }
    return s;
  }

  /** "_174285285", "-53cdbaaf", "_001", " - Copy", "(2)", " copy 2", a YouTube id. */
  private void peelMachineSuffixes() {
    for (int i = 0; i < MOST_PEELS; i++) {
      String s = Chars.trimEnd(rest);
      int length = s.length();
      int digits = Chars.digitsBefore(s, length);
      char before = digits < length ? s.charAt(length - digits - 1) : '\0';
      if ((digits >= 6 && before == '_')
          || (digits >= 8 && before == ' ' && s.indexOf(" - ") > 0)) {
        storeId = s.substring(length - digits);
        rest = s.substring(0, length - digits - 1);
      } else if (digits == 3 && before == '_' && s.charAt(length - 3) == '0') {
        rest = s.substring(0, length - 4);
      } else if (digits == 1 && before == '_' && length > 2 && isEndOfName(s.charAt(length - 3))) {
        rest = s.substring(0, length - 2);
      } else if (digits == 1 && before == '-' && length > 2 && isCutOrClosed(s, length - 2)) {
        rest = s.substring(0, length - 2);
      } else if (digits > 0
          && before == ' '
          && length > digits + 1
          && ")]".indexOf(s.charAt(length - digits - 2)) >= 0
          && (digits >= 4 || digits == 1)) {
        rest = s.substring(0, length - digits - 1);
      } else if (length > 10
          && s.charAt(length - 9) == '-'
          && Chars.isHexId(s, length - 8, length)) {
        storeId = s.substring(length - 8);
        rest = s.substring(0, length - 9);
      } else {
        String uncopied = withoutCopyMark(s);
        if (uncopied.length() == length) {
          uncopied = withoutVideoId(s);
        }
        if (uncopied.length() == length) {
          uncopied = withoutQuality(s);
        }
        if (uncopied.isEmpty() || uncopied.length() == rest.length()) {
          break;
        }
        rest = uncopied;
      }
    }
  }

  private static boolean isEndOfName(char c) {
    return c == ')' || c == ']' || (c >= '0' && c <= '9');
  }

  /**
   * A lone "-1" is a copy's number behind a bracket, closed or cut, and else a part of the name.
   */
  private static boolean isCutOrClosed(String s, int end) {
    return s.charAt(end - 1) == ')' || s.lastIndexOf('(', end) > s.lastIndexOf(')', end);
  }

  private static String withoutCopyMark(String s) {
    String t = s;
    if (t.endsWith(")")) {
      int open = t.lastIndexOf('(');
      int inside = t.length() - open - 2;
      if (open > 0 && inside > 0 && inside <= 2 && Chars.digits(t, open + 1) == inside) {
        return Chars.trimEnd(t.substring(0, open));
      }
      if (open > 0 && Chars.containsIgnoringCase(t, open, "conflicted copy")) {
        return Chars.trimEnd(t.substring(0, open));
      }
    }
    int digits = Chars.digitsBefore(t, t.length());
    if (digits > 0
        && digits <= 2
        && t.length() > digits + 1
        && t.charAt(t.length() - digits - 1) == ' ') {
      t = t.substring(0, t.length() - digits - 1);
    }
    for (String copy :
        List.of(" - copy", " - kopie", " - copie", " - copia", " (copy)", " (kopie)")) {
      if (Chars.endsWithIgnoringCase(t, copy)) {
        return Chars.trimEnd(t.substring(0, t.length() - copy.length()));
      }
    }
    return t.endsWith(" copy") ? Chars.trimEnd(t.substring(0, t.length() - 5)) : s;
  }

  /** " | Official Audio", " _ Official Video", "_320kbps", " 320 kbps" behind a name. */
  private static String withoutQuality(String s) {
    for (String sign : List.of(" | ", " _ ", "_", " ")) {
      int at = s.lastIndexOf(sign);
      if (at < 3) {
        continue;
      }
      String tail = s.substring(at + sign.length());
      boolean loose = sign.equals(" ") || sign.equals("_");
      boolean sure =
          loose
              ? (Chars.endsWithIgnoringCase(tail, "kbps") && Chars.digits(tail, 0) >= 2)
                  || (tail.equals("HQ") && ")]".indexOf(s.charAt(at - 1)) >= 0)
              : Sites.isQuality(tail);
      if (sure) {
        return Chars.trimEnd(s.substring(0, at));
      }
    }
    return s;
  }

  /** yt-dlp's " [dQw4w9WgXcQ]" and youtube-dl's "-dQw4w9WgXcQ". */
  private String withoutVideoId(String s) {
    int length = s.length();
    if (length > 14
        && s.endsWith("]")
        && s.charAt(length - 13) == '['
        && Chars.isVideoId(s, length - 12)) {
      storeId = s.substring(length - 12, length - 1);
      return Chars.trimEnd(s.substring(0, length - 13));
    }
    if (length > 13 && s.charAt(length - 12) == '-' && Chars.isVideoId(s, length - 11)) {
      storeId = s.substring(length - 11);
      return Chars.trimEnd(s.substring(0, length - 12));
    }
    return s;
  }

  // ---- underscores and scene names

  /** Makes underscores what they stand for: a space, a separator, or a forbidden character. */
  private void spaceOut() {
    if (rest.indexOf('_') < 0) {
      if (rest.indexOf(' ') < 0) {
        sceneName();
      }
      return;
    }
    if (rest.indexOf(' ') < 0 && (sceneName() || releaseName())) {
      return;
    }
    int twice = rest.indexOf("__");
    if (twice > 1
        && rest.indexOf(' ') < 0
        && !rest.contains("_-_")
        && rest.lastIndexOf("__") == twice
        && twice + 3 < rest.length()
        && rest.charAt(twice + 2) != '(') {
      String work = rest.substring(twice + 2).replace('_', ' ');
      rest = Text.clean(rest.substring(0, twice).replace('_', ' ') + " - " + work);
      return;
    }
    if (!joinsWords()) {
      return;
    }
    if (hasSpacedWords()) {
      rest = forbiddenCharacters(rest);
    } else {
      rest = Text.clean(rest.replace('_', ' '));
    }
  }

  /** Whether an underscore stands beside a word of two letters: in "(=o_o=)" none does. */
  private boolean joinsWords() {
    int run = 0;
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (c == '_') {
        boolean before = run >= 2 || (i > 0 && ")]-".indexOf(rest.charAt(i - 1)) >= 0);
        boolean after =
            i + 1 == rest.length()
                || "([-_ ".indexOf(rest.charAt(i + 1)) >= 0
                || (i + 2 < rest.length()
                    && Character.isLetterOrDigit(rest.charAt(i + 1))
                    && Character.isLetterOrDigit(rest.charAt(i + 2)));
        if (before || after) {
          return true;
        }
      }
      run = Character.isLetterOrDigit(c) ? run + 1 : 0;
    }
    return false;
  }

  /** Whether there are spaces between words, not only around dashes. */
  private boolean hasSpacedWords() {
    for (int i = 1; i + 1 < rest.length(); i++) {
      if (rest.charAt(i) == ' ' && rest.charAt(i - 1) != '-' && rest.charAt(i + 1) != '-') {
        return true;
      }
    }
    return false;
  }

  /** In a name that has spaces, an underscore stands where a file system forbade a character. */
  private static String forbiddenCharacters(String s) {
    StringBuilder out = new StringBuilder(s.length() + 2);
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean last = i == s.length() - 1;
      if (c != '_' || last) {
        out.append(c);
        continue;
      }
      char before = i > 0 ? s.charAt(i - 1) : ' ';
      char after = i + 1 < s.length() ? s.charAt(i + 1) : ' ';
      char second = i + 2 < s.length() ? s.charAt(i + 2) : ' ';
      if (after == 's' && !Character.isLetterOrDigit(second) && Character.isLetter(before)) {
        out.append('\'');
      } else if (after == ' ' && Character.isLetterOrDigit(before)) {
        out.append(':');
      } else {
        out.append(' ');
      }
    }
    return Text.clean(out.toString());
  }

  /**
   * The names of the scene: "03-artist_name--title_(mix)-grp": no spaces, words joined by
   * underscores, fields by dashes, most of it in small letters.
   */
  private boolean sceneName() {
    String s = rest;
    int number = Chars.digits(s, 0);
    boolean vinyl = number == 0 && s.length() > 3 && isSide(s) && s.charAt(2) == '-';
    int from = vinyl ? 2 : number;
    if (!vinyl && (number < 2 || number > 3)) {
      return false;
    }
    if (from >= s.length() || (s.charAt(from) != '-' && s.charAt(from) != '_')) {
      return false;
    }
    if (s.contains("_-_")) {
      withoutGroup();
      return false;
    }
    if (s.indexOf('[') >= 0 || (s.indexOf('_') < 0 && s.chars().anyMatch(Character::isUpperCase))) {
      return false;
    }
    int start = Chars.skip(s, from, "-_");
    List<String> fields = new ArrayList<>();
    int fieldStart = start;
    for (int i = start; i <= s.length() && fields.size() < 8; i++) {
      if (i == s.length() || s.charAt(i) == '-') {
        if (i > fieldStart) {
          fields.add(s.substring(fieldStart, i));
        }
        fieldStart = i + 1;
      }
    }
    if (fields.size() < 2) {
      return false;
    }
    boolean group = fields.size() > 2 && Chars.isGroup(fields.getLast());
    if (group) {
      notes.add("The release group's name at the end was left out.");
      fields.removeLast();
    }
    trackNumber = vinyl ? null : Chars.number(s, 0, number);
    String act = fields.getFirst().replace('_', ' ').strip();
    String work = String.join("-", fields.subList(1, fields.size())).replace('_', ' ').strip();
    if (act.isEmpty() || work.isEmpty()) {
      return false;
    }
    scene = true;
    rest = act.replace(" feat ", " feat. ").replace(" ft ", " ft. ") + " - " + work;
    return true;
  }

  /** "01-artist_-_title-grp": the release group behind a name in small letters. */
  private void withoutGroup() {
    String s = rest;
    int dash = s.lastIndexOf('-');
    String tail = s.substring(dash + 1);
    if (dash > s.indexOf("_-_") + 2
        && s.charAt(dash - 1) != '_'
        && s.chars().noneMatch(Character::isUpperCase)
        && Chars.isGroup(tail)
        && Mix.of(tail).isEmpty()) {
      notes.add("The release group's name at the end was left out.");
      rest = s.substring(0, dash);
    }
  }

  /** A release's name: "Artist-Title-(CAT001)-WEB-2019-GRP", its fields told by year and group. */
  private boolean releaseName() {
    List<String> fields = List.of(rest.split("-", 10));
    int size = fields.size();
    if (size < 4 || rest.contains("_-_") || !Chars.isGroup(fields.getLast())) {
      return false;
    }
    if (!Marks.isYear(fields.get(size - 2))) {
      return false;
    }
    int end = size - 2;
    while (end > 2 && isOfRelease(fields.get(end - 1))) {
      end--;
    }
    String act = fields.getFirst().replace('_', ' ').strip();
    String work = String.join("-", fields.subList(1, end)).replace('_', ' ').strip();
    if (act.isEmpty() || work.isEmpty() || Chars.digits(act, 0) == act.length()) {
      return false;
    }
    scene = true;
    notes.add("The release's marks at the end were left out.");
    rest = act + " - " + work;
    return true;
  }

  private static boolean isOfRelease(String field) {
    return Marks.isMedium(field)
        || (field.length() > 2
            && field.startsWith("(")
            && Chars.isCatalogueNumber(field.substring(1, field.length() - 1)));
  }

  // ---- what DJs put around a name

  private void peelPrefix() {
    String s = rest;
    int skipped = 0;
    while (skipped < s.length() && isDecoration(s.charAt(skipped))) {
      skipped++;
    }
    if (skipped > 0 && skipped < s.length()) {
      rest = s.substring(skipped);
      return;
    }
    int announced = Marks.announcement(s);
    if (s.startsWith("- ") || s.startsWith("-_")) {
      rest = s.substring(2).strip();
    } else if (announced > 0 && announced < s.length()) {
      notes.add("An announcement in front was left out.");
      rest = s.substring(announced);
    } else if (!peelKeyPrefix() && !peelBpmPrefix() && !peelBracketPrefix() && !peelTrackNumber()) {
      peelSitePrefix();
    }
  }

  /**
   * "8A Artist - Title", "8A 124 Artist - Title", "HRB012 A1 Artist - Title", "A1 Artist - Title".
   */
  private boolean peelKeyPrefix() {
    String s = rest;
    int space = s.indexOf(' ');
    if (space < 1 || space > 10 || space + 3 >= s.length()) {
      return false;
    }
    int next = space + 1;
    if (Chars.isDash(s.charAt(next)) || separator(s, next) < 0) {
      return false;
    }
    String word = s.substring(0, space);
    Optional<MusicalKey> named = Marks.wheelKey(word);
    if (named.isPresent() && Character.isUpperCase(word.charAt(word.length() - 1))) {
      key = named.get();
      int end = s.indexOf(' ', next);
      Optional<Bpm> beats = end < 0 ? Optional.empty() : Marks.tempo(s.substring(next, end));
      if (beats.isPresent() && !Chars.isDash(s.charAt(end + 1))) {
        bpm = beats.get();
        next = end + 1;
      }
      rest = s.substring(next);
      return true;
    }
    if (Chars.isCatalogueNumber(word) && Chars.digitsBefore(word, space) >= 3) {
      int end = s.indexOf(' ', next);
      String second = end < 0 ? "" : s.substring(next, end);
      if (Marks.isNumberedSide(second) || (second.length() == 2 && Chars.digits(second, 0) == 2)) {
        catalogueNumber = word;
        rest = s.substring(end + 1);
        return true;
      }
    }
    boolean upper = Character.isUpperCase(s.codePointAt(next));
    if (upper && Marks.isNumberedSide(word) && Character.isUpperCase(word.charAt(0))) {
      rest = s.substring(next);
      return true;
    }
    if (upper
        && word.length() == 2
        && word.charAt(1) == ')'
        && Marks.isSide(word.substring(0, 1))) {
      rest = s.substring(next);
      return true;
    }
    return false;
  }

  private static boolean isDecoration(char c) {
    int type = Character.getType(c);
    return c == ' '
        || c == '•'
        || c == '*'
        || c == '~'
        || type == Character.OTHER_SYMBOL
        || type == Character.OTHER_NUMBER;
  }

  /** "122 bpm - ", "(128 BPM) ", "128bpm_". */
  private boolean peelBpmPrefix() {
    String s = rest;
    int digits = Chars.digits(s, 0);
    if (digits < 2 || digits > 3) {
      return false;
    }
    int at = digits;
    if (at + 1 < s.length() && s.charAt(at) == '.' && Chars.digits(s, at + 1) > 0) {
      at += 1 + Chars.digits(s, at + 1);
    }
    int unit = at < s.length() && s.charAt(at) == ' ' ? at + 1 : at;
    if (!Chars.startsWithIgnoringCase(s, unit, "bpm")) {
      return false;
    }
    int end = unit + 3;
    if (end >= s.length() || Character.isLetterOrDigit(s.charAt(end))) {
      return false;
    }
    bpm = Bpm.of(s.substring(0, at)).orElse(bpm);
    rest = s.substring(Chars.skip(s, end, " -_"));
    return true;
  }

  /** "(Tech House) artist - title", "[CAT001] artist - title", "[www.site.com] ...". */
  private boolean peelBracketPrefix() {
    String s = rest;
    if (s.isEmpty() || (s.charAt(0) != '(' && s.charAt(0) != '[')) {
      return false;
    }
    int close = s.indexOf(s.charAt(0) == '(' ? ')' : ']');
    if (close < 2 || close > 60 || close + 2 >= s.length()) {
      return false;
    }
    String inside = s.substring(1, close).strip();
    String after = s.substring(Chars.skip(s, close + 1, " -_"));
    if (after.isEmpty() || Chars.isWordAt(s, close + 1)) {
      return false;
    }
    if (inside.isEmpty()) {
      rest = after;
      return true;
    }
    int digits = Chars.digits(inside, 0);
    boolean divided = separator(after, 0) > 0;
    Optional<Genre> named = divided ? GenreNames.findMisspelt(inside) : Optional.empty();
    if (named.isPresent()) {
      genre = named.get();
    } else if (digits == inside.length() && digits > 0 && digits <= 2) {
      trackNumber = Chars.number(inside, 0, digits);
    } else if (divided && Bpm.of(inside).isPresent()) {
      bpm = Bpm.of(inside).orElse(bpm);
    } else if (Sites.isSite(inside)) {
      notes.add("A site's name in front was left out.");
    } else if (Sites.isQuality(inside) || Marks.isAnnouncement(inside)) {
      notes.add("\"" + inside + "\" in front was left out.");
    } else if (divided && Marks.wheelKey(inside).isPresent()) {
      key = Marks.wheelKey(inside).orElse(key);
    } else if (Chars.isCatalogueNumber(inside) && (s.charAt(0) == '[' || divided)) {
      catalogueNumber = inside;
    } else if (s.charAt(0) == '[' && divided) {
      label = inside;
    } else {
      return false;
    }
    rest = after;
    return true;
  }

  private boolean peelSitePrefix() {
    int dash = separator(rest, 0);
    if (dash > 0 && Sites.isSite(rest.substring(0, dash))) {
      notes.add("A site's name in front was left out.");
      rest = rest.substring(dash + 1 < rest.length() ? Chars.skip(rest, dash, " -–—_") : dash);
      return true;
    }
    return false;
  }

  /** "01. ", "01 - ", "01 ", "1-04 ", "A1 - ", "03_", "7) ". */
  private boolean peelTrackNumber() {
    String s = rest;
    if (trackNumber != null || s.length() < 3) {
      return false;
    }
    int hash = s.charAt(0) == '#' ? 1 : 0;
    if (hash == 1) {
      int count = Chars.digits(s, 1);
      return count > 0
          && count <= 3
          && count + 2 < s.length()
          && " .-_".indexOf(s.charAt(count + 1)) >= 0
          && separator(s, count + 3) > 0
          && takeNumber(1, count + 1, Chars.skip(s, count + 1, " .-_"));
    }
    int onDisc = Marks.afterDisc(s);
    if (onDisc > 0) {
      int end = Chars.skip(s, onDisc + 2, " .-_");
      return end > onDisc + 2 && takeNumber(onDisc, onDisc + 2, end);
    }
    int digits = Chars.digits(s, 0);
    if (digits == 0) {
      return peelVinylSide();
    }
    if (digits == 4 && s.charAt(0) == '0' && s.startsWith(" - ", 4)) {
      return takeNumber(0, 4, 7);
    }
    if (digits <= 2
        && s.length() > digits + 4
        && s.charAt(digits) == '.'
        && Chars.digits(s, digits + 1) == 2
        && s.charAt(digits + 1) < '4'
        && s.charAt(digits + 3) == ' '
        && digits == 1
        && Character.isLetter(s.charAt(digits + 4))) {
      return takeNumber(digits + 1, digits + 3, digits + 4);
    }
    if (digits > 3) {
      return false;
    }
    char after = digits < s.length() ? s.charAt(digits) : '\0';
    int more = after == '-' ? Chars.digits(s, digits + 1) : 0;
    if (digits <= 2
        && more == 2
        && digits + 3 < s.length()
        && " .".indexOf(s.charAt(digits + 3)) >= 0) {
      // Disc and track.
      return takeNumber(digits + 1, digits + 3, Chars.skip(s, digits + 3, " .-_"));
    }
    boolean sure =
        switch (after) {
          case '.' ->
              (digits <= 2 || s.startsWith(". ", digits))
                  && Chars.digits(s, digits + 1) == 0
                  && !s.startsWith("..", digits);
          case ')', ']' -> digits <= 2;
          case '=' -> true;
          case '_' -> digits <= 2;
          case '-' ->
              digits == 2 && digits + 1 < s.length() && Character.isLetter(s.charAt(digits + 1));
          case ' ' -> spacedNumber(digits);
          default -> false;
        };
    return sure && takeNumber(0, digits, Chars.skip(s, digits, " .-_=)]–—"));
  }

  /** "01 Title", "12 - Artist - Title": whether a number with a space behind it is the track's. */
  private boolean spacedNumber(int digits) {
    String s = rest;
    int next = Chars.skip(s, digits, " ");
    if (next >= s.length()) {
      return false;
    }
    if (Chars.isDash(s.charAt(next)) && next + 1 < s.length() && s.charAt(next + 1) == ' ') {
      if (digits < 3) {
        dashedNumber = true;
        return true;
      }
      boolean twoMore = separator(s, next + 1) > 0;
      if (twoMore && s.charAt(0) != '0' && Bpm.of(s.substring(0, digits)).isPresent()) {
        bpm = Bpm.of(s.substring(0, digits)).orElse(bpm);
        rest = s.substring(Chars.skip(s, next + 1, " "));
        return false;
      }
      return twoMore;
    }
    if (digits >= 2 && s.charAt(0) == '0') {
      return true;
    }
    if (digits == 3 && Character.isUpperCase(s.codePointAt(next)) && separator(s, next) > 0) {
      int tempo = Chars.number(s, 0, digits);
      if (tempo >= 115 && tempo <= 180) {
        bpm = Bpm.of(s.substring(0, digits)).orElse(bpm);
        rest = s.substring(next);
      }
      return false;
    }
    return digits == 2
        && s.charAt(0) < '5'
        && Character.isUpperCase(s.codePointAt(next))
        && !NumberedActs.isAct(s);
  }

  private boolean takeNumber(int from, int to, int end) {
    if (end >= rest.length()) {
      return false;
    }
    trackNumber = Chars.number(rest, from, to);
    rest = rest.substring(end);
    return true;
  }

  /** "A1. ", "B2 - ": the side of a record. */
  private boolean peelVinylSide() {
    String s = rest;
    if (!isSide(s)) {
      return false;
    }
    boolean dotted = s.startsWith(". ", 2);
    boolean dashed = s.startsWith(" - ", 2);
    if (dotted || (dashed && separator(s, 5) > 0)) {
      rest = s.substring(dotted ? 4 : 5).strip();
      return true;
    }
    return false;
  }

  private static boolean isSide(String s) {
    return s.length() > 5
        && Character.toUpperCase(s.charAt(0)) >= 'A'
        && Character.toUpperCase(s.charAt(0)) <= 'H'
        && s.charAt(1) >= '1'
        && s.charAt(1) <= '9';
  }

  private void peelSuffix() {
    String s = Chars.trimEnd(rest);
    if (s.isEmpty()) {
      return;
    }
    if (s.endsWith(" -") || s.endsWith(" _")) {
      rest = Chars.trimEnd(s.substring(0, s.length() - 2));
      return;
    }
    char last = s.charAt(s.length() - 1);
    if (last == ')' || last == ']') {
      peelBracketSuffix(s, last == ')' ? '(' : '[');
      return;
    }
    int space = s.lastIndexOf(' ');
    int site = Math.max(s.lastIndexOf("-www."), s.lastIndexOf("_www."));
    if (site > 0) {
      notes.add("A site's name at the end was left out.");
      rest = Chars.trimEnd(s.substring(0, site));
      return;
    }
    if (peelBpmSuffix(s, s.length())) {
      return;
    }
    if (peelKeyAndTempoSuffix(s)) {
      return;
    }
    if (space > 0 && Sites.isSite(s.substring(space + 1))) {
      notes.add("A site's name at the end was left out.");
      rest = Chars.trimEnd(s.substring(0, space));
      return;
    }
    peelNumberSuffix(s);
  }

  /** " 8A 124", " 124 8A" behind a name; " 124", " 8A" behind its version. */
  private boolean peelKeyAndTempoSuffix(String s) {
    int space = s.lastIndexOf(' ');
    if (space < 3 || s.length() - space > 7) {
      return false;
    }
    String last = s.substring(space + 1);
    Optional<MusicalKey> named = Marks.wheelKey(last);
    Optional<Bpm> beats = Marks.tempo(last);
    if (named.isEmpty() && beats.isEmpty()) {
      return false;
    }
    String before = Chars.trimEnd(s.substring(0, space));
    int second = before.lastIndexOf(' ');
    String other = before.substring(second + 1);
    if (second > 3
        && (named.isPresent()
            ? Marks.tempo(other).isPresent()
            : Marks.wheelKey(other).isPresent())) {
      key = named.or(() -> Marks.wheelKey(other)).orElse(key);
      bpm = beats.or(() -> Marks.tempo(other)).orElse(bpm);
      rest = Chars.trimEnd(before.substring(0, second));
      return true;
    }
    if (!before.endsWith(")") || before.lastIndexOf('(') < 2) {
      return false;
    }
    key = named.orElse(key);
    bpm = beats.orElse(bpm);
    rest = before;
    return true;
  }

  /** " 128 BPM", "_128bpm" before an index, behind a name. */
  private boolean peelBpmSuffix(String s, int end) {
    if (end < 8 || !Chars.startsWithIgnoringCase(s, end - 3, "bpm")) {
      return false;
    }
    int number = s.charAt(end - 4) == ' ' ? end - 4 : end - 3;
    int digits = Chars.digitsBefore(s, number);
    int start = number - digits;
    if (digits < 2 || digits > 3 || start < 2 || s.charAt(start - 1) != ' ') {
      return false;
    }
    bpm = Bpm.of(s.substring(start, number)).orElse(bpm);
    rest = Chars.trimEnd(s.substring(0, start));
    return true;
  }

  private void peelBracketSuffix(String s, char opener) {
    int open = s.lastIndexOf(opener);
    if (open <= 0) {
      return;
    }
    String inside = s.substring(open + 1, s.length() - 1).strip();
    String before = Chars.trimEnd(s.substring(0, open));
    boolean attached = s.charAt(open - 1) != ' ';
    String uncopied = withoutCopyMark(s);
    if (uncopied.length() < s.length()) {
      rest = uncopied;
    } else if (inside.startsWith("-") && MusicalKey.of(inside.substring(1).strip()).isPresent()) {
      key = MusicalKey.of(inside.substring(1).strip()).orElse(key);
      rest = before;
    } else if (inside.length() > 5
        && Chars.endsWithIgnoringCase(inside, "bpm")
        && Bpm.of(inside).isPresent()) {
      bpm = Bpm.of(inside).orElse(bpm);
      rest = before;
    } else if (Sites.isSite(inside) || Sites.isQuality(inside)) {
      notes.add("\"" + inside + "\" at the end was left out.");
      rest = before;
    } else if (takeKeyAndTempo(inside)) {
      rest = before;
    } else if (Marks.wheelKey(inside).isPresent()) {
      key = Marks.wheelKey(inside).orElse(key);
      rest = before;
    } else if (Marks.isMinor(inside) && separator(before, 0) > 0) {
      key = MusicalKey.of(inside).orElse(key);
      rest = before;
    } else if (opener == '['
        && inside.length() >= 6
        && Chars.digits(inside, 0) == inside.length()) {
      storeId = inside;
      rest = before;
    } else if (opener == '[' && Marks.isYear(inside)) {
      rest = before;
    } else if (opener == '(' && Marks.isYear(inside) && before.endsWith("]")) {
      rest = before;
    } else if (opener == '['
        && !attached
        && inside.length() == 3
        && Marks.tempo(inside).isPresent()) {
      bpm = Marks.tempo(inside).orElse(bpm);
      rest = before;
    } else if (opener == '('
        && Chars.isCatalogueNumber(inside)
        && Chars.digitsBefore(inside, inside.length()) >= 3
        && separator(before, 0) > 0) {
      catalogueNumber = inside;
      rest = before;
    } else if (dropInnerTail(before, inside, opener)) {
      return;
    } else if (attached && inside.equalsIgnoreCase("explicit")) {
      rest = before;
    } else if (before.endsWith(s.substring(open)) && Mix.of(inside).isPresent()) {
      rest = before;
    } else if (inside.isEmpty()) {
      rest = before;
    }
  }

  /** Pools write key and tempo into the version's bracket: "(Clean - 8A - 124)". */
  private boolean dropInnerTail(String before, String inside, char opener) {
    String left = inside;
    for (int i = 0; i < 2; i++) {
      int dash = left.lastIndexOf(" - ");
      if (dash < 1) {
        break;
      }
      String tail = left.substring(dash + 3).strip();
      Optional<MusicalKey> named = Marks.wheelKey(tail);
      Optional<Bpm> beats = Marks.tempo(tail);
      if (named.isEmpty() && beats.isEmpty()) {
        break;
      }
      key = named.orElse(key);
      bpm = beats.orElse(bpm);
      left = Chars.trimEnd(left.substring(0, dash));
    }
    if (left.length() == inside.length()) {
      return false;
    }
    rest = before + " " + opener + left + (opener == '(' ? ")" : "]");
    return true;
  }

  /** "(8A 122)", "[122 - Am]": a key beside a tempo, and nothing else. */
  private boolean takeKeyAndTempo(String inside) {
    int space = inside.indexOf(' ');
    if (space < 1 || inside.length() > 12) {
      return false;
    }
    String one = inside.substring(0, space);
    String other = inside.substring(Chars.skip(inside, space, " -"));
    boolean keyFirst = MusicalKey.of(one).isPresent();
    Optional<MusicalKey> named = MusicalKey.of(keyFirst ? one : other);
    Optional<Bpm> tempo = Bpm.of(keyFirst ? other : one).filter(NameReader::isLikely);
    if (named.isEmpty() || tempo.isEmpty()) {
      return false;
    }
    key = named.get();
    bpm = tempo.get();
    return true;
  }

  /** " - 127", " - 0", " - 8A", " - 8A - 7", " - 02", "_179". */
  private void peelNumberSuffix(String s) {
    int dash = lastSeparator(s);
    if (dash <= 0) {
      return;
    }
    String tail = s.substring(dash + 3).strip();
    String before = Chars.trimEnd(s.substring(0, dash));
    boolean surrounded =
        separator(before, 0) >= 0 || before.endsWith(")") || before.startsWith("- ");
    if (!surrounded || tail.isEmpty() || tail.length() > 8) {
      return;
    }
    boolean number = Chars.digits(tail, 0) > 0 && Chars.isDecimal(tail);
    Optional<MusicalKey> named = MusicalKey.of(tail);
    if (number && tail.equals("0")) {
      template = true;
      rest = before;
    } else if (number && tail.charAt(0) == '0' && tail.length() <= 3) {
      trackNumber = trackNumber == null ? Chars.number(tail, 0, tail.length()) : trackNumber;
      rest = before;
    } else if (number && Bpm.of(tail).filter(NameReader::isLikely).isPresent()) {
      bpm = Bpm.of(tail).orElse(bpm);
      template = true;
      rest = before;
    } else if (named.isPresent()
        && (Chars.digits(tail, 0) > 0 || (Marks.isMinor(tail) && separator(before, 0) > 0))) {
      key = named.get();
      rest = before;
    } else if (number
        && tail.length() <= 2
        && lastSeparator(before) > 0
        && MusicalKey.of(before.substring(lastSeparator(before) + 3)).isPresent()) {
      energy = Chars.number(tail, 0, tail.length());
      rest = before;
    }
  }

  private static boolean isLikely(Bpm bpm) {
    return bpm.value().intValue() >= 60 && bpm.value().intValue() <= 210;
  }

  // ---- artist and title

  /** Where the first separator outside brackets begins, as " - " does at its space; -1 if none. */
  private static int separator(String s, int from) {
    return separator(s, from, false);
  }

  private static int lastSeparator(String s) {
    return separator(s, 0, true);
  }

  private static int separator(String s, int from, boolean last) {
    // A bracket opens only if it is closed further on: names are cut inside brackets.
    int lastRound = s.lastIndexOf(')');
    int lastSquare = s.lastIndexOf(']');
    int depth = 0;
    int found = -1;
    for (int i = from; i + 2 < s.length(); i++) {
      char c = s.charAt(i);
      if ((c == '(' && i < lastRound) || (c == '[' && i < lastSquare)) {
        depth++;
      } else if ((c == ')' || c == ']') && depth > 0) {
        depth--;
      } else if (depth == 0 && c == ' ' && Chars.isDash(s.charAt(i + 1)) && isBoundary(s, i + 2)) {
        if (!last) {
          return i;
        }
        found = i;
      }
    }
    return found;
  }

  /** " -- " separates as " - " does. */
  private static boolean isBoundary(String s, int at) {
    return s.charAt(at) == ' ' || (s.charAt(at) == '-' && s.startsWith("- ", at));
  }

  /** The parts between separators, at most eight, none empty. */
  private List<String> parts() {
    List<String> parts = new ArrayList<>(3);
    String s = rest;
    int start = 0;
    int lastRound = s.lastIndexOf(')');
    int lastSquare = s.lastIndexOf(']');
    int depth = 0;
    for (int i = 0; i + 2 < s.length() && parts.size() < 7; i++) {
      char c = s.charAt(i);
      if ((c == '(' && i < lastRound) || (c == '[' && i < lastSquare)) {
        depth++;
      } else if ((c == ')' || c == ']') && depth > 0) {
        depth--;
      } else if (depth == 0 && c == ' ' && Chars.isDash(s.charAt(i + 1)) && isBoundary(s, i + 2)) {
        add(parts, s.substring(start, i));
        i += s.charAt(i + 2) == ' ' ? 1 : 2;
        start = i + 1;
      }
    }
    add(parts, s.substring(start));
    return parts;
  }

  private void add(List<String> parts, String part) {
    String clean = part.strip();
    if (!clean.isEmpty() && !clean.equals("-")) {
      parts.add(clean);
    } else {
      template = true;
    }
  }

  private void assign(List<String> parts) {
    dropLeadingMeta(parts);
    dropMiddleMeta(parts);
    switch (parts.size()) {
      case 0 -> title = null;
      case 1 -> single(parts.getFirst());
      case 2 -> pair(parts.getFirst(), parts.get(1));
      default -> several(parts);
    }
  }

  /** Genre, key, tempo, energy, empty or site parts in front of an artist and a title. */
  private void dropLeadingMeta(List<String> parts) {
    while (parts.size() > 2) {
      String first = parts.getFirst();
      Optional<Genre> named = GenreNames.find(first);
      if (named.isPresent()) {
        genre = named.get();
      } else if (first.equalsIgnoreCase("unsorted")) {
        notes.add("\"unsorted\" in front was left out.");
      } else if (Chars.digits(first, 0) > 0 && MusicalKey.of(first).isPresent()) {
        key = MusicalKey.of(first).orElse(key);
      } else if (Chars.isDecimal(first) && Bpm.of(first).filter(NameReader::isLikely).isPresent()) {
        bpm = Bpm.of(first).orElse(bpm);
      } else if (key != null && Chars.digits(first, 0) == first.length() && first.length() <= 2) {
        energy = Chars.number(first, 0, first.length());
      } else if (Chars.isCatalogueNumber(first)) {
        catalogueNumber = first;
      } else if (parts.size() > 3
          && MusicalKey.of(first).isPresent()
          && Marks.tempo(parts.get(1)).isPresent()) {
        key = MusicalKey.of(first).orElse(key);
      } else if (Marks.isYear(first) || Marks.isDate(first) || Marks.isSide(first)) {
        notes.add("\"" + first + "\" in front was left out.");
      } else if (Marks.isAnnouncement(first)) {
        notes.add("An announcement in front was left out.");
      } else if (catalogueNumber != null
          && first.length() <= 2
          && Chars.digits(first, 0) == first.length()) {
        trackNumber = trackNumber == null ? Chars.number(first, 0, first.length()) : trackNumber;
      } else {
        break;
      }
      parts.removeFirst();
    }
  }

  /**
   * "Artist - 2019 - Title", "Artist - A1 - Title", "Artist - CAT001 - Title", a channel's mark.
   */
  private void dropMiddleMeta(List<String> parts) {
    if (parts.size() != 3) {
      return;
    }
    String middle = parts.get(1);
    boolean number = Chars.isCatalogueNumber(middle);
    if (number) {
      catalogueNumber = middle;
    }
    if (number || Marks.isYear(middle) || Marks.isNumberedSide(middle) || middle.equals("Topic")) {
      parts.remove(1);
    }
  }

  private void pair(String first, String second) {
    boolean fields = template || bpm != null;
    Optional<Genre> named =
        fields || GenreNames.isHardlyAnAct(first) ? GenreNames.find(first) : Optional.empty();
    if (named.isPresent() && !GenreNames.isAlsoAnAct(first)) {
      genre = named.get();
      single(second);
      return;
    }
    if (isWholeMix(second)) {
      // "Title - Extended Mix": a version is nobody's title.
      single(first + " - " + second);
      titleConfidence = 0.5;
      return;
    }
    int mixEnd = mixBeforeNames(second);
    if (mixEnd > 0) {
      set(
          second.substring(mixEnd).strip(),
          first + " (" + second.substring(0, mixEnd) + ")",
          0.6,
          0.6);
      return;
    }
    if (second.length() > 3
        && second.charAt(0) == '0'
        && Chars.digits(second, 0) == 2
        && second.charAt(2) == ' '
        && trackNumber == null) {
      trackNumber = Chars.number(second, 0, 2);
      set(first, second.substring(3).strip(), 0.85, 0.85);
      return;
    }
    int sideEnd = second.indexOf(' ');
    if (sideEnd > 1
        && sideEnd + 1 < second.length()
        && trackNumber == null
        && Marks.isNumberedSide(second.substring(0, sideEnd))
        && Character.isUpperCase(second.charAt(0))
        && Character.isUpperCase(second.codePointAt(sideEnd + 1))) {
      set(first, second.substring(sideEnd + 1), 0.75, 0.7);
      return;
    }
    // "Artist/Album/Title - Artist". The nearest folder alone would not do: a single's album is
    // called as its title is.
    boolean folderKnowsSecond =
        second.length() > 2
            && Chars.foldEquals(second, path.folder(1))
            && !Chars.foldEquals(first, second)
            && !Chars.foldEquals(first, path.folder(0));
    // Lists numbered "01 - " mostly come from downloaders that keep the first of the artists only.
    double sure = dashedNumber ? 0.77 : trackNumber != null ? 0.97 : 0.9;
    set(folderKnowsSecond ? second : first, folderKnowsSecond ? first : second, sure, sure);
  }

  /** Lists of shops: "Title - Extended Mix Artist, Artist". Where the version ends; 0 if none. */
  private static int mixBeforeNames(String part) {
    for (String mix : List.of("Extended Mix ", "Original Mix ", "Radio Edit ", "Club Mix ")) {
      if (part.startsWith(mix)
          && part.length() > mix.length()
          && Character.isUpperCase(part.codePointAt(mix.length()))) {
        return mix.length() - 1;
      }
    }
    return 0;
  }

  private static boolean isWholeMix(String part) {
    String lower = part.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "original mix",
          "extended mix",
          "radio edit",
          "club mix",
          "dub mix",
          "original",
          "extended",
          "remastered",
          "instrumental",
          "acapella",
          "extended version" ->
          true;
      default -> false;
    };
  }

  private void several(List<String> parts) {
    if (Placeholders.isPlaceholder(parts.getFirst()) && Chars.digits(parts.getLast(), 0) != 2) {
      // "VA - Album - 03 - Artist - Title": the two at the end are the track's.
      int size = parts.size();
      boolean numbered = Chars.digits(parts.get(size - 2), 0) == parts.get(size - 2).length();
      String act = parts.get(size - 2);
      boolean led =
          Chars.digits(act, 0) == 2 && act.length() > 3 && " .".indexOf(act.charAt(2)) >= 0;
      if (led) {
        trackNumber = trackNumber == null ? Chars.number(act, 0, 2) : trackNumber;
        act = act.substring(Chars.skip(act, 2, " ."));
      }
      set(numbered ? parts.getFirst() : act, parts.getLast(), 0.7, 0.7);
      return;
    }
    String first = parts.getFirst();
    String folder = Chars.fold(path.folder(0));
    // "Artist - Album - 04 Title" and "Artist - Album - 04 - Title": the number says where it ends.
    for (int i = 1; i < parts.size(); i++) {
      String part = parts.get(i);
      int digits = Chars.digits(part, 0);
      boolean alone = digits == part.length();
      if (digits < 1 || digits > 3 || (alone && i == parts.size() - 1)) {
        continue;
      }
      boolean leads =
          digits == 2 && digits + 1 < part.length() && " ._".indexOf(part.charAt(digits)) >= 0;
      if (leads && part.charAt(0) < '4' && i == parts.size() - 2 && digits == 2) {
        // "Label - Compilation - 04 Artist - Title"
        trackNumber = trackNumber == null ? Chars.number(part, 0, digits) : trackNumber;
        set(part.substring(Chars.skip(part, digits, " ._")), parts.getLast(), 0.7, 0.7);
        return;
      }
      if (alone || (leads && i == parts.size() - 1 && i > 1)) {
        trackNumber = trackNumber == null ? Chars.number(part, 0, digits) : trackNumber;
        String work = alone ? "" : part.substring(Chars.skip(part, digits, " ._"));
        String after = String.join(" - ", parts.subList(i + 1, parts.size()));
        set(first, work.isEmpty() ? after : work, 0.85, 0.85);
        return;
      }
    }
    String second = parts.get(1);
    if (Chars.fold(first).equals(Chars.fold(second))) {
      // Some shops' downloaders write the artist twice.
      set(first, String.join(" - ", parts.subList(2, parts.size())), 0.9, 0.85);
    } else if (!folder.isEmpty() && parts.size() == 3 && isAlbumFolder(folder, second)) {
      set(first, parts.get(2), 0.85, 0.8);
    } else if (Sites.isSurelyLabel(parts.getLast())) {
      label = parts.getLast();
      set(first, String.join(" - ", parts.subList(1, parts.size() - 1)), 0.8, 0.75);
    } else {
      set(first, String.join(" - ", parts.subList(1, parts.size())), 0.75, 0.7);
    }
  }

  private static boolean isAlbumFolder(String folder, String part) {
    String folded = Chars.fold(part);
    return folded.length() > 3 && (folder.equals(folded) || folder.endsWith(folded));
  }

  /** One part: a title, unless a tight dash or a version in the middle divides it. */
  private void single(String part) {
    int mixed = part.indexOf(" - ");
    if (mixed < 0 && otherwiseDivided(part)) {
      return;
    }
    if (mixed < 0) {
      int dash = looseDash(part);
      if (dash > 0) {
        String before = part.substring(0, dash).strip();
        String after = part.substring(dash + 1).strip();
        boolean spaced = part.charAt(dash + 1) == ' ' || part.charAt(dash - 1) == ' ';
        set(before, after, spaced ? 0.75 : 0.5, spaced ? 0.75 : 0.5);
        return;
      }
    }
    title = part;
    titleConfidence = 0.7;
  }

  /** "Artist • Title", "Artist ~ Title", "Artist--Title", "Artist「Title」". */
  private boolean otherwiseDivided(String part) {
    for (String sign : List.of(" • ", " · ", " ~ ", " | ", " // ", "--")) {
      int at = part.indexOf(sign);
      if (at > 1 && part.indexOf(sign, at + 1) < 0 && at + sign.length() + 1 < part.length()) {
        set(part.substring(0, at).strip(), part.substring(at + sign.length()).strip(), 0.6, 0.6);
        return true;
      }
    }
    int open = part.indexOf('「');
    if (open > 0 && part.indexOf('」') == part.length() - 1 && open + 2 < part.length()) {
      set(part.substring(0, open).strip(), part.substring(open + 1, part.length() - 1), 0.7, 0.7);
      return true;
    }
    return false;
  }

  /**
   * Where "Artist- Title", "Artist -Title" or, with words on either side, "Artist-Title" divides;
   * -1 if nowhere. A file with a track number names its artist in its folder, so its dash is the
   * title's own.
   */
  private int looseDash(String part) {
    int only = -1;
    int depth = 0;
    for (int i = 1; i + 1 < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '(' || c == '[') {
        depth++;
      } else if (c == ')' || c == ']') {
        depth--;
      } else if (depth == 0 && Chars.isDash(c)) {
        if ((part.charAt(i + 1) == ' ') != (part.charAt(i - 1) == ' ')) {
          return i;
        }
        if (only >= 0) {
          return -1;
        }
        only = i;
      }
    }
    if (only < 3 || trackNumber != null || part.length() - only < 4) {
      return -1;
    }
    boolean words = part.indexOf(' ') > 0;
    boolean afterName =
        Character.isLetterOrDigit(part.charAt(only - 1))
            && Character.isLetterOrDigit(part.charAt(only + 1));
    // "Jay-Z" and "Re-Edit" are one word; so is a dash inside a title's word of many.
    int wordStart = part.lastIndexOf(' ', only);
    int wordEnd = part.indexOf(' ', only);
    boolean oneWordEachSide = wordStart < 0 && wordEnd < 0;
    boolean atNameEnd =
        words && (wordStart < 0 || Character.isUpperCase(part.codePointAt(only + 1)));
    return afterName && (atNameEnd || oneWordEachSide) ? only : -1;
  }

  private void set(String act, String work, double actConfidence, double workConfidence) {
    artist = Spelling.unquoted(act);
    title = Spelling.unquoted(work);
    artistConfidence = actConfidence;
    titleConfidence = workConfidence;
  }

  // ---- what hangs on the title

  private void finishTitle() {
    String t = title;
    if (t == null) {
      return;
    }
    // A label and a catalogue number may both follow.
    t = withoutLabel(withoutLabel(t));
    t = closed(t);
    t = Chars.trimEnd(t);
    int length = t.length();
    if (length > 1
        && "-_".indexOf(t.charAt(length - 1)) >= 0
        && Character.isLetterOrDigit(t.charAt(length - 2))) {
      // Of the characters that may not be in a file's name, only the question mark ends a title.
      String plain = t.substring(0, length - 1);
      t = Mix.inTitle(plain).isPresent() ? plain : plain + "?";
      titleConfidence = Math.min(titleConfidence, 0.6);
    }
    title = t.isEmpty() ? title : t;
  }

  /** "[Glasgow Underground]", "[CAT001]" behind a version or a whole title. */
  private String withoutLabel(String t) {
    if (!t.endsWith("]")) {
      return t;
    }
    int open = t.lastIndexOf('[');
    if (open < 2) {
      return t;
    }
    String inside = t.substring(open + 1, t.length() - 1).strip();
    String before = Chars.trimEnd(t.substring(0, open));
    if (inside.isEmpty()
        || Mix.of(inside).isPresent()
        || Chars.isDecimal(inside)
        || isPoolWord(inside)) {
      return t;
    }
    if (Chars.isCatalogueNumber(inside)) {
      catalogueNumber = inside;
      return before;
    }
    if (before.endsWith(")") || Sites.isLabel(inside)) {
      label = inside;
      return before;
    }
    // A name in square brackets alone may be the label's or a part of the title.
    label = inside;
    titleConfidence = Math.min(titleConfidence, 0.6);
    return before;
  }

  /** What pools write in brackets of either kind. */
  private static boolean isPoolWord(String inside) {
    return switch (inside.toLowerCase(Locale.ROOT)) {
      case "clean", "dirty", "explicit", "intro", "outro", "intro clean", "intro dirty" -> true;
      default -> false;
    };
  }

  /** Names cut short by a program's limit end inside a bracket. */
  private String closed(String t) {
    int round = t.lastIndexOf('(');
    int square = t.lastIndexOf('[');
    if (square > t.lastIndexOf(']') && square > 1) {
      cut = true;
      notes.add("The name was cut short inside \"" + t.substring(square) + "\".");
      return closed(Chars.trimEnd(t.substring(0, square)));
    }
    if (round <= t.lastIndexOf(')') || round < 2) {
      return t;
    }
    cut = true;
    String fragment = t.substring(round + 1).strip();
    String before = Chars.trimEnd(t.substring(0, round));
    notes.add("The name was cut short inside \"(" + fragment + "\".");
    String known = knownMix(fragment);
    return known == null ? before : before + " (" + known + ")";
  }

  /** The usual version a cut bracket can only have meant: "(Origi", "(Extended M". */
  private static @Nullable String knownMix(String fragment) {
    for (String known : List.of("Original Mix", "Extended Mix", "Radio Edit", "Club Mix")) {
      if (fragment.length() >= 3 && known.regionMatches(true, 0, fragment, 0, fragment.length())) {
        return known;
      }
    }
    return null;
  }

  // ---- folders

  private void lookAtFolders() {
    if (artist == null) {
      folderArtist();
    } else {
      collaborators();
    }
  }

  private void folderArtist() {
    String t = title;
    if (t != null && t.startsWith("Demo Track ") && path.folder(0).equals("Demo Tracks")) {
      // The two tracks rekordbox installs with itself.
      artist = "Loopmasters";
      artistConfidence = 0.9;
      titleConfidence = 0.9;
      return;
    }
    boolean side = t != null && t.length() > 4 && isSide(t) && t.charAt(2) == ' ';
    Folders.Act act = Folders.act(path, trackNumber != null || side);
    if (act == null || t == null) {
      return;
    }
    if (side && Character.isUpperCase(t.codePointAt(3))) {
      t = t.substring(3);
      title = t;
    }
    artist = act.name();
    artistConfidence = act.confidence();
    if (t.length() > act.name().length() + 1) {
      // "Alt A Higher" in the folder of Alt-A.
      int end = Chars.foldedPrefix(t, act.name());
      int next = end < 0 ? t.length() : Chars.skip(t, end, " -");
      if (next > end && next < t.length() && Character.isLetterOrDigit(t.codePointAt(next))) {
        title = t.substring(next);
        artistConfidence = 0.7;
      }
    }
  }

  /**
   * Downloaders put a single into "all its artists/title/" and name each file after its first
   * artist alone: the folder then completes the artist. Of a split single "A - B", whose artists
   * are listed in the order of its two titles, those of B run from B's first to the end.
   */
  private void collaborators() {
    String act = artist;
    String t = title;
    String all = path.folder(1);
    if (act == null || t == null || all.length() <= act.length() || all.indexOf(", ") < 0) {
      return;
    }
    int at = ("," + all + ",").replace(", ", ",").indexOf("," + act + ",");
    String album = Folders.withoutIds(path.folder(0));
    boolean single = at == 0 && album.equalsIgnoreCase(t);
    boolean secondOfTwo =
        at > 0 && album.endsWith(" - " + t) && album.indexOf(" - ") == album.lastIndexOf(" - ");
    if (single || secondOfTwo) {
      artist = single ? all : all.substring(all.indexOf(act));
      artistConfidence = Math.min(artistConfidence, 0.8);
    }
  }

  private void dropPlaceholders() {
    artist = artist == null || artist.isBlank() ? null : artist;
    title = title == null || title.isBlank() ? null : title;
    if (artist != null && Placeholders.isPlaceholder(artist)) {
      artist = null;
      notes.add("The artist is a placeholder.");
    }
    if (title != null && Placeholders.isPlaceholder(title)) {
      title = null;
      notes.add("The title is a placeholder.");
    }
  }

  // ---- the answer

  private NameReading reading() {
    String t = title;
    double both = joint();
    Mix mix = t == null ? null : Mix.inTitle(t).orElse(null);
    String featured = t == null ? null : Featuring.in(t);
    if (featured == null && artist != null) {
      featured = Featuring.in(artist);
    }
    return new NameReading(
        path,
        found(artist, Math.min(artistConfidence, cut ? 0.9 : 1)),
        found(t, cut ? titleConfidence * 0.5 : titleConfidence),
        found(mix, cut ? 0.8 : 0.95),
        found(featured, 0.9),
        found(label, label != null && Sites.isLabel(label) ? 0.9 : 0.7),
        found(catalogueNumber, 0.8),
        found(genre, 0.85),
        found(bpm, 0.9),
        found(key, 0.9),
        found(trackNumber, 0.9),
        found(storeId, 0.95),
        found(energy, 0.8),
        both,
        notes);
  }

  private double joint() {
    if (title == null) {
      return 0.05;
    }
    if (artist == null) {
      return 0.1;
    }
    double weakest = Math.min(artistConfidence, titleConfidence);
    double sceneFactor = scene ? 0.8 : 1;
    double whole = cut ? 0.4 : perhapsCut ? 0.85 : 1;
    return whole * sceneFactor * weakest;
  }

  private static <T> @Nullable Found<T> found(@Nullable T value, double confidence) {
    return value == null ? null : new Found<>(value, confidence);
  }
}
