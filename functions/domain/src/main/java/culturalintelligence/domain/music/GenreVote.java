package culturalintelligence.domain.music;

import culturalintelligence.domain.music.Classification.Evidence;
import culturalintelligence.domain.music.GenreTaxonomy.Genre;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weighs genres against each other. Roots compete; the subgenre is the heaviest of the winning
 * root. Pieces of evidence for one root add up as independent witnesses do, 1 − Π(1 − w); evidence
 * for another root takes from the winner's confidence.
 */
final class GenreVote {
  /** Roots nearer than this are a tie, which the tempo may break. */
  private static final double TIE = 0.1;

  private final GenreTaxonomy taxonomy;
  private final Map<Genre, Double> doubt = new LinkedHashMap<>();
  private final Map<Genre, Double> bySubgenre = new LinkedHashMap<>();
  private final List<Evidence> evidence = new ArrayList<>();

  GenreVote(GenreTaxonomy taxonomy) {
    this.taxonomy = taxonomy;
  }

  /**
   * What won.
   *
   * @param confidence 0..1
   * @param rivals the other roots that had evidence, heaviest first
   */
  record Result(Genre root, @Nullable Genre subgenre, double confidence, List<String> rivals) {
    /** Whether the tempo is none of this genre's, counted at half or double time either. */
    boolean isUnusual(Bpm bpm) {
      boolean ofSubgenre = subgenre != null && subgenre.bpm().containsAnyOctave(bpm);
      return !ofSubgenre && !root.bpm().containsAnyOctave(bpm);
    }

    /** Whether the tempo is this genre's only when it is halved or doubled. */
    boolean isOctave(Bpm bpm) {
      boolean ofSubgenre = subgenre != null && subgenre.bpm().contains(bpm);
      return !ofSubgenre && !root.bpm().contains(bpm) && !isUnusual(bpm);
    }
  }

  void add(String source, String value, Genre genre, double weight) {
    Genre root = taxonomy.rootOf(genre);
    doubt.merge(root, 1 - weight, (a, b) -> a * b);
    if (!genre.equals(root)) {
      bySubgenre.merge(genre, weight, Double::sum);
    }
    evidence.add(new Evidence(source, value, weight));
  }

  /** Evidence that was found and says nothing, listed so that it can be seen. */
  void addUnknown(String source, String value) {
    evidence.add(new Evidence(source, value, 0));
  }

  List<Evidence> evidence() {
    return evidence;
  }

  @Nullable Result result(@Nullable Bpm bpm) {
    List<Map.Entry<Genre, Double>> order =
        doubt.entrySet().stream()
            .sorted(Comparator.comparingDouble(Map.Entry<Genre, Double>::getValue))
            .toList();
    if (order.isEmpty()) {
      return null;
    }
    Map.Entry<Genre, Double> winner = order.getFirst();
    if (bpm != null && !winner.getKey().bpm().contains(bpm)) {
      for (Map.Entry<Genre, Double> rival : order) {
        boolean tied = rival.getValue() - winner.getValue() < TIE;
        if (tied && rival.getKey().bpm().contains(bpm)) {
          winner = rival;
          break;
        }
      }
    }
    Genre root = winner.getKey();
    double strongest = 0;
    List<String> rivals = new ArrayList<>();
    for (Map.Entry<Genre, Double> entry : order) {
      if (!entry.getKey().equals(root)) {
        strongest = Math.max(strongest, 1 - entry.getValue());
        rivals.add(entry.getKey().name());
      }
    }
    double confidence = Math.min(0.98, (1 - winner.getValue()) * (1 - 0.5 * strongest));
    Result result = new Result(root, subgenre(root, bpm), confidence, rivals);
    return bpm != null && result.isUnusual(bpm)
        ? new Result(root, result.subgenre(), confidence * 0.9, rivals)
        : result;
  }

  private @Nullable Genre subgenre(Genre root, @Nullable Bpm bpm) {
    Genre best = null;
    double most = 0;
    for (Map.Entry<Genre, Double> entry : bySubgenre.entrySet()) {
      Genre genre = entry.getKey();
      if (!taxonomy.rootOf(genre).equals(root)) {
        continue;
      }
      double weight = entry.getValue() + (bpm != null && genre.bpm().contains(bpm) ? 0.05 : 0);
      if (weight > most) {
        most = weight;
        best = genre;
      }
    }
    return best;
  }

  double weightOf(Genre subgenre) {
    return Math.min(0.95, bySubgenre.getOrDefault(subgenre, 0.0));
  }
}
