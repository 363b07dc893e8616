package culturalintelligence.domain.music;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MixTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Original Mix              | original     |
          original                  | original     |
          Album Version             | original     |
          Extended Mix              | extended     |
          Clean Extended            | extended     |
          12 inch Long Version      | extended     |
          Radio Edit                | radio_edit   |
          Single Version            | radio_edit   |
          Original Club Mix         | club         |
          Dub Mix                   | dub          |
          Moro's Night Dub          | dub          | Moro
          Kavo Remix                | remix        | Kavo
          Kavo & Moro Extended Remix| remix        | Kavo & Moro
          Kavo 4x4 Mix              | remix        | Kavo
          Kavo's Morning Mix        | remix        | Kavo
          Remixed by Kavo           | remix        | Kavo
          2-Step Remix              | remix        |
          Kavo Bootleg              | bootleg      | Kavo
          Kavo Re-Edit              | edit         | Kavo
          Edit                      | edit         |
          VIP                       | vip          |
          Kavo Mash-Up              | mashup       | Kavo
          Kavo Instrumental Mix     | instrumental | Kavo
          A Cappella                | acapella     |
          Kavo Rework               | rework       | Kavo
          Kavo Re-Work              | rework       | Kavo
          2011 Remaster             | remaster     |
          Remastered                | remaster     |
          Live at the Harbour       | live         |
          """)
  void aPhraseNamesAKindAndARemixer(String phrase, String code, String remixer) {
    assertThat(Mix.of(phrase))
        .hasValueSatisfying(
            mix -> {
              assertThat(mix.kind().code()).isEqualTo(code);
              assertThat(mix.remixer()).isEqualTo(remixer);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"feat. Kavo", "Clean", "Hear Me Tonight", "IE", "", "VONYC Sessions 827"})
  void otherBracketsAreNoMix(String phrase) {
    assertThat(Mix.of(phrase)).isEmpty();
  }

  @Test
  void inATitleTheTellingBracketWins() {
    assertThat(Mix.inTitle("Tide (Kavo Remix) (Extended Mix)"))
        .map(Mix::text)
        .contains("Kavo Remix");
    assertThat(Mix.inTitle("Tide (feat. Moro) [Kavo Remix]")).map(Mix::text).contains("Kavo Remix");
    assertThat(Mix.inTitle("Tide - Kavo Edit (Dirty)")).map(Mix::text).contains("Kavo Edit");
    assertThat(Mix.inTitle("Tide Original Mix")).map(Mix::kind).contains(MixKind.ORIGINAL);
    assertThat(Mix.inTitle("Remix")).isEmpty();
    assertThat(Mix.inTitle("Tide")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aCodeFindsItsKind(MixKind kind) {
    assertThat(MixKind.ofCode(kind.code())).contains(kind);
    assertThat(Mix.of(kind.text())).map(Mix::kind).contains(kind);
  }

  @Property(tries = 2_000)
  void noTextIsTooOdd(@ForAll String text) {
    assertThat(Mix.of(text)).isNotNull();
    assertThat(Mix.inTitle(text)).isNotNull();
  }
}
