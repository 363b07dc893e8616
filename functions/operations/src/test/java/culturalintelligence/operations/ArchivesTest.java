package culturalintelligence.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where archives go, and where they never go. */
class ArchivesTest {
  @TempDir Path root;

  private Archives archives() {
    return new Archives(Optional.of(root.toString()));
  }

  @Test
  void anArchiveIsNeverWrittenOver() throws Exception {
    assertThat(Objects.requireNonNull(archives().next("public", "a")).folder())
        .isEqualTo(root.resolve("public.a"));
    Files.createDirectory(root.resolve("public.a"));
    assertThat(Objects.requireNonNull(archives().next("public", "a")).folder())
        .isEqualTo(root.resolve("public.a.2"));
  }

  @Test
  void noTablesNameLeadsElsewhereOrIsAnothers() {
    assertThat(Archives.folderName("public", "../etc")).isEqualTo("public.%2E%2E%2Fetc");
    assertThat(Archives.folderName("a.b", "c")).isNotEqualTo(Archives.folderName("a", "b.c"));
    assertThatThrownBy(() -> archives().named("../elsewhere")).isInstanceOf(NotReady.class);
    assertThatThrownBy(() -> archives().named(".")).isInstanceOf(NotReady.class);
  }

  @Test
  void aFolderThatWasMovedIsFoundByItsName() throws Exception {
    Files.createDirectory(root.resolve("public.a"));
    assertThat(Objects.requireNonNull(archives().named("/gone/public.a")).folder())
        .isEqualTo(root.resolve("public.a"));
  }

  @Test
  void aBucketIsRefusedWithWhatToDoInstead() {
    assertThatThrownBy(() -> new Archives(Optional.of("s3://bucket/archives")).root())
        .isInstanceOf(NotReady.class)
        .hasMessageContaining("written to folders");
    assertThat(new Archives(Optional.empty()).next("public", "a")).isNull();
  }

  @Test
  void aGracePeriodIsWrittenShortOrAsIsoDoes() {
    assertThat(PhaseResource.duration("30d")).isEqualTo(Duration.ofDays(30));
    assertThat(PhaseResource.duration("PT90M")).isEqualTo(Duration.ofMinutes(90));
    assertThat(PhaseResource.duration("0s")).isZero();
    assertThatThrownBy(() -> PhaseResource.duration("-1d"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PhaseResource.duration("PT-5S"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
