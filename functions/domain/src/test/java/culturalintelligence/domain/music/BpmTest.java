package culturalintelligence.domain.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BpmTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          125      | 125
          125.50   | 125.5
          125,5    | 125.5
          128 BPM  | 128
          127.998  | 128
          100      | 100
          """)
  void aTempoIsReadAsDecimal(String text, String value) {
    assertThat(Bpm.of(text)).map(Bpm::toString).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "0.0", "", "-1", "12", "134000000", "1e3", "house", "1.2.3", ".", "NaN"})
  void noughtAndNonsenseAreUnknown(String text) {
    assertThat(Bpm.of(text)).isEmpty();
  }

  @Test
  void halfAndDoubleTimeAreSeen() {
    Bpm fast = new Bpm(BigDecimal.valueOf(174));
    Bpm slow = new Bpm(BigDecimal.valueOf(87));
    assertThat(slow.relationTo(fast)).isEqualTo(Bpm.Relation.HALF);
    assertThat(fast.relationTo(slow)).isEqualTo(Bpm.Relation.DOUBLE);
    assertThat(fast.relationTo(new Bpm(new BigDecimal("174.02")))).isEqualTo(Bpm.Relation.SAME);
    assertThat(fast.relationTo(new Bpm(BigDecimal.valueOf(130)))).isEqualTo(Bpm.Relation.DIFFERENT);
  }

  @Test
  void aRangeHoldsItsTempiAlsoAtHalfTime() {
    BpmRange range = new BpmRange(160, 180);
    assertThat(range.contains(new Bpm(BigDecimal.valueOf(174)))).isTrue();
    assertThat(range.contains(new Bpm(BigDecimal.valueOf(87)))).isFalse();
    assertThat(range.containsAnyOctave(new Bpm(BigDecimal.valueOf(87)))).isTrue();
    assertThatThrownBy(() -> new BpmRange(180, 160)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 2_000)
  void noTextIsTooOdd(@ForAll String text) {
    assertThat(Bpm.of(text)).isNotNull();
  }
}
