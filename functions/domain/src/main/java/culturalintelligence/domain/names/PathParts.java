package culturalintelligence.domain.names;

import culturalintelligence.domain.music.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A path taken apart, Windows or POSIX: it is split at both separators, since names that were
 * Windows' hold no slash and a backslash in a POSIX name is rarer than a Windows path.
 *
 * @param folders the nearest {@value #MOST_FOLDERS}, outermost first, cleaned, none empty
 * @param stem the file's name without its audio extension, cleaned, at most {@value #LONGEST_STEM}
 *     characters; may be empty
 * @param extension in lower case, empty when it is none of the audio extensions
 */
public record PathParts(List<String> folders, String stem, String extension) {
  private static final int MOST_FOLDERS = 12;
  private static final int LONGEST_STEM = 500;

  /** Long enough for every path a system allows, and a bound for those that are none. */
  private static final int LONGEST_PATH = 4_096;

  public PathParts {
    folders = List.copyOf(folders);
  }

  public static PathParts of(String pathAsSent) {
    String path =
        pathAsSent.length() > LONGEST_PATH
            ? pathAsSent.substring(pathAsSent.length() - LONGEST_PATH)
            : pathAsSent;
    List<String> folders = new ArrayList<>();
    int end = path.length();
    while (end > 0 && isSeparator(path.charAt(end - 1))) {
      end--;
    }
    int start = separatorBefore(path, end) + 1;
    String name = path.substring(start, end);
    int at = start - 1;
    while (at > 0 && folders.size() < MOST_FOLDERS) {
      int from = separatorBefore(path, at) + 1;
      String folder = Text.clean(path.substring(from, at));
      if (!folder.isEmpty()) {
        folders.add(folder);
      }
      at = from - 1;
    }
    Collections.reverse(folders);
    return ofName(folders, name);
  }

  private static PathParts ofName(List<String> folders, String name) {
    String stem = name;
    String extension = "";
    for (int i = 0; i < 3; i++) {
      int dot = stem.lastIndexOf('.');
      if (dot <= 0 || stem.length() - dot > 5) {
        break;
      }
      String suffix = stem.substring(dot + 1).toLowerCase(Locale.ROOT);
      if (i > 0 && isCopyNumber(stem, dot)) {
        // "Tide.mp3.1.mp3"
        stem = stem.substring(0, dot);
        continue;
      }
      if (!isAudio(suffix)) {
        break;
      }
      extension = extension.isEmpty() ? suffix : extension;
      stem = stem.substring(0, dot);
    }
    String bounded = stem.length() > LONGEST_STEM ? stem.substring(0, LONGEST_STEM) : stem;
    return new PathParts(folders, Text.clean(bounded), extension);
  }

  /** The folder the file lies in, 0, or further up, 1 and on; empty where there is none. */
  public String folder(int up) {
    return up < folders.size() ? folders.get(folders.size() - 1 - up) : "";
  }

  private static int separatorBefore(String path, int end) {
    int i = end - 1;
    while (i >= 0 && !isSeparator(path.charAt(i))) {
      i--;
    }
    return i;
  }

  private static boolean isSeparator(char c) {
    return c == '/' || c == '\\';
  }

  private static boolean isCopyNumber(String stem, int dot) {
    int before = stem.lastIndexOf('.', dot - 1);
    return before > 0
        && stem.length() - dot <= 3
        && Chars.digits(stem, dot + 1) == stem.length() - dot - 1
        && isAudio(stem.substring(before + 1, dot).toLowerCase(Locale.ROOT));
  }

  private static boolean isAudio(String suffix) {
    return switch (suffix) {
      case "mp3",
          "mp2",
          "mp1",
          "mpga",
          "flac",
          "fla",
          "wav",
          "wave",
          "bwf",
          "rf64",
          "w64",
          "aif",
          "aiff",
          "aifc",
          "m4a",
          "m4b",
          "m4p",
          "mp4",
          "alac",
          "aac",
          "ogg",
          "oga",
          "opus",
          "spx",
          "wma",
          "asf",
          "ape",
          "wv",
          "mpc",
          "dsf",
          "dff",
          "mka",
          "webm",
          "tta",
          "tak",
          "ac3",
          "caf",
          "mkv",
          "m4v",
          "mov",
          "avi",
          "stem",
          "amr",
          "au",
          "snd" ->
          true;
      default -> false;
    };
  }
}
