package culturalintelligence.analysis.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.library.LibraryRoots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanRootTest {
  private static final LibraryRoots ROOTS =
      LibraryRoots.parse(
          "X:\\Music=/mnt/music;/srv/music=/mnt/music;/new=/mnt/music/new;/b=s3://bucket/prefix;R:\\=/");

  @ParameterizedTest
  @CsvSource({
    "X:\\Music\\House, X:\\Music\\House",
    "x:/music, x:/music",
    "/srv/music/House, /srv/music/House",
    // Where the bytes are: told as MetaCrate writes it.
    "/mnt/music, X:\\Music",
    "/mnt/music/, X:\\Music",
    "/mnt/music/House/Deep, X:\\Music\\House\\Deep",
    "/mnt/music/new/a, /new/a",
    "/mnt/musical, R:\\mnt\\musical",
    "s3://bucket/prefix/x, /b/x",
  })
  void aFolderIsFoundHoweverItIsWritten(String text, String path) {
    assertThat(ScanRoot.of(ROOTS, text))
        .isInstanceOfSatisfying(
            ScanRoot.Found.Inside.class,
            inside -> assertThat(inside.path().key().path()).isEqualTo(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/music/../etc",
    "\\\\?\\X:\\Music",
    "\\\\server\\share",
    "Z:\\Music",
    "music",
    "s3://other"
  })
  void whatIsUnderNoRootIsRefused(String text) {
    assertThat(ScanRoot.of(ROOTS, text)).isInstanceOf(ScanRoot.Found.Refused.class);
  }

  @Test
  void aRefusalNamesTheRootsThereAre() {
    assertThat(ScanRoot.of(LibraryRoots.parse("/m=/mnt/m"), "/home/me/music"))
        .isInstanceOfSatisfying(
            ScanRoot.Found.Refused.class,
            refused -> assertThat(refused.sentence()).contains("/m = /mnt/m", "LIBRARY_ROOTS"));
  }
}
