package culturalintelligence.domain.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathKeyTest {
  @Test
  void theDigestIsTheFirstHalfOfTheSha256OfThePath() {
    // The example of FIPS 180-2, appendix B.1.
    assertThat(PathKey.of("abc").digest())
        .isEqualTo(UUID.fromString("ba7816bf-8f01-cfea-4141-40de5dae2223"));
  }

  @ParameterizedTest
  @CsvSource({
    "X:\\Music\\A.mp3, x:/music//a.MP3",
    "X:\\Música\\Ä.mp3, X:\\MÚSICA\\ä.mp3",
    "\\\\server\\share\\a, \\\\SERVER\\share\\A"
  })
  void windowsDoesNotTellTheseApart(String one, String other) {
    assertThat(PathKey.of(one).matchDigest()).isEqualTo(PathKey.of(other).matchDigest());
    assertThat(PathKey.of(one).digest()).isNotEqualTo(PathKey.of(other).digest());
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/music/A.mp3, /srv/music/a.mp3",
    "/srv/music/a.mp3, /srv//music/a.mp3",
    "X:\\Straße.mp3, X:\\STRASSE.mp3",
    "X:\\e\u0301.mp3, X:\\\u00e9.mp3"
  })
  void theseAreTwoFiles(String one, String other) {
    assertThat(PathKey.of(one).matchDigest()).isNotEqualTo(PathKey.of(other).matchDigest());
  }

  @ParameterizedTest
  @CsvSource({
    "X:\\Music\\Deadmau5 - Strobe.mp3, X:\\Music, Deadmau5 - Strobe.mp3, mp3",
    "X:/Music\\a.FLAC, X:/Music, a.FLAC, flac",
    "/srv/music/a\\b.mp3, /srv/music, a\\b.mp3, mp3",
    "/a.mp3, /, a.mp3, mp3",
    "/srv/.hidden, /srv, .hidden, ''",
    "/srv/Vol. 2 live, /srv, Vol. 2 live, ''",
    "Music\\a.mp3, Music, a.mp3, mp3"
  })
  void aPathIsSplitByItsOwnSystemsRules(String path, String folder, String name, String extension) {
    PathKey key = PathKey.of(path);

    assertThat(key.folder()).isEqualTo(folder);
    assertThat(key.fileName()).isEqualTo(name);
    assertThat(key.extension()).isEqualTo(extension);
  }

  @Property
  void differentPathsHaveDifferentDigests(@ForAll String one, @ForAll String other) {
    Assume.that(!one.equals(other));
    Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(one + "/" + other));

    assertThat(PathKey.of("/" + one).digest()).isNotEqualTo(PathKey.of("/" + other).digest());
  }

  @Test
  void halfASurrogatePairIsNoPath() {
    assertThatThrownBy(() -> PathKey.of("/a\ud800")).isInstanceOf(IllegalArgumentException.class);
  }
}
