package culturalintelligence.domain.music;

import culturalintelligence.domain.music.GenreTaxonomy.Genre;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Genres in the names of folders, by whole words: "Worldwide" is not World. */
final class FolderGenres {
  private FolderGenres() {}

  /**
   * A genre a folder is named for.
   *
   * @param share how much of the folder's name it is, 0..1
   */
  record Match(Genre genre, double share) {}

  /** Words that say nothing against the genre beside them. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "music",
          "tracks",
          "tunes",
          "songs",
          "new",
          "old",
          "classic",
          "classics",
          "best",
          "vol",
          "volume",
          "set",
          "sets",
          "mix",
          "mixes",
          "playlist",
          "playlists",
          "crate",
          "crates",
          "folder",
          "my",
          "the",
          "dj",
          "promo",
          "promos",
          "fresh",
          "favourites",
          "favorites",
          "bangers",
          "hits",
          "top",
          "and",
          "various",
          "misc",
          "genre",
          "style",
          "records",
          "vinyl",
          "mp3",
          "flac",
          "wav",
          "aiff",
          "usb",
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december",
          "dls",
          "dl",
          "downloads",
          "a",
          "b",
          "c",
          "h",
          "part",
          "pt");

  private static final int MOST_WORDS = 12;

  static Optional<Match> in(String folder, GenreTaxonomy taxonomy) {
    String plain = beforeBracket(folder);
    Optional<Genre> whole = taxonomy.find(plain);
    if (whole.isPresent()) {
      return whole.map(genre -> new Match(genre, 1));
    }
    List<String> words = words(plain);
    List<String> telling = words.stream().filter(word -> !isNeutral(word)).toList();
    if (telling.isEmpty() || words.size() > MOST_WORDS) {
      return Optional.empty();
    }
    Optional<Genre> rest = taxonomy.find(String.join(" ", telling));
    if (rest.isPresent()) {
      return rest.map(genre -> new Match(genre, 0.9));
    }
    // One word of several is a coincidence ("House of Pain"); two together hardly are.
    for (int length = Math.min(4, words.size()); length >= 2; length--) {
      for (int i = 0; i + length <= words.size(); i++) {
        Optional<Genre> part = taxonomy.find(String.join(" ", words.subList(i, i + length)));
        if (part.isPresent() && words.size() - length <= 3) {
          return part.map(genre -> new Match(genre, 0.7));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isNeutral(String word) {
    return NEUTRAL.contains(word) || word.chars().allMatch(Character::isDigit);
  }

  private static String beforeBracket(String folder) {
    for (int i = 1; i < folder.length(); i++) {
      if ("([{".indexOf(folder.charAt(i)) >= 0) {
        return folder.substring(0, i);
      }
    }
    return folder;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside =
          i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '&');
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
        start = -1;
      }
    }
    return words;
  }
}
