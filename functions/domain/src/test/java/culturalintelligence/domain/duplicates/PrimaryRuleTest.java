package culturalintelligence.domain.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.duplicates.PrimaryRule.Candidate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrimaryRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X:\\Temp\\a.mp3",
        "/home/me/.Trash-1000/files/a.mp3",
        "C:\\$RECYCLE.BIN\\a.mp3",
        "/music/_Duplicates/a.mp3",
        "/music/Duplicates 2/a.mp3",
        "/tmp/a.mp3"
      })
  void theseFoldersHoldCastOffFiles(String path) {
    assertThat(PrimaryRule.isCastOff(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/music/Temptation/a.mp3",
        "/music/The Trashmen/a.mp3",
        "/music/temp",
        "/music/a/tmp.mp3"
      })
  void theseDoNot(String path) {
    assertThat(PrimaryRule.isCastOff(path)).isFalse();
  }

  @Test
  void placeComesBeforeLengthAndLengthBeforeAge() {
    Instant old = Instant.parse("2001-01-01T00:00:00Z");
    Candidate cast = new Candidate("/tmp/a", old, 1);
    Candidate longer = new Candidate("/music/folder/a", old, 2);
    Candidate younger = new Candidate("/music/a", old.plusSeconds(1), 3);
    Candidate older = new Candidate("/music/b", old, 4);
    Candidate unknown = new Candidate("/music/c", null, 5);

    assertThat(Stream.of(unknown, cast, longer, younger, older).sorted(PrimaryRule.order()))
        .containsExactly(older, younger, unknown, longer, cast);
  }

  @Test
  void whatIsWastedIsAllButOneCopy() {
    assertThat(new Copies(3, List.of("/a", "/b", "/c")).wastedBytes(10)).isEqualTo(20);
    assertThat(Copies.unique("/a").wastedBytes(10)).isZero();
    assertThatThrownBy(() -> new Copies(0, List.of("/a")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
