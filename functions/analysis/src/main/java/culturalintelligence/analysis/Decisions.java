package culturalintelligence.analysis;

import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.music.Classification;
import culturalintelligence.domain.music.MixKind;
import culturalintelligence.domain.music.MusicalKey;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What the classifier concludes, in the form that is kept. */
final class Decisions {
  /** What the answer names as its method; raised when the rules change what is concluded. */
  private static final String METHOD = "tags_and_name_v1";

  private Decisions() {}

  static Decision of(Classification c) {
    MixKind mix = c.mixKind();
    MusicalKey key = c.key();
    BigDecimal bpm = c.bpm();
    Map<String, Double> confidences = new LinkedHashMap<>();
    c.fieldConfidences()
        .forEach((field, value) -> confidences.put(field.name().toLowerCase(Locale.ROOT), value));
    return new Decision(
        UUID.randomUUID(),
        Decision.Origin.ANALYSIS,
        c.artist(),
        c.title(),
        mix == null ? null : mix.code(),
        c.mixText(),
        c.remixer(),
        c.label(),
        c.catalogueNumber(),
        c.genre(),
        c.subgenre(),
        bpm == null ? null : bpm.setScale(2, RoundingMode.HALF_UP),
        key == null ? null : key.canonical(),
        BigDecimal.valueOf(Math.clamp(c.confidence(), 0, 1)),
        confidences,
        c.evidence(),
        c.needsReview(),
        false,
        METHOD,
        Instant.now().truncatedTo(ChronoUnit.MICROS));
  }
}
