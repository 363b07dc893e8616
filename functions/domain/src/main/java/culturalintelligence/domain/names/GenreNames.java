package culturalintelligence.domain.names;

import culturalintelligence.domain.music.GenreTaxonomy;
import culturalintelligence.domain.music.GenreTaxonomy.Genre;
import java.util.Optional;
import java.util.Set;

/** Genres where a name may hold one. */
final class GenreNames {
  private GenreNames() {}

  /** Genres that are artists' names too, so alone before a title they are the artist. */
  private static final Set<String> ALSO_ACTS =
      Set.of("jungle", "garbage", "disco", "drone", "freestyle", "lounge", "bleep", "boogie");

  private static final Set<String> SURELY_GENRES =
      Set.of("house", "techno", "trance", "dubstep", "breaks", "hardstyle", "dnb", "electronica");

  static Optional<Genre> find(String text) {
    if (text.length() > 40 || text.isEmpty()) {
      return Optional.empty();
    }
    return GenreTaxonomy.bundled().find(text);
  }

  /** As {@link #find}, also with one letter too many, missing or wrong in a long word. */
  static Optional<Genre> findMisspelt(String text) {
    Optional<Genre> found = find(text);
    if (found.isPresent() || text.length() < 6 || text.length() > 20) {
      return found;
    }
    for (Genre genre : GenreTaxonomy.bundled().genres()) {
      if (isOneEditApart(text, genre.name())) {
        return Optional.of(genre);
      }
      for (String alias : genre.aliases()) {
        if (isOneEditApart(text, alias)) {
          return Optional.of(genre);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOneEditApart(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 1 || b.length() < 6) {
      return false;
    }
    int start = 0;
    int least = Math.min(a.length(), b.length());
    while (start < least && lower(a, start) == lower(b, start)) {
      start++;
    }
    int end = 0;
    while (end < least - start
        && lower(a, a.length() - 1 - end) == lower(b, b.length() - 1 - end)) {
      end++;
    }
    return Math.max(a.length(), b.length()) - start - end <= 1;
  }

  private static char lower(String s, int at) {
    return Character.toLowerCase(s.charAt(at));
  }

  /** Genres of several words, and the few of one that no artist is called by. */
  static boolean isHardlyAnAct(String text) {
    return text.length() <= 40
        && (text.indexOf(' ') > 0 || SURELY_GENRES.contains(Chars.fold(text)));
  }

  static boolean isAlsoAnAct(String text) {
    return ALSO_ACTS.contains(Chars.fold(text));
  }
}
