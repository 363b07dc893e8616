package culturalintelligence.domain.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathPartsTest {
  @Test
  void windowsAndPosixPathsAreTakenApartAlike() {
    PathParts windows = PathParts.of("X:\\Crates\\House\\Lena - Tide.MP3");
    PathParts posix = PathParts.of("/Crates/House/Lena - Tide.MP3");
    assertThat(windows.stem()).isEqualTo("Lena - Tide").isEqualTo(posix.stem());
    assertThat(windows.extension()).isEqualTo("mp3");
    assertThat(windows.folders()).containsExactly("X:", "Crates", "House");
    assertThat(posix.folders()).containsExactly("Crates", "House");
    assertThat(posix.folder(0)).isEqualTo("House");
    assertThat(posix.folder(5)).isEmpty();
  }

  @Test
  void onlyAnAudioExtensionIsTakenOff() {
    assertThat(PathParts.of("Sel.6 - Drop").stem()).isEqualTo("Sel.6 - Drop");
    assertThat(PathParts.of("Tide v1.2.flac").stem()).isEqualTo("Tide v1.2");
    assertThat(PathParts.of("Tide.mp3.mp3").stem()).isEqualTo("Tide");
    assertThat(PathParts.of(".mp3").stem()).isEqualTo(".mp3");
  }

  @Test
  void aPathOfAnyLengthIsBounded() {
    PathParts parts = PathParts.of("a/".repeat(60_000) + "b".repeat(60_000));
    assertThat(parts.stem().length()).isLessThanOrEqualTo(500);
    assertThat(parts.folders().size()).isLessThanOrEqualTo(12);
  }

  @Test
  void decomposedLettersAreComposed() {
    assertThat(PathParts.of("/m/Mu\u0308ller - Tide.mp3").stem()).isEqualTo("M\u00fcller - Tide");
  }
}
