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

  static Optional<Genre> find(String text) {
    if (text.length() > 40 || text.isEmpty()) {
      return Optional.empty();
    }
    return GenreTaxonomy.bundled().find(text);
  }

  static boolean isAlsoAnAct(String text) {
    return ALSO_ACTS.contains(Chars.fold(text));
  }
}
