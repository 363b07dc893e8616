package culturalintelligence.domain.library;

import culturalintelligence.domain.music.Classification.Evidence;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is held of a track: a classification as it is kept, with who decided it and when. Null is
 * what nobody gave; a migrated row may lack anything.
 *
 * @param mixKind the contract's code, such as {@code radio_edit}
 * @param mixText as a person writes it
 * @param bpm beats per minute, two decimals
 * @param key canonical, such as {@code F#m}
 * @param confidence 0..1
 * @param fieldConfidences 0..1 by field name in lower case
 */
public record Decision(
    UUID id,
    Origin origin,
    @Nullable String artist,
    @Nullable String title,
    @Nullable String mixKind,
    @Nullable String mixText,
    @Nullable String remixer,
    @Nullable String label,
    @Nullable String catalogueNumber,
    @Nullable String genre,
    @Nullable String subgenre,
    @Nullable BigDecimal bpm,
    @Nullable String key,
    @Nullable BigDecimal confidence,
    Map<String, Double> fieldConfidences,
    List<Evidence> sources,
    boolean needsReview,
    boolean humanValidated,
    @Nullable String method,
    Instant decidedAt) {

  public Decision {
    fieldConfidences = Map.copyOf(fieldConfidences);
    sources = List.copyOf(sources);
  }

  /** Who decided; the first in this order that spoke of a track is believed. */
  public enum Origin {
    /** A person validated or corrected it. Never overwritten. */
    HUMAN,
    /** This system read the file. */
    ANALYSIS,
    /** The row came from MetaCrate's database. */
    METACRATE
  }
}
