package culturalintelligence.analysis.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import culturalintelligence.domain.library.LibraryRoots;
import culturalintelligence.domain.library.Resolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWalkTest {
  @TempDir Path made;

  private void file(String name) throws IOException {
    Path file = made.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
  }

  private FolderWalk walk(@Nullable String position, int window) throws IOException {
    return new FolderWalk(made.toRealPath(), List.of(), position, window);
  }

  private static List<LibraryWalk.Entry> all(FolderWalk walk) throws IOException {
    List<LibraryWalk.Entry> entries = new ArrayList<>();
    for (LibraryWalk.Entry entry = walk.next(); entry != null; entry = walk.next()) {
      entries.add(entry);
    }
    return entries;
  }

  private static List<String> positions(List<LibraryWalk.Entry> entries) {
    return entries.stream().map(LibraryWalk.Entry::position).toList();
  }

  @Test
  void foldersComeBeforeWhatIsInThemAndNamesInOrder() throws IOException {
    file("b.mp3");
    file("a/2.mp3");
    file("a/1.mp3");
    file("a/b/x.mp3");
    Files.createDirectory(made.resolve("empty"));

    List<LibraryWalk.Entry> entries = all(walk(null, 100));

    assertThat(positions(entries))
        .containsExactly("a", "a/1.mp3", "a/2.mp3", "a/b", "a/b/x.mp3", "b.mp3", "empty");
    assertThat(entries.get(1))
        .isInstanceOfSatisfying(
            LibraryWalk.Entry.File.class,
            f -> {
              assertThat(f.names()).containsExactly("a", "1.mp3");
              assertThat(f.version().sizeBytes()).isEqualTo(7);
            });
    assertThat(entries.get(0)).isInstanceOf(LibraryWalk.Entry.Folder.class);
  }

  /** Whatever the window and wherever it is taken up again: the same entries, each once. */
  @Test
  void aWalkThatGoesOnAnywhereGivesTheRestAndNothingTwice() throws IOException {
    Random dice = new Random(20);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 120; i++) {
      StringBuilder name = new StringBuilder();
      for (int depth = dice.nextInt(4); depth > 0; depth--) {
        name.append("d").append(dice.nextInt(4)).append(dice.nextBoolean() ? " é" : "").append('/');
      }
      names.add(name + "f" + dice.nextInt(1000) + "❷#&.mp3");
    }
    for (String name : names) {
      file(name);
    }
    List<String> whole = positions(all(walk(null, 1000)));
    assertThat(whole.stream().filter(p -> p.endsWith(".mp3")))
        .containsExactlyInAnyOrderElementsOf(names);

    for (int window : List.of(1, 2, 3, 7, 1000)) {
      assertThat(positions(all(walk(null, window)))).as("window " + window).isEqualTo(whole);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(positions(all(walk(whole.get(i), window))))
            .as("behind %s with window %d", whole.get(i), window)
            .isEqualTo(whole.subList(i + 1, whole.size()));
      }
    }
  }

  @Test
  void whatIsGoneSinceThePositionWasWrittenIsNoEnd() throws IOException {
    file("a/1.mp3");
    file("a/2.mp3");
    file("c.mp3");

    assertThat(positions(all(walk("a/1.mp3/gone/deep", 10)))).containsExactly("a/2.mp3", "c.mp3");
    assertThat(positions(all(walk("b/gone", 10)))).containsExactly("c.mp3");
  }

  @Test
  void linksAndPipesAreMetAndNotFollowed() throws Exception {
    file("real/1.mp3");
    Files.createSymbolicLink(made.resolve("circle"), made);
    Files.createSymbolicLink(made.resolve("file-link.mp3"), made.resolve("real/1.mp3"));
    Files.createSymbolicLink(made.resolve("out"), Path.of("/etc"));
    Files.createSymbolicLink(made.resolve("broken"), made.resolve("nowhere"));
    new ProcessBuilder("mkfifo", made.resolve("pipe.mp3").toString()).start().waitFor();

    List<LibraryWalk.Entry> entries = all(walk(null, 3));

    assertThat(positions(entries))
        .containsExactly(
            "broken", "circle", "file-link.mp3", "out", "pipe.mp3", "real", "real/1.mp3");
    assertThat(entries.subList(0, 5)).allMatch(LibraryWalk.Entry.Skipped.class::isInstance);
  }

  @Test
  void aFolderThatBecomesALinkWhileTheWalkGoesOnIsNotEntered() throws IOException {
    file("a/1.mp3");
    file("b/2.mp3");
    Path elsewhere = Files.createTempDirectory("elsewhere");
    Files.writeString(elsewhere.resolve("secret.mp3"), "x");
    FolderWalk walk = walk(null, 10);
    assertThat(walk.next()).isInstanceOf(LibraryWalk.Entry.Folder.class);

    // Everything of the root is listed by now; "b" is a folder in that list.
    Files.delete(made.resolve("b/2.mp3"));
    Files.delete(made.resolve("b"));
    Files.createSymbolicLink(made.resolve("b"), elsewhere);

    assertThat(positions(all(walk))).containsExactly("a/1.mp3", "b");
    Files.delete(elsewhere.resolve("secret.mp3"));
    Files.delete(elsewhere);
  }

  @Test
  void aNameThatIsNoUtf8IsToldAndNotTakenForAnother() throws Exception {
    Process touch =
        new ProcessBuilder(
                "bash",
                "-c",
                "cd \"$1\" && touch \"$(printf 'bad-\\xe9.mp3')\"",
                "bash",
                made.toString())
            .start();
    assumeThat(touch.waitFor()).isZero();

    assertThat(all(walk(null, 10)))
        .singleElement()
        .isInstanceOfSatisfying(
            LibraryWalk.Entry.Closed.class,
            c -> assertThat(c.failure().code().name()).isEqualTo("NAME_NOT_ENCODABLE"));
  }

  @Test
  void aFolderThatMayNotBeListedIsToldOnceAndTheRestGoesOn() throws IOException {
    file("a/1.mp3");
    file("b/2.mp3");
    Files.setPosixFilePermissions(made.resolve("a"), PosixFilePermissions.fromString("---------"));
    try {
      assumeThat(Files.isReadable(made.resolve("a"))).as("root may list everything").isFalse();
      List<LibraryWalk.Entry> entries = all(walk(null, 10));
      assertThat(entries).filteredOn(LibraryWalk.Entry.Closed.class::isInstance).hasSize(1);
      assertThat(positions(entries)).contains("b/2.mp3");
      String behind =
          entries.stream()
              .filter(LibraryWalk.Entry.Closed.class::isInstance)
              .findFirst()
              .orElseThrow()
              .position();
      assertThat(all(walk(behind, 10))).noneMatch(LibraryWalk.Entry.Closed.class::isInstance);
    } finally {
      Files.setPosixFilePermissions(
          made.resolve("a"), PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aRootThatIsGoneEndsTheWalkLoudly() throws IOException {
    FolderWalk walk = new FolderWalk(made.resolve("gone"), List.of(), null, 10);

    assertThatThrownBy(walk::next).isInstanceOf(NoSuchFileException.class);
  }

  /** However many names a folder has, a window of them is held. */
  @Test
  void aHugeFolderIsWalkedThroughSmallWindows() throws IOException {
    Path huge = Files.createDirectory(made.resolve("huge"));
    for (int i = 0; i < 20_000; i++) {
      Files.createFile(huge.resolve("%08x.mp3".formatted(i * 2_654_435_761L & 0xffffffffL)));
    }
    FolderWalk walk = walk(null, 1_000);
    String before = "";
    int files = 0;
    for (LibraryWalk.Entry entry = walk.next(); entry != null; entry = walk.next()) {
      assertThat(entry.position()).isGreaterThan(before);
      before = entry.position();
      files += entry instanceof LibraryWalk.Entry.File ? 1 : 0;
      assertThat(walk.held()).isLessThanOrEqualTo(1_001);
    }
    assertThat(files).isEqualTo(20_000);
  }

  @Test
  void aWalkBeginsAtAFolderInsideTheRootAndNowhereElse() throws IOException {
    file("House/Deep/1.mp3");
    file("plain.mp3");
    Files.createSymbolicLink(made.resolve("out"), Path.of("/etc"));
    LibraryRoots roots = LibraryRoots.parse("X:\\Music=" + made);
    FolderFiles files = new FolderFiles(made);

    assertThat(start(files, roots, "x:\\music\\HOUSE"))
        .isInstanceOfSatisfying(
            LibraryWalk.Start.Ready.class,
            ready -> assertThat(ready.below()).containsExactly("House"));
    assertThat(start(files, roots, "X:\\Music")).isInstanceOf(LibraryWalk.Start.Ready.class);
    assertThat(
            Stream.of("X:\\Music\\plain.mp3", "X:\\Music\\out", "X:\\Music\\nowhere")
                .map(path -> start(files, roots, path)))
        .allMatch(LibraryWalk.Start.Refused.class::isInstance);
  }

  private static LibraryWalk.Start start(FolderFiles files, LibraryRoots roots, String path) {
    return files.walk(((Resolution.Inside) roots.resolve(path)).path(), null);
  }
}
