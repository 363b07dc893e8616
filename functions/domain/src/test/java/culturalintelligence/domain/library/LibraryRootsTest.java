package culturalintelligence.domain.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LibraryRootsTest {
  private static final LibraryRoots ROOTS =
      LibraryRoots.parse(
          "X:\\Music=/mnt/music;X:\\Music\\Live=s3://crate/live/;/srv/a=b=/srv/eq;/srv/music/=/mnt/music");

  private static LibraryPath inside(String path) {
    return ((Resolution.Inside) ROOTS.resolve(path)).path();
  }

  @Test
  void theLongestRootWins() {
    assertThat(inside("x:\\music\\LIVE\\Set\\1.mp3").root().location())
        .isEqualTo(new Location.Bucket("crate", "live"));
    assertThat(inside("X:\\Music\\Livestock\\1.mp3").root().location())
        .isEqualTo(new Location.Folder("/mnt/music"));
  }

  @Test
  void theNamesBelowTheRootKeepTheirSpelling() {
    LibraryPath path = inside("x:/MUSIC\\.\\Live//Ärger #1\\a.mp3");

    assertThat(path.names()).isEqualTo(List.of("Ärger #1", "a.mp3"));
    assertThat(path.objectKey(new Location.Bucket("crate", "live")))
        .isEqualTo("live/Ärger #1/a.mp3");
    assertThat(path.key().path()).isEqualTo("x:/MUSIC\\.\\Live//Ärger #1\\a.mp3");
  }

  @Test
  void caseMattersOnPosixRoots() {
    assertThat(ROOTS.resolve("/srv/music/a.mp3")).isInstanceOf(Resolution.Inside.class);
    assertThat(ROOTS.resolve("/srv/Music/a.mp3")).isInstanceOf(Resolution.Outside.class);
    assertThat(ROOTS.resolve("srv/music/a.mp3")).isInstanceOf(Resolution.Outside.class);
  }

  @Test
  void aPrefixMayHoldAnEqualsSign() {
    assertThat(inside("/srv/a=b/c.mp3").root().location())
        .isEqualTo(new Location.Folder("/srv/eq"));
  }

  @Test
  void aRootThatIsNoneIsToldSo() {
    assertThatThrownBy(() -> LibraryRoots.parse("X:\\Music"))
        .hasMessageContaining("prefix=location");
    assertThatThrownBy(() -> LibraryRoots.parse("X:\\Music=music"))
        .hasMessageContaining("prefix=location");
    assertThat(LibraryRoots.parse("").roots()).isEmpty();
  }

  @Property
  void noTextWhateverMakesItThrowOrLeavesTheRoot(@ForAll String text) {
    for (String path : List.of(text, "/srv/music/" + text, "X:\\Music\\" + text)) {
      if (ROOTS.resolve(path) instanceof Resolution.Inside inside) {
        assertThat(inside.path().names()).doesNotContain("..", ".", "");
      }
    }
  }
}
