package culturalintelligence.domain.music;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the validated tracks of the library say of some artists and labels. Ask {@link
 * Classifier#names} which ones a file needs, look all of them up at once, and pass them in.
 *
 * @param artists by {@link #keyOf} of the artist's name
 * @param labels by {@link #keyOf} of the label's name
 */
public record Profiles(Map<String, Profile> artists, Map<String, Profile> labels) {
  public static final Profiles NONE = new Profiles(Map.of(), Map.of());

  public Profiles {
    artists = Map.copyOf(artists);
    labels = Map.copyOf(labels);
  }

  /**
   * The genre most of a name's validated tracks have.
   *
   * @param genre a root of the taxonomy, or one of its aliases
   * @param subgenre null when the tracks agree on the root alone
   * @param tracks how many validated tracks stand behind it, from 1
   * @param share the part of them that has this genre, 0..1
   */
  public record Profile(String genre, @Nullable String subgenre, int tracks, double share) {}

  /** The keys of the profiles a file may need: at most a few of each. */
  public record Names(Set<String> artists, Set<String> labels) {
    public Names {
      artists = Set.copyOf(artists);
      labels = Set.copyOf(labels);
    }
  }

  /** The form of a name that is compared: case, width and runs of spaces folded. */
  public static String keyOf(String name) {
    return Text.key(name);
  }

  Optional<Profile> artist(String name) {
    return Optional.ofNullable(artists.get(keyOf(name)));
  }

  Optional<Profile> label(String name) {
    return Optional.ofNullable(labels.get(keyOf(name)));
  }
}
