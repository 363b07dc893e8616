package culturalintelligence.domain.music;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a track is taken to be, how sure that is, and from what it was concluded. No text in it is
 * blank or holds a control character.
 *
 * @param artist {@code Unknown Artist} when nothing names one
 * @param title with the mix as DJs' tags write it, {@code Strobe (Extended Mix)}; the file's name
 *     without its extension when nothing gives one
 * @param mixKind null when neither tags nor name speak of a version
 * @param mixText the version as a person writes it, {@code Dave Clarke Remix}; null with mixKind
 * @param genre a root of the taxonomy
 * @param subgenre one of that root's subgenres
 * @param bpm beats per minute, from 20 to 400, null when unknown (never 0)
 * @param confidence 0.1..1, of artist and title together; the genre has one of its own in
 *     fieldConfidences
 * @param fieldConfidences 0..1 for every field that has a value
 * @param evidence all that was weighed, heaviest first within a field
 * @param needsReview whether a person should look: this confidence or the genre's is under 0.6
 * @param notes disagreements and values left out, one sentence each
 */
public record Classification(
    String artist,
    String title,
    @Nullable MixKind mixKind,
    @Nullable String mixText,
    @Nullable String remixer,
    @Nullable String label,
    @Nullable String catalogueNumber,
    String genre,
    @Nullable String subgenre,
    @Nullable BigDecimal bpm,
    @Nullable MusicalKey key,
    double confidence,
    Map<Field, Double> fieldConfidences,
    List<Evidence> evidence,
    boolean needsReview,
    List<String> notes) {

  public Classification {
    fieldConfidences = Map.copyOf(new EnumMap<>(fieldConfidences));
    evidence = List.copyOf(evidence);
    notes = List.copyOf(notes);
  }

  /** The fields that carry a confidence of their own. */
  public enum Field {
    ARTIST,
    TITLE,
    MIX,
    REMIXER,
    LABEL,
    CATALOGUE_NUMBER,
    GENRE,
    SUBGENRE,
    BPM,
    KEY
  }

  /**
   * One thing that was weighed; the contract's {@code [source, value, weight]}.
   *
   * @param source where it was found and for which field: {@code tag:genre}, {@code name:artist},
   *     {@code folder:genre}, {@code label:genre}
   * @param value as found, without control characters
   * @param weight 0..1
   */
  public record Evidence(String source, String value, double weight) {}
}
