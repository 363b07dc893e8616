package culturalintelligence.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.library.AnalysedTrack;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.Correction;
import culturalintelligence.domain.library.Correction.Field;
import culturalintelligence.domain.library.Correction.Value;
import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.DuplicateGroup;
import culturalintelligence.domain.library.DuplicatePage;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.library.RelatedGroup;
import culturalintelligence.domain.library.RelatedPage;
import culturalintelligence.domain.library.TrackStore;
import culturalintelligence.domain.music.Classification.Evidence;
import culturalintelligence.domain.music.Profiles;
import culturalintelligence.domain.music.StreamFacts;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The store may hold what others put there: every test uses paths and bytes of its own. */
public abstract class TrackStoreContract {
  private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05.678901Z");

  /** The implementation. */
  protected abstract TrackStore store();

  private static ContentHash hash(String of) {
    try {
      return ContentHash.of(
          MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Decision decision(String artist) {
    return new Decision(
        UUID.randomUUID(),
        Decision.Origin.ANALYSIS,
        artist,
        "Title",
        "extended",
        "Extended Mix",
        null,
        "Label of " + artist,
        "CAT001",
        "House",
        "Deep House",
        new BigDecimal("124.50"),
        "F#m",
        new BigDecimal("0.750000000000000"),
        Map.of("artist", 0.75),
        List.of(new Evidence("tag_genre", "House", 0.8)),
        false,
        false,
        "evidence",
        Instant.parse("2026-02-03T04:05:06.789012Z"));
  }

  private static AnalysedTrack track(String path, String bytes, @Nullable String audio) {
    return track(path, bytes, audio, decision("Artist"));
  }

  private static AnalysedTrack track(
      String path, String bytes, @Nullable String audio, Decision decision) {
    return new AnalysedTrack(
        PathKey.of(path),
        new FileVersion(bytes.length(), MODIFIED),
        hash(bytes),
        audio == null ? null : hash(audio),
        new StreamFacts("MP3", "MP3", 300.5, 44_100, 2, null, 320_000L, null, null, false),
        "{\"extraction_success\": true}",
        decision);
  }

  private KnownTrack known(String path) {
    return store().find(PathKey.of(path)).orElseThrow();
  }

  @Test
  void whatWasNeverRecordedIsNotThere() {
    assertThat(store().find(PathKey.of("/never/recorded.mp3"))).isEmpty();
    assertThat(store().findByHash(hash("never recorded"))).isEmpty();
    assertThat(store().relatedTo(hash("never recorded"))).isEmpty();
    assertThat(store().correct(PathKey.of("/never/recorded.mp3"), new Correction(Map.of())))
        .isEmpty();
  }

  @Test
  void whatIsRecordedIsFoundAsItWasGiven() {
    Decision decision = decision("Given");
    KnownTrack recorded =
        store().record(track("/given/a.mp3", "given bytes", "given audio", decision));

    assertThat(recorded.decision()).isEqualTo(decision);
    assertThat(recorded.path()).isEqualTo("/given/a.mp3");
    assertThat(recorded.fileName()).isEqualTo("a.mp3");
    assertThat(recorded.content()).isEqualTo(hash("given bytes"));
    assertThat(recorded.copies().count()).isEqualTo(1);
    assertThat(recorded.isUnchanged(new FileVersion("given bytes".length(), MODIFIED))).isTrue();
    assertThat(
            recorded.isUnchanged(new FileVersion("given bytes".length(), MODIFIED.plusNanos(1000))))
        .isFalse();
    assertThat(known("/given/a.mp3")).isEqualTo(recorded);
    assertThat(store().findByHash(hash("given bytes"))).contains(recorded);
  }

  @Test
  void whoRecordsTheSameBytesSecondGetsWhatTheFirstRecorded() {
    Decision first = decision("First");
    store().record(track("/second/a.mp3", "second bytes", null, first));

    KnownTrack second =
        store().record(track("/second/a.mp3", "second bytes", null, decision("Second")));

    assertThat(second.decision()).isEqualTo(first);
    assertThat(known("/second/a.mp3").decision()).isEqualTo(first);
  }

  @Test
  void thoseWhoRecordTogetherGetOneAnswer() throws Exception {
    List<KnownTrack> answers = new ArrayList<>();
    try (ExecutorService recorders = Executors.newFixedThreadPool(20)) {
      List<Future<KnownTrack>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Decision mine = decision("Recorder " + i);
        all.add(
            recorders.submit(
                () -> store().record(track("/together/a.mp3", "together bytes", null, mine))));
      }
      for (Future<KnownTrack> one : all) {
        answers.add(one.get());
      }
    }

    assertThat(answers.stream().distinct()).hasSize(1);
    assertThat(known("/together/a.mp3")).isEqualTo(answers.getFirst());
  }

  @Test
  void otherBytesAtTheSamePathAreAnsweredFromTheirOwnReading() {
    KnownTrack before =
        store().record(track("/other/a.mp3", "bytes before", null, decision("Before")));
    KnownTrack after =
        store().record(track("/other/a.mp3", "bytes after", null, decision("After")));

    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.content()).isEqualTo(hash("bytes after"));
    assertThat(after.decision()).extracting(Decision::artist).isEqualTo("After");
    assertThat(store().findByHash(hash("bytes before"))).isEmpty();
  }

  @Test
  void windowsSpellingsAreOneTrackAndOthersAreNot() {
    store().record(track("W:\\Music\\Spelled.mp3", "spelled bytes", null));

    assertThat(store().find(PathKey.of("w:\\music\\SPELLED.MP3")))
        .map(KnownTrack::path)
        .contains("W:\\Music\\Spelled.mp3");
    store().record(track("/Spelled/a.mp3", "spelled here", null));
    assertThat(store().find(PathKey.of("/spelled/A.mp3"))).isEmpty();
  }

  @Test
  void theBestCopyIsThePrimary() {
    store().record(track("/copies/trash/a.mp3", "copied bytes", null));
    store().record(track("/copies/some/longer/way/a.mp3", "copied bytes", null));
    KnownTrack best = store().record(track("/copies/to/some/a.mp3", "copied bytes", null));

    assertThat(best.copies().count()).isEqualTo(3);
    assertThat(best.copies().paths())
        .containsExactly(
            "/copies/to/some/a.mp3", "/copies/some/longer/way/a.mp3", "/copies/trash/a.mp3");
    assertThat(store().findByHash(hash("copied bytes")))
        .map(KnownTrack::path)
        .contains("/copies/to/some/a.mp3");
  }

  @Test
  void aPersonsWordHoldsWhateverIsRecordedAfterIt() {
    store().record(track("/word/a.mp3", "word bytes", null, decision("Machine")));
    KnownTrack said =
        store()
            .correct(
                PathKey.of("/word/a.mp3"),
                new Correction(
                    Map.of(
                        Field.ARTIST, new Value.Text("Person"), Field.LABEL, new Value.Nothing())))
            .orElseThrow();
    store().record(track("/word/a.mp3", "other word bytes", null, decision("Machine again")));

    Decision word = Objects.requireNonNull(said.decision());
    assertThat(word.artist()).isEqualTo("Person");
    assertThat(word.label()).isNull();
    assertThat(word.title()).isEqualTo("Title");
    assertThat(word.humanValidated()).isTrue();
    assertThat(known("/word/a.mp3").decision()).isEqualTo(word);
  }

  @Test
  void profilesAreLearnedFromWhatIsValidatedAndFromNothingElse() {
    store().record(track("/learned/a.mp3", "learned bytes", null, decision("Contract Learned")));
    Profiles.Names names =
        new Profiles.Names(
            Set.of(Profiles.keyOf("Contract Learned")),
            Set.of(Profiles.keyOf("Label of Contract Learned")));
    assertThat(store().profiles(names)).isEqualTo(Profiles.NONE);

    store().correct(PathKey.of("/learned/a.mp3"), new Correction(Map.of()));
    store()
        .correct(
            PathKey.of("/learned/a.mp3"),
            new Correction(Map.of(Field.GENRE, new Value.Text("Techno"))));

    Profiles learned = store().profiles(names);
    assertThat(learned.artists().values())
        .singleElement()
        .isEqualTo(new Profiles.Profile("Techno", null, 1, 1.0));
    assertThat(learned.labels().values())
        .singleElement()
        .isEqualTo(new Profiles.Profile("Techno", null, 1, 1.0));
  }

  @Test
  void everyDuplicateIsOnOnePage() {
    for (int group = 0; group < 7; group++) {
      for (int copy = 0; copy <= group % 3; copy++) {
        store().record(track("/pages/" + group + "/" + copy + ".mp3", "page bytes " + group, null));
      }
    }

    List<DuplicateGroup> all = new ArrayList<>();
    ContentHash after = null;
    do {
      DuplicatePage page = store().duplicates(after, 2);
      assertThat(page.groups()).hasSizeLessThanOrEqualTo(2);
      all.addAll(page.groups());
      after = page.next();
    } while (after != null);
    assertThat(all.stream().map(group -> group.content().hex())).doesNotHaveDuplicates().isSorted();
    for (int group = 0; group < 7; group++) {
      ContentHash mine = hash("page bytes " + group);
      long copies = group % 3 + 1L;
      assertThat(all.stream().filter(g -> g.content().equals(mine)).map(g -> g.copies().count()))
          .containsExactlyElementsOf(copies == 1 ? List.of() : List.of(copies));
      assertThat(
              all.stream().filter(g -> g.content().equals(mine)).map(DuplicateGroup::wastedBytes))
          .allMatch(Long.valueOf((copies - 1) * "page bytes 0".length())::equals);
    }
  }

  @Test
  void theSameAudioInOtherBytesIsRelated() {
    store().record(track("/related/longer/a.mp3", "related bytes", "related audio"));
    store().record(track("/related/longer/copy.mp3", "related bytes", "related audio"));
    store().record(track("/related/a.mp3", "related bytes, retagged", "related audio"));
    store().record(track("/related/other.mp3", "unrelated bytes", "unrelated audio"));

    RelatedGroup group = store().relatedTo(hash("related bytes")).orElseThrow();
    assertThat(group.count()).isEqualTo(2);
    assertThat(group.files().getFirst().primary()).isEqualTo("/related/a.mp3");
    assertThat(group.files().getLast().copies()).isEqualTo(2);
    assertThat(group.wastedBytes()).isEqualTo("related bytes".length());
    List<RelatedGroup> all = new ArrayList<>();
    ContentHash after = null;
    do {
      RelatedPage page = store().related(after, 1);
      all.addAll(page.groups());
      after = page.next();
    } while (after != null);
    assertThat(all).contains(group);
    assertThat(all).allMatch(one -> one.count() > 1);
    assertThat(all.stream().map(one -> one.payload().hex())).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void figuresGrowWithWhatIsRecorded() {
    var before = store().figures();
    store().record(track("/figures/a.mp3", "figure bytes", null));
    store().record(track("/figures/b.mp3", "figure bytes", null));
    var after = store().figures();

    assertThat(after.tracks() - before.tracks()).isEqualTo(2);
    assertThat(after.contents() - before.contents()).isEqualTo(1);
    assertThat(after.redundantCopies() - before.redundantCopies()).isEqualTo(1);
  }
}
