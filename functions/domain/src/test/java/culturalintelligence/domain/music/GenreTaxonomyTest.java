package culturalintelligence.domain.music;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.music.GenreTaxonomy.Genre;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenreTaxonomyTest {
  private final GenreTaxonomy taxonomy = GenreTaxonomy.bundled();

  @Test
  void theTreeHoldsTheRootsInUseAndTheirSubgenres() {
    List<String> roots = taxonomy.roots().stream().map(Genre::name).toList();
    assertThat(roots)
        .contains("House", "Techno", "Trance", "Drum & Bass", "Dubstep", "UK Garage", "Breaks")
        .contains("Hardcore", "Hardstyle", "Trap", "Ambient", "Electro", "Electronica", "Disco")
        .contains("Funk", "Downtempo", "Electronic", "Hip-Hop", "Reggae", "Soundtrack")
        .hasSizeGreaterThanOrEqualTo(35);
    assertThat(taxonomy.genres().stream().filter(genre -> !genre.isRoot()).count())
        .isGreaterThanOrEqualTo(116);
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DRUM AND BASS              | Drum & Bass
          Drum'n'Bass                | Drum & Bass
          nu skool breaks            | Nu-Skool Breaks
          Psy-Trance                 | Psytrance
          2step                      | 2-Step
          Florida Breaks             | Florida Breaks
          (17)                       | Rock
          17                         | Rock
          (4)Eurodisco               | Disco, Euro Disco
          Breaks/Electro; Techno     | Breaks, Electro, Techno
          Trance (Raw / Deep)        | Trance
          """)
  void aTagNamesGenres(String tag, String names) {
    assertThat(taxonomy.inTag(tag).stream().map(Genre::name)).containsExactly(names.split(", "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Original Mix", "124", "(255)", "", "Worldwide", "Baalti", "(", "()", "128"})
  void aMixOrANumberIsNoGenre(String tag) {
    assertThat(taxonomy.inTag(tag)).isEmpty();
  }

  @Test
  void badDataIsRefusedWithItsReason() {
    refused("already means House", "House | | 120-130 |", "Haus | House | 120-130 | HOUSE");
    refused("already means House", "House | | 120-130 | Haus; haus");
    refused("its own ancestor", "House | Haus | 120-130 |", "Haus | House | 120-130 |");
    refused("no parent called Club", "House | Club | 120-130 |");
    refused("no range", "House | | 130-120 |");
    refused("no range", "House | | fast |");
    refused("not of the form", "House | | 120-130");
    refused("without letters", "- | | 120-130 |");
  }

  @Property(tries = 2_000)
  void noTagIsTooOdd(@ForAll String tag) {
    assertThat(taxonomy.inTag(tag)).isNotNull();
  }

  private static void refused(String reason, String... lines) {
    assertThatThrownBy(() -> GenreTaxonomy.read(List.of(lines), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
