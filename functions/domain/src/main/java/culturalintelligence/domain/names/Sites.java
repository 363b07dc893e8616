package culturalintelligence.domain.names;

import java.util.Locale;
import java.util.Set;

/** Marks of download sites, of a file's quality, and of record labels. */
public final class Sites {
  private Sites() {}

  private static final Set<String> DOMAINS =
      Set.of(
          "com",
          "net",
          "org",
          "pl",
          "ru",
          "vip",
          "me",
          "info",
          "eu",
          "to",
          "cc",
          "tv",
          "fm",
          "io",
          "in",
          "co",
          "uk",
          "de",
          "fr",
          "es",
          "it",
          "biz",
          "club",
          "xyz",
          "online",
          "pro",
          "ws",
          "su",
          "site",
          "download",
          "top",
          "link",
          "live",
          "art",
          "best",
          "app");

  private static final Set<String> QUALITIES =
      Set.of(
          "mp3",
          "wav",
          "flac",
          "aiff",
          "320",
          "320kbps",
          "320 kbps",
          "320k",
          "256kbps",
          "128kbps",
          "hq",
          "hd",
          "web",
          "cdq",
          "official video",
          "official music video",
          "official audio",
          "official lyric video",
          "lyric video",
          "lyrics",
          "official",
          "audio",
          "visualizer",
          "official visualizer",
          "free download",
          "free dl",
          "freedl",
          "free",
          "download",
          "master",
          "premiere",
          "promo",
          "promo only",
          "promo copy",
          "web rip",
          "webrip",
          "web-rip",
          "vinyl rip",
          "hq audio",
          "high quality",
          "music video");

  private static final Set<String> FORMAT_WORDS =
      Set.of(
          "mp3",
          "wav",
          "flac",
          "aiff",
          "alac",
          "m4a",
          "320kbps",
          "320k",
          "256kbps",
          "192kbps",
          "128kbps",
          "kbps",
          "hq",
          "hd",
          "cdq",
          "24bit",
          "16bit",
          "bit",
          "khz",
          "44khz",
          "44.1khz",
          "48khz",
          "96khz",
          "official",
          "video",
          "visualizer",
          "visualiser",
          "lyrics",
          "download",
          "vinylrip");

  /** Words that say it only beside a surer one. */
  private static final Set<String> LOOSE_FORMAT_WORDS =
      Set.of(
          "320",
          "256",
          "192",
          "128",
          "16",
          "24",
          "44",
          "44.1",
          "48",
          "96",
          "audio",
          "music",
          "lyric",
          "free",
          "master",
          "mastered",
          "web",
          "4k",
          "clip",
          "with",
          "high",
          "quality");

  private static final Set<String> SAMPLING =
      Set.of("16-44", "16-44.1", "16-48", "24-44", "24-44.1", "24-48", "24-96", "24-192", "24/96");

  private static final Set<String> LABEL_WORDS =
      Set.of(
          "records",
          "recordings",
          "record",
          "recording",
          "music",
          "label",
          "trax",
          "tracks",
          "digital",
          "rec",
          "recs",
          "ltd",
          "productions",
          "imprint",
          "sounds",
          "underground",
          "black",
          "limited",
          "audio",
          "groove",
          "discos");

  private static final Set<String> SURE_LABEL_WORDS =
      Set.of("records", "recordings", "recording", "recs", "trax", "imprint", "productions");

  /** "www.site.com", "myfreemp3.vip", "by adix6" with a site's name in brackets. */
  public static boolean isSite(String text) {
    if (text.indexOf('.') < 0 && !text.startsWith("by ")) {
      return false;
    }
    String s = text.strip().toLowerCase(Locale.ROOT);
    if (s.length() < 5 || s.length() > 60 || s.indexOf(' ') >= 0) {
      return s.startsWith("by ") && s.length() < 20 && s.indexOf(' ', 3) < 0 && hasDigit(s);
    }
    if (s.startsWith("www.") || s.startsWith("http:") || s.startsWith("https:")) {
      return true;
    }
    int dot = s.lastIndexOf('.');
    if (dot < 3 || !DOMAINS.contains(s.substring(dot + 1))) {
      return false;
    }
    // "A.C.I.D" and "corto.live": a site's name is one word before its domain.
    String host = s.substring(0, dot);
    return host.length() >= 4
        && (s.endsWith(".com")
            || s.endsWith(".net")
            || s.endsWith(".org")
            || s.endsWith(".ru")
            || s.endsWith(".pl")
            || hasDigit(host)
            || host.contains("mp3")
            || host.contains("down")
            || host.contains("tube")
            || host.contains("music")
            || host.contains("dj"));
  }

  private static boolean hasDigit(String s) {
    return s.chars().anyMatch(c -> c >= '0' && c <= '9');
  }

  /** "A-MP3", "320 kbps", "Official Video", "FREE DL". */
  static boolean isQuality(String text) {
    String s = text.strip().toLowerCase(Locale.ROOT);
    if (s.length() > 2 && s.charAt(1) == '-' && s.charAt(0) >= 'a' && s.charAt(0) <= 'z') {
      return QUALITIES.contains(s.substring(2));
    }
    return QUALITIES.contains(s) || isFormat(s);
  }

  /** "24-96", "16bit 44.1kHz", "MASTER 24bit", "Official Video HD": words of that kind alone. */
  private static boolean isFormat(String lowerCase) {
    if (lowerCase.length() > 40) {
      return false;
    }
    boolean sure = false;
    for (String word : lowerCase.split("[ /_-]+", -1)) {
      boolean known = FORMAT_WORDS.contains(word);
      if (!known && !LOOSE_FORMAT_WORDS.contains(word)) {
        return false;
      }
      sure |= known;
    }
    return sure || SAMPLING.contains(lowerCase);
  }

  /** Whether a name ends as labels' names do. */
  static boolean isLabel(String text) {
    String s = text.strip().toLowerCase(Locale.ROOT);
    int space = s.lastIndexOf(' ');
    return space > 0 && LABEL_WORDS.contains(s.substring(space + 1));
  }

  /** Whether a name ends in a word that hardly a title ends in. */
  static boolean isSurelyLabel(String text) {
    String s = text.strip().toLowerCase(Locale.ROOT);
    int space = s.lastIndexOf(' ');
    return space > 0 && SURE_LABEL_WORDS.contains(s.substring(space + 1));
  }
}
