package culturalintelligence.persistence.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Any old row gives typed values, the same each time; what does not fit is absent. */
class TrackMappingTest {
  private static final SourceTable TABLE =
      new SourceTable(
          "public",
          "metacrate_tracks",
          Stream.of(
                  "id uuid",
                  "file_path text",
                  "metacrate_classification json",
                  "confidence_score text",
                  "extraction_metadata json",
                  "processing_timestamp timestamp")
              .map(c -> c.split(" ", -1))
              .map(c -> new SourceColumn(c[0], c[1], true, false, null, List.of(), null))
              .toList(),
          List.of("id"),
          false,
          -1,
          0);

  private static final TrackMapping MAPPING =
      new TrackMapping(TABLE, (Mapping.Tracks) Mapping.propose(TABLE));

  private static MigratedTrack row(
      @Nullable String said, @Nullable String confidence, @Nullable String read) {
    String[] fields = {"1", "X:\\a.mp3", said, confidence, read, null};
    return Objects.requireNonNull(
        MAPPING.apply(i -> fields[i] == null ? null : fields[i].getBytes(StandardCharsets.UTF_8)));
  }

  private static MigratedTrack said(String json) {
    return row(json, null, null);
  }

  @ParameterizedTest(name = "bpm {0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "128"     | 128.00
          128       | 128.00
          125.5     | 125.50
          125.555   | 125.56
          9999.99   | 9999.99
          "fast"    |
          ""        |
          []        |
          {"a":1}   |
          true      |
          null      |
          0         |
          0.001     |
          -1        |
          10000     |
          1e400     |
          -1e-400   |
          "NaN"     |
          """)
  void aTempoIsOneOrAbsent(String json, @Nullable String bpm) {
    assertThat(said("{\"bpm\":%s}".formatted(json)).bpm())
        .isEqualTo(bpm == null ? null : new java.math.BigDecimal(bpm));
  }

  @ParameterizedTest(name = "confidence {0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.123456789012345 | 0.123456789012345
          "0.9"             | 0.900000000000000
          1                 | 1.000000000000000
          0                 | 0.000000000000000
          7                 |
          -0.1              |
          "NaN"             |
          [0.5]             |
          """)
  void aConfidenceIsOneOrAbsentAndThenTheRowIsReviewed(String json, @Nullable String confidence) {
    MigratedTrack track = said("{\"confidence\":%s}".formatted(json));

    assertThat(track.confidence())
        .isEqualTo(confidence == null ? null : new java.math.BigDecimal(confidence));
    if (confidence == null) {
      assertThat(track.needsReview()).isTrue();
    }
  }

  @Test
  void theColumnSpeaksWhereTheDocumentDoesNot() {
    assertThat(row("{}", "0.75", null).confidence()).isEqualByComparingTo("0.75");
    assertThat(row("{\"confidence\":0.5}", "0.75", null).confidence()).isEqualByComparingTo("0.5");
    assertThat(row("{}", "NaN", null).confidence()).isNull();
  }

  @Test
  void textsLoseWhatNoTextColumnHolds() {
    MigratedTrack track =
        said(
            "{\"artist\":\" a\\u0000b \",\"track_name\":\"x\\ud800y\",\"label\":\"  \",\"genre\":\"\\ud83c\\udfb5\"}");

    assertThat(track.artist()).isEqualTo("ab");
    assertThat(track.title()).isEqualTo("x?y");
    assertThat(track.label()).isNull();
    assertThat(track.genre()).isEqualTo("🎵");
  }

  @ParameterizedTest
  @CsvSource({"8A", "Am", "A minor", "8a"})
  void everyNotationOfAKeyIsOneKey(String key) {
    assertThat(said("{\"musical_key\":\"%s\"}".formatted(key)).musicalKey())
        .isNotNull()
        .isEqualTo(said("{\"key\":\"8A\"}").musicalKey());
  }

  @Test
  void aKeyThatIsNoneIsAbsent() {
    assertThat(said("{\"musical_key\":\"loud\"}").musicalKey()).isNull();
  }

  @Test
  void aMixIsACodeWhereItIsOneAndATextAlways() {
    assertThat(said("{\"remix_info\":\"radio_edit\"}").mixKind()).isEqualTo("radio_edit");
    assertThat(said("{\"remix_info\":\"Radio Edit\"}").mixKind()).isEqualTo("radio_edit");
    MigratedTrack odd = said("{\"remix_info\":\"Somebody's 5am Thing\"}");
    assertThat(odd.mixKind()).isNull();
    assertThat(odd.mixText()).isEqualTo("Somebody's 5am Thing");
  }

  @Test
  void aHashIsSixtyFourHexDigitsInLowerCase() {
    String hash = "AB".repeat(32);
    assertThat(row(null, null, "{\"file_hash\":\"%s\"}".formatted(hash)).contentSha256())
        .isEqualTo("ab".repeat(32));
    assertThat(row(null, null, "{\"file_hash\":\"%s0\"}".formatted(hash)).contentSha256()).isNull();
    assertThat(row(null, null, "{\"file_hash\":7}").contentSha256()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]",
        "\"text\"",
        "7",
        "null",
        "{\"artist\":[]}",
        "{\"artist\":null}",
        "{\"a\":{\"artist\":\"no\"}}"
      })
  void whatSaysNothingGivesNothing(String json) {
    MigratedTrack track = said(json);
    assertThat(track.artist()).isNull();
    assertThat(track.needsReview()).isTrue();
    assertThat(track.decidedAt()).isEqualTo("-infinity");
  }

  @Property
  void anyTextGivesARowAndAlwaysTheSame(@ForAll String text) {
    assertThat(said(text)).isEqualTo(said(text));
    String quoted =
        "{\"artist\":\"" + text + "\",\"bpm\":\"" + text + "\",\"musical_key\":\"" + text + "\"}";
    assertThat(row(quoted, text, quoted)).isEqualTo(row(quoted, text, quoted));
  }
}
