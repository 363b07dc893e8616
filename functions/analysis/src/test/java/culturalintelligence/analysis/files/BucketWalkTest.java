package culturalintelligence.analysis.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.Resolution;
import culturalintelligence.testkit.storage.BucketServer;
import culturalintelligence.testkit.storage.BucketServer.Mood;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;

class BucketWalkTest {
  private static final BucketServer SERVER = BucketServer.start();

  private final LibraryFiles files =
      library("/srv/bucket=s3://walk/crates/a;B:\\Crate=s3://walk/crates/a;/all=s3://walk");

  private static LibraryFiles library(String roots) {
    var settings =
        Settings.of(
            Map.of(
                "library-roots",
                roots,
                "storage.endpoint",
                SERVER.endpoint().toString(),
                "storage.patience",
                "PT0.3S"));
    return new LibraryFiles(settings, new Buckets(settings));
  }

  @BeforeEach
  void forget() {
    SERVER.forget();
    put("keep.mp3");
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static void put(String name) {
    SERVER.put("walk", "crates/a/" + name, name.getBytes(StandardCharsets.UTF_8));
  }

  private LibraryWalk.Start start(LibraryFiles library, String path, @Nullable String position) {
    return library.walk(((Resolution.Inside) library.resolve(path)).path(), position);
  }

  private LibraryWalk.Start.Ready ready(String path, @Nullable String position) {
    LibraryWalk.Start start = start(files, path, position);
    assertThat(start).as("%s", start).isInstanceOf(LibraryWalk.Start.Ready.class);
    return (LibraryWalk.Start.Ready) start;
  }

  private List<LibraryWalk.Entry> all(String path, @Nullable String position) throws IOException {
    List<LibraryWalk.Entry> entries = new ArrayList<>();
    try (LibraryWalk walk = ready(path, position).walk()) {
      for (LibraryWalk.Entry entry = walk.next(); entry != null; entry = walk.next()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static List<String> positions(List<LibraryWalk.Entry> entries) {
    return entries.stream().map(LibraryWalk.Entry::position).toList();
  }

  private String refusal(String path) {
    LibraryWalk.Start start = start(files, path, null);
    assertThat(start).isInstanceOf(LibraryWalk.Start.Refused.class);
    return ((LibraryWalk.Start.Refused) start).sentence();
  }

  @Test
  void foldersComeBeforeWhatIsInThemAndNothingBesidesIsListed() throws IOException {
    put("order/b.mp3");
    put("order/a/1.mp3");
    put("order/a/b/x.mp3");
    put("order/empty/");
    put("ordered elsewhere.mp3");

    List<LibraryWalk.Entry> entries = all("/srv/bucket/order", null);

    assertThat(positions(entries))
        .containsExactly("a/", "a/1.mp3", "a/b/", "a/b/x.mp3", "b.mp3", "empty/");
    assertThat(entries.get(3))
        .isInstanceOfSatisfying(
            LibraryWalk.Entry.File.class,
            f -> assertThat(f.names()).containsExactly("a", "b", "x.mp3"));
    assertThat(entries.get(0)).isInstanceOf(LibraryWalk.Entry.Folder.class);
    assertThat(ready("/srv/bucket/order", null).below()).containsExactly("order");
    assertThat(ready("/srv/bucket", null).below()).isEmpty();
  }

  /**
   * What a listing says of a file is what is said of it when it is asked for: else all is read
   * again.
   */
  @Test
  void aFileIsOfTheVersionThatAHeadSays() throws IOException {
    put("version/a.mp3");
    LibraryWalk.Entry.File met =
        (LibraryWalk.Entry.File) all("/srv/bucket/version", null).getFirst();

    Located located =
        files.locate(((Resolution.Inside) files.resolve("/srv/bucket/version/a.mp3")).path());

    assertThat(met.version()).isEqualTo(((Located.Found) located).version());
    assertThat(met.version().sizeBytes()).isEqualTo("version/a.mp3".length());
  }

  /** Whatever the page and wherever it is taken up again: the same entries, each once. */
  @Test
  void aWalkThatGoesOnAnywhereGivesTheRestAndNothingTwice() throws IOException {
    Random dice = new Random(21);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder name = new StringBuilder();
      for (int depth = dice.nextInt(4); depth > 0; depth--) {
        name.append("d").append(dice.nextInt(4)).append(dice.nextBoolean() ? " é" : "").append('/');
      }
      names.add(
          name + "f" + dice.nextInt(1000) + (i % 2 == 0 ? "\uD83C\uDFB5" : "\uFF5E&<#+") + ".mp3");
    }
    names.forEach(name -> put("resume/" + name));
    List<String> whole = positions(all("/srv/bucket/resume", null));
    assertThat(whole.stream().filter(p -> p.endsWith(".mp3")))
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(whole).doesNotHaveDuplicates();

    for (int page : List.of(1, 7)) {
      SERVER.page(page);
      assertThat(positions(all("/srv/bucket/resume", null)))
          .as("pages of " + page)
          .isEqualTo(whole);
    }
    SERVER.page(20);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(positions(all("/srv/bucket/resume", whole.get(i))))
          .as("behind %s", whole.get(i))
          .isEqualTo(whole.subList(i + 1, whole.size()));
    }
  }

  @Test
  void aPageIsOneRequestAndNoObjectIsAskedFor() throws IOException {
    for (int i = 0; i < 25; i++) {
      put("pages/" + i + ".mp3");
    }
    SERVER.forget();
    SERVER.page(10);

    assertThat(all("/srv/bucket/pages", null)).hasSize(25);

    // One to see that the folder is there, three pages.
    assertThat(SERVER.lists()).isEqualTo(4);
    assertThat(SERVER.heads()).isZero();
    assertThat(SERVER.gets()).isEmpty();
  }

  @Test
  void windowsFindsAFolderInAnotherCase() throws IOException {
    put("Crate One/House/a.mp3");

    LibraryWalk.Start.Ready ready = ready("b:/crate/CRATE one/house", null);

    assertThat(ready.below()).containsExactly("Crate One", "House");
    assertThat(ready.walk().next()).isInstanceOf(LibraryWalk.Entry.File.class);
  }

  @Test
  void whatIsNoFolderIsToldSo() {
    put("plain.mp3");

    assertThat(refusal("/srv/bucket/nowhere")).isEqualTo("There is no such folder");
    assertThat(refusal("/srv/bucket/plain.mp3")).isEqualTo("The path is no folder");
    assertThat(refusal("/srv/bucket/CRATE")).isEqualTo("There is no such folder");
    LibraryFiles gone = library("/gone=s3://no-such-bucket/x");
    assertThat(start(gone, "/gone", null))
        .isEqualTo(new LibraryWalk.Start.Refused("The library root's bucket does not exist"));
    SERVER.mood(Mood.DENIES);
    assertThat(refusal("/srv/bucket/order")).contains("s3:ListBucket");
  }

  @Test
  void anEmptyRootIsWalkedToItsEndAtOnce() throws IOException {
    LibraryFiles other = library("/other=s3://walk/nothing/here");
    LibraryWalk.Start start = start(other, "/other", null);
    assertThat(((LibraryWalk.Start.Ready) start).walk().next()).isNull();
  }

  @Test
  void storageThatFailsJustNowEndsNoWalk() throws IOException {
    for (int i = 0; i < 4; i++) {
      put("fails/" + i + ".mp3");
    }
    SERVER.page(2);
    LibraryWalk walk = ready("/srv/bucket/fails", null).walk();
    walk.next();
    walk.next();
    SERVER.mood(Mood.FAILS);
    assertThatThrownBy(walk::next).isInstanceOf(SdkException.class);
    SERVER.mood(Mood.WELL);
    assertThat(positions(List.of(walk.next(), walk.next()))).containsExactly("2.mp3", "3.mp3");

    LibraryWalk denied = ready("/srv/bucket/fails", null).walk();
    SERVER.mood(Mood.DENIES);
    assertThatThrownBy(denied::next)
        .isInstanceOfSatisfying(
            FileFailure.class,
            f -> assertThat(f.failure().code()).isEqualTo(FailureCode.STORAGE_DENIED));
  }

  @Test
  void aWholeBucketCanBeARoot() throws IOException {
    assertThat(positions(all("/all", null))).contains("crates/", "crates/a/", "crates/a/keep.mp3");
  }
}
