package culturalintelligence.domain.music;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderGenresTest {
  @ParameterizedTest(name = "{0} holds {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          House               | House
          #Techno             | Techno
          House 2024          | House
          Best of Trance      |
          My Trance Tunes     | Trance
          H-Tech House        | Tech House
          deepest dub techno  | Dub Techno
          Prog breaks 4       | Progressive Breaks
          HARDGROOVE (AU)     | Hardgroove
          World               | World
          """)
  void aFolderIsNamedForItsGenre(String folder, String genre) {
    assertThat(FolderGenres.in(folder, GenreTaxonomy.bundled()).map(match -> match.genre().name()))
        .isEqualTo(Optional.ofNullable(genre));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Worldwide",
        "House of Pain",
        "BREAK YO SELF",
        "Downloads",
        "2024",
        "",
        "Soul Clap"
      })
  void aWordThatOnlyContainsOneIsNoEvidence(String folder) {
    assertThat(FolderGenres.in(folder, GenreTaxonomy.bundled())).isEmpty();
  }
}
