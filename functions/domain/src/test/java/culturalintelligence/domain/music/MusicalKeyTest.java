package culturalintelligence.domain.music;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MusicalKeyTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      textBlock =
          """
          A minor, Am
          Amin, Am
          a-Moll, Am
          8A, Am
          08a, Am
          1m, Am
          la mineur, Am
          a, Am
          C, C
          C maj, C
          8B, C
          1d, C
          Do majeur, C
          C#, Db
          C♯ Major, Db
          Db, Db
          D♭ Maj, Db
          G♯m, G#m
          Abm, G#m
          F#/Gb Major, F#
          F♯m, F#m
          Gb min, F#m
          H-Dur, B
          B-Dur, Bb
          h-Moll, Bm
          Cis-Moll, C#m
          Es-Dur, Eb
          As-Dur, Ab
          B, B
          Bb, Bb
          Bbm, Bbm
          E#m, Fm
          Am (8A), Am
          8A/Am, Am
          A sharp minor, Bbm
          9M, Fm
          11D, Bb
          """)
  void everyNotationMeansOneKey(String text, String canonical) {
    assertThat(MusicalKey.of(text)).map(MusicalKey::canonical).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "o", "Unknown", "all", "0A", "13A", "8A/9A", "AM", "X", "128", "Amix", "(", "/"
      })
  void whatIsNoKeyIsNone(String text) {
    assertThat(MusicalKey.of(text)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void eachKeyIsReadFromItsOwnThreeNotations(MusicalKey key) {
    assertThat(MusicalKey.of(key.canonical())).contains(key);
    assertThat(MusicalKey.of(key.camelot())).contains(key);
    assertThat(MusicalKey.of(key.openKey())).contains(key);
  }

  @Test
  void thereAre24() {
    assertThat(MusicalKey.values()).hasSize(24);
  }

  @Property(tries = 2_000)
  void noTextIsTooOdd(@ForAll String text) {
    assertThat(MusicalKey.of(text)).isNotNull();
  }
}
