package culturalintelligence.domain.music;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A version of a piece, as a title or a bracket in it says.
 *
 * @param text as a person writes it, without brackets: {@code Dave Clarke Remix}
 * @param remixer whose version it is, null when it is nobody's in particular
 */
public record Mix(MixKind kind, String text, @Nullable String remixer) {
  private static final int LONGEST = 200;

  /** Words that say what sort of version it is, so are no part of a remixer's name. */
  private static final Set<String> QUALIFIERS =
      Set.of(
          "extended",
          "instrumental",
          "instr",
          "inst",
          "club",
          "dub",
          "dubb",
          "vocal",
          "radio",
          "original",
          "main",
          "vip",
          "clean",
          "dirty",
          "explicit",
          "intro",
          "outro",
          "short",
          "long",
          "full",
          "official",
          "re",
          "live",
          "album",
          "single",
          "edit",
          "version",
          "mix",
          "remix",
          "dj",
          "unreleased",
          "re-edit",
          "the",
          "a",
          "classic",
          "peak",
          "time",
          "deep",
          "hard",
          "special",
          "exclusive",
          "private",
          "festival",
          "bootleg",
          "night",
          "day",
          "morning",
          "sunset",
          "sunrise",
          "summer",
          "winter",
          "beach",
          "12",
          "7",
          "inch",
          "ii",
          "2.0",
          "4x4",
          "tech",
          "afro",
          "tribal",
          "funky",
          "nudisco",
          "disco",
          "rave",
          "breaks",
          "old",
          "new",
          "school",
          "skool",
          "alternative",
          "demo",
          "final",
          "remaster",
          "remastered",
          "mono",
          "stereo",
          "dance",
          "house",
          "techno",
          "trance",
          "garage");

  /**
   * The version a phrase names: {@code Original Mix}, {@code Zed Bias 4x4 Mix}, {@code VIP}, {@code
   * Remixed by X}. Empty when it speaks of none, as {@code feat. X} and {@code Clean} do.
   */
  public static Optional<Mix> of(String phrase) {
    if (phrase.length() > LONGEST) {
      return Optional.empty();
    }
    List<String> words = words(phrase);
    if (words.isEmpty() || isFeaturing(words.getFirst())) {
      return Optional.empty();
    }
    MixKind kind = kind(words);
    return kind == null
        ? Optional.empty()
        : Optional.of(new Mix(kind, text(phrase.strip(), kind), remixer(phrase, words, kind)));
  }

  /**
   * The version a whole title names: in its brackets, after its last dash, or bare at its end. Of
   * several, the one that says whose or what it is goes before {@code Extended} and {@code
   * Original}; of equals, the last.
   */
  public static Optional<Mix> inTitle(String title) {
    if (title.length() > 2 * LONGEST) {
      return Optional.empty();
    }
    Mix best = null;
    int open = -1;
    for (int i = 0; i < title.length(); i++) {
      char c = title.charAt(i);
      if (c == '(' || c == '[') {
        open = i;
      } else if ((c == ')' || c == ']') && open >= 0) {
        Mix mix = of(title.substring(open + 1, i)).orElse(null);
        if (mix != null && (best == null || mix.weight() >= best.weight())) {
          best = mix;
        }
        open = -1;
      }
    }
    if (best != null) {
      return Optional.of(best);
    }
    int dash = title.lastIndexOf(" - ");
    if (dash > 0) {
      int bracket = title.indexOf('(', dash);
      Optional<Mix> after = of(title.substring(dash + 3, bracket < 0 ? title.length() : bracket));
      if (after.isPresent()) {
        return after;
      }
    }
    return bare(title);
  }

  /** A version in plain words at the end: "Strobe Original Mix", "Strobe VIP". */
  private static Optional<Mix> bare(String title) {
    int last = title.lastIndexOf(' ');
    if (last <= 0) {
      return Optional.empty();
    }
    int before = title.lastIndexOf(' ', last - 1);
    if (before > 0) {
      String pair = title.substring(before + 1).toLowerCase(Locale.ROOT);
      switch (pair) {
        case "original mix",
            "extended mix",
            "radio edit",
            "radio mix",
            "club mix",
            "dub mix",
            "vocal mix",
            "extended version",
            "extended remix",
            "vip mix",
            "instrumental mix",
            "mash up",
            "re edit" -> {
          return of(title.substring(before + 1));
        }
        default -> {}
      }
    }
    return switch (title.substring(last + 1).toLowerCase(Locale.ROOT)) {
      case "remix",
          "rmx",
          "bootleg",
          "vip",
          "mashup",
          "rework",
          "acapella",
          "instrumental",
          "extended",
          "edit",
          "re-edit" ->
          of(title.substring(last + 1));
      default -> Optional.empty();
    };
  }

  private int weight() {
    return switch (kind) {
      case REMIX, BOOTLEG, VIP, MASHUP, REWORK, EDIT, DUB, ACAPELLA, INSTRUMENTAL -> 2;
      case EXTENDED, RADIO_EDIT, CLUB, LIVE, REMASTER -> 1;
      case ORIGINAL -> 0;
    };
  }

  private static boolean isFeaturing(String word) {
    return switch (word) {
      case "feat", "ft", "featuring", "with", "w", "prod" -> true;
      default -> false;
    };
  }

  private static @Nullable MixKind kind(List<String> words) {
    String last = words.getLast();
    String before = words.size() > 1 ? words.get(words.size() - 2) : "";
    if (words.contains("mashup") || follows(words, "mash", "up")) {
      return MixKind.MASHUP;
    }
    if (words.contains("bootleg") || (words.size() > 1 && last.equals("boot"))) {
      return MixKind.BOOTLEG;
    }
    if (isAcapella(last) || words.stream().anyMatch(Mix::isAcapella)) {
      return MixKind.ACAPELLA;
    }
    if (words.contains("vip")) {
      return MixKind.VIP;
    }
    if (words.contains("instrumental") || last.equals("instr") || last.equals("inst")) {
      return MixKind.INSTRUMENTAL;
    }
    if (isAny(last, "dub", "dubb", "dubmix", "dubstrumental")
        || (isAny(before, "dub", "dubb") && isAny(last, "mix", "version", "edit"))) {
      return MixKind.DUB;
    }
    boolean shortened = isAny(before, "radio", "single", "short", "7", "7inch", "airplay");
    if (shortened && isAny(last, "edit", "mix", "version", "cut", "inch")) {
      return MixKind.RADIO_EDIT;
    }
    if (words.stream().anyMatch(Mix::isRework)) {
      return MixKind.REWORK;
    }
    if (words.stream().anyMatch(w -> w.startsWith("remix") || w.equals("rmx"))) {
      return MixKind.REMIX;
    }
    if (words.stream().anyMatch(w -> w.startsWith("remaster"))) {
      return MixKind.REMASTER;
    }
    if (words.getFirst().equals("live") || last.equals("live")) {
      return MixKind.LIVE;
    }
    if (words.contains("extended")
        || words.contains("12inch")
        || follows(words, "12", "inch")
        || follows(words, "12", "mix")
        || follows(words, "12", "version")
        || follows(words, "long", "version")) {
      return MixKind.EXTENDED;
    }
    return plainKind(words, last);
  }

  /** What "mix", "version", "edit" or "cut" at the end, with nothing stronger said, stands for. */
  private static @Nullable MixKind plainKind(List<String> words, String last) {
    if (isAny(last, "intro", "outro") || words.getFirst().equals("intro")) {
      return MixKind.EXTENDED;
    }
    if (follows(words, "club", "mix")
        || follows(words, "club", "version")
        || follows(words, "club", "edit")
        || follows(words, "club", "cut")) {
      return MixKind.CLUB;
    }
    if (isAny(last, "edit", "edits", "cut", "mixed", "reedit") || follows(words, "dj", "mix")) {
      return MixKind.EDIT;
    }
    if (words.getFirst().equals("original")
        && (words.size() == 1 || isAny(last, "mix", "version", "recording", "m", "mi"))) {
      return MixKind.ORIGINAL;
    }
    if (isAny(last, "mix", "version", "vocal", "vox") && words.size() > 1) {
      if (QUALIFIERS.containsAll(words)) {
        // Main Mix, Album Version, Vocal Mix: the artist's own.
        return MixKind.ORIGINAL;
      }
      return isAny(last, "mix", "version") || words.size() > 2 ? MixKind.REMIX : null;
    }
    return follows(words, "mix", "by") ? MixKind.REMIX : null;
  }

  private static boolean isAcapella(String word) {
    return isAny(
        word, "acapella", "acappella", "accapella", "accapela", "acapela", "cappella", "pella");
  }

  private static boolean isRework(String word) {
    return isAny(
        word,
        "rework",
        "reworked",
        "reworking",
        "rewerk",
        "rerub",
        "rerubbed",
        "refix",
        "flip",
        "reconstruction",
        "reinterpretation",
        "revamp",
        "redux",
        "retouch",
        "retwist",
        "retake",
        "remake",
        "rebuild",
        "reload",
        "relick",
        "refresh");
  }

  private static boolean isAny(String word, String... of) {
    for (String each : of) {
      if (each.equals(word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean follows(List<String> words, String first, String second) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(first) && words.get(i + 1).equals(second)) {
        return true;
      }
    }
    return false;
  }

  /** Lower-case words; "re-" is joined to what follows, as people write it either way. */
  private static List<String> words(String phrase) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= phrase.length(); i++) {
      char c = i < phrase.length() ? phrase.charAt(i) : ' ';
      boolean inside = Character.isLetterOrDigit(c) || c == '\'' || c == '’';
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        String word = phrase.substring(start, i).toLowerCase(Locale.ROOT);
        boolean joins = !words.isEmpty() && words.getLast().equals("re");
        if (joins) {
          words.removeLast();
        }
        words.add(joins ? "re" + word : word);
        start = -1;
      }
    }
    return words;
  }

  /** Generic phrases get their usual capitals; what names somebody is left as it was written. */
  private static String text(String phrase, MixKind kind) {
    if (kind == MixKind.ORIGINAL
        || kind == MixKind.EXTENDED
        || kind == MixKind.CLUB
        || kind == MixKind.RADIO_EDIT) {
      return switch (phrase.toLowerCase(Locale.ROOT)) {
        case "original mix" -> "Original Mix";
        case "extended mix" -> "Extended Mix";
        case "club mix" -> "Club Mix";
        case "radio edit" -> "Radio Edit";
        default -> phrase;
      };
    }
    return phrase;
  }

  private static @Nullable String remixer(String phrase, List<String> words, MixKind kind) {
    switch (kind) {
      case ORIGINAL, RADIO_EDIT, EXTENDED, CLUB, REMASTER, LIVE -> {
        return null;
      }
      default -> {}
    }
    String lower = phrase.toLowerCase(Locale.ROOT);
    int by = lower.indexOf(" by ");
    if (by > 0) {
      String after = phrase.substring(by + 4).strip();
      return after.isEmpty() ? null : after;
    }
    String[] tokens = phrase.strip().split("\\s+");
    int end = tokens.length;
    // The name stops at the word that makes it a version; what follows is seldom part of it.
    for (int i = 0; i < end; i++) {
      if (isVersionWord(plain(tokens[i]))) {
        end = i;
      }
    }
    for (int i = 0; i < end; i++) {
      String t = tokens[i].toLowerCase(Locale.ROOT);
      if (t.endsWith("'s") || t.endsWith("’s")) {
        tokens[i] = tokens[i].substring(0, tokens[i].length() - 2);
        end = i + 1;
      }
    }
    while (end > 0 && (QUALIFIERS.contains(plain(tokens[end - 1])) || isNumber(tokens[end - 1]))) {
      end--;
    }
    String name = String.join(" ", List.of(tokens).subList(0, end)).strip();
    boolean justAMix =
        tokens.length == 2 && end == 1 && words.getLast().equals("mix") && !lower.contains("'s");
    if (name.isEmpty() || justAMix || GenreTaxonomy.bundled().find(name).isPresent()) {
      return null;
    }
    return name;
  }

  private static boolean isVersionWord(String word) {
    return word.startsWith("remix")
        || isRework(word.replace("-", ""))
        || isAcapella(word)
        || isAny(
            word,
            "rmx",
            "mix",
            "edit",
            "re-edit",
            "version",
            "bootleg",
            "boot",
            "mashup",
            "mash",
            "mash-up",
            "vip",
            "instrumental",
            "dub",
            "dubb",
            "cut");
  }

  private static String plain(String token) {
    String t = token.toLowerCase(Locale.ROOT);
    int end = t.length();
    while (end > 0 && ",.;:!-–".indexOf(t.charAt(end - 1)) >= 0) {
      end--;
    }
    return t.substring(0, end);
  }

  private static boolean isNumber(String token) {
    return token.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
