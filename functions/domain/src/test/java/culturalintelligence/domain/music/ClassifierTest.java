package culturalintelligence.domain.music;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.music.Classification.Evidence;
import culturalintelligence.domain.music.Classification.Field;
import culturalintelligence.domain.music.Profiles.Profile;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ClassifierTest {
  private static final String PATH = "X:\\Crate\\Lena Ortiz - Night Ferry (Kavo Remix).mp3";

  @Test
  void tagsWinOverTheName() {
    Classification it =
        classify("/m/Lena - Tide.mp3", tags("ARTIST=Lena Ortiz", "TITLE=Night Ferry"));
    assertThat(it.artist()).isEqualTo("Lena Ortiz");
    assertThat(it.title()).isEqualTo("Night Ferry");
    assertThat(it.notes()).anyMatch(note -> note.contains("The name says title \"Tide\""));
  }

  @Test
  void agreementRaisesAndDisagreementLowersConfidence() {
    Tags tags = tags("ARTIST=Lena Ortiz", "TITLE=Night Ferry (Kavo Remix)");
    Classification agreed = classify(PATH, tags);
    Classification alone = classify("/m/0815.mp3", tags);
    Classification against = classify("/m/Moro - Something Else.mp3", tags);
    assertThat(agreed.confidence()).isGreaterThan(0.95);
    assertThat(alone.confidence()).isBetween(against.confidence(), agreed.confidence());
    assertThat(against.confidence()).isLessThan(0.7);
  }

  @Test
  void placeholdersSitesAndTheFilesOwnNameAreNoTags() {
    for (String artist : List.of("Unknown Artist", "www.tunez4you.com", "VA", "\0\0")) {
      assertThat(classify(PATH, tags("ARTIST=" + artist)).artist()).isEqualTo("Lena Ortiz");
    }
    Classification own =
        classify(
            "/m/03 - Lena - Tide.wav", tags("ARTIST=Unknown Artist", "TITLE=03 - Lena - Tide"));
    assertThat(own.artist()).isEqualTo("Lena");
    assertThat(own.title()).isEqualTo("Tide");
    assertThat(classify(PATH, tags("ARTIST=Lena (tunez4you.com)")).artist()).isEqualTo("Lena");
  }

  @Test
  void aTitleTagThatHoldsBothIsTakenApart() {
    Classification it = classify("/m/0815.mp3", tags("TITLE=Lena Ortiz - Night Ferry"));
    assertThat(it.artist()).isEqualTo("Lena Ortiz");
    assertThat(it.title()).isEqualTo("Night Ferry");
  }

  @Test
  void theVersionAndItsRemixerAreNamed() {
    Classification it = classify(PATH, Tags.NONE);
    assertThat(it.mixKind()).isEqualTo(MixKind.REMIX);
    assertThat(it.mixText()).isEqualTo("Kavo Remix");
    assertThat(it.remixer()).isEqualTo("Kavo");
    assertThat(it.title()).isEqualTo("Night Ferry (Kavo Remix)");
    Classification subtitle = classify("/m/0815.mp3", tags("TITLE=Tide", "SUBTITLE=Extended Mix"));
    assertThat(subtitle.title()).isEqualTo("Tide (Extended Mix)");
    assertThat(subtitle.mixKind()).isEqualTo(MixKind.EXTENDED);
  }

  @Test
  void theLabelNeverComesFromTheAlbumArtist() {
    assertThat(classify(PATH, tags("ALBUM_ARTIST=Harbour Recordings")).label()).isNull();
    assertThat(classify(PATH, tags("LABEL=Harbour Recordings")).label())
        .isEqualTo("Harbour Recordings");
  }

  @Test
  void tempoAndKeyAreDecimalAndCanonical() {
    Classification it = classify(PATH, tags("BPM=125.50", "KEY=8A"));
    assertThat(it.bpm()).isEqualByComparingTo("125.5");
    assertThat(it.key()).isEqualTo(MusicalKey.A_MINOR);
    assertThat(classify(PATH, tags("BPM=0", "KEY=o")).bpm()).isNull();
    assertThat(classify("/m/174 bpm - Lena - Tide.mp3", tags("BPM=87")).notes())
        .anyMatch(note -> note.contains("half"));
  }

  @Test
  void genreEvidenceIsAddedUpAndListed() {
    Classification it = classify("/m/Tech House/Lena - Tide.mp3", tags("GENRE=House"));
    assertThat(it.genre()).isEqualTo("House");
    assertThat(it.subgenre()).isEqualTo("Tech House");
    assertThat(it.evidence())
        .contains(new Evidence("tag:genre", "House", 0.85))
        .contains(new Evidence("folder:genre", "Tech House", 0.5));
    assertThat(it.fieldConfidences().get(Field.GENRE)).isGreaterThan(0.9);
  }

  @Test
  void rivalsLowerTheConfidenceOfAGenre() {
    Classification agreed = classify("/m/Techno/Lena - Tide.mp3", tags("GENRE=Techno"));
    Classification split = classify("/m/House/Lena - Tide.mp3", tags("GENRE=Techno"));
    assertThat(split.genre()).isEqualTo("Techno");
    assertThat(split.fieldConfidences().get(Field.GENRE))
        .isLessThan(agreed.fieldConfidences().get(Field.GENRE));
    assertThat(split.notes()).anyMatch(note -> note.contains("House"));
  }

  @Test
  void theTempoBreaksATieAndNoMore() {
    Tags both = tags("GENRE=House/Drum & Bass", "BPM=174");
    assertThat(classify("/m/a.mp3", both).genre()).isEqualTo("House");
    String tied = "/m/Drum & Bass/x/House/a.mp3";
    assertThat(classify("/m/Drum & Bass/House/a.mp3", tags("BPM=174")).genre())
        .isEqualTo("Drum & Bass");
    assertThat(classify(tied, tags("BPM=126")).genre()).isEqualTo("House");
  }

  @Test
  void profilesOfArtistAndLabelAreWeighed() {
    Tags tags = tags("ARTIST=Lena Ortiz & Kavo", "TITLE=Tide", "LABEL=Harbour Recordings");
    Profiles.Names names = Classifier.names("/m/a.mp3", tags);
    assertThat(names.artists()).contains("lena ortiz", "kavo", "lena ortiz & kavo");
    assertThat(names.labels()).containsExactly("harbour recordings");
    Profiles profiles =
        new Profiles(
            Map.of("kavo", new Profile("Breaks", "Florida Breaks", 20, 0.9)),
            Map.of("harbour recordings", new Profile("Breaks", null, 8, 1)));
    Classification it =
        Classifier.classify(new ClassificationInput("/m/a.mp3", tags, null, profiles));
    assertThat(it.genre()).isEqualTo("Breaks");
    assertThat(it.subgenre()).isEqualTo("Florida Breaks");
    assertThat(it.needsReview()).isFalse();
  }

  @Test
  void aMixOrANumberInTheGenreTagIsNoGenre() {
    assertThat(classify(PATH, tags("GENRE=Original Mix")).genre()).isEqualTo("Electronic");
    assertThat(classify(PATH, tags("GENRE=124")).genre()).isEqualTo("Electronic");
    assertThat(classify(PATH, tags("GENRE=(17)")).genre()).isEqualTo("Rock");
  }

  @Test
  void theArtistsOwnFolderIsNoGenre() {
    Classification it = classify("/m/Jungle/Jungle - Tide.mp3", Tags.NONE);
    assertThat(it.genre()).isEqualTo("Electronic");
    assertThat(classify("/m/House of Pain/a.mp3", Tags.NONE).genre()).isEqualTo("Electronic");
  }

  @Test
  void nothingKnownIsSaidSo() {
    Classification it = classify("X:\\in\\(033G02)-Unknown-Unknown-Unknown.wav", Tags.NONE);
    assertThat(it.artist()).isEqualTo("Unknown Artist");
    assertThat(it.title()).isEqualTo("(033G02)-Unknown-Unknown-Unknown");
    assertThat(it.genre()).isEqualTo("Electronic");
    assertThat(it.confidence()).isEqualTo(0.1);
    assertThat(it.needsReview()).isTrue();
    assertThat(classify("", Tags.NONE).title()).isNotBlank();
  }

  @Test
  void anUnknownGenreAsksForReviewOfAWellKnownTrack() {
    Classification it = classify("/m/01. Lena - Tide.mp3", tags("ARTIST=Lena", "TITLE=Tide"));
    assertThat(it.confidence()).isGreaterThan(0.9);
    assertThat(it.fieldConfidences()).containsEntry(Field.GENRE, 0.1);
    assertThat(it.needsReview()).isTrue();
  }

  @Property(tries = 1_000)
  void anyInputGivesTheSameCleanAnswerTwice(
      @ForAll String path, @ForAll String artist, @ForAll String title, @ForAll String other) {
    Map<TagField, List<String>> fields = new EnumMap<>(TagField.class);
    fields.put(TagField.ARTIST, List.of(artist));
    fields.put(TagField.TITLE, List.of(title));
    fields.put(TagField.GENRE, List.of(other));
    fields.put(TagField.KEY, List.of(other));
    fields.put(TagField.BPM, List.of(other));
    fields.put(TagField.LABEL, List.of(other));
    ClassificationInput input =
        new ClassificationInput(path, new Tags(fields, Map.of()), null, Profiles.NONE);
    Classification it = Classifier.classify(input);
    assertThat(Classifier.classify(input)).isEqualTo(it);
    assertThat(it.confidence()).isBetween(0.1, 1.0);
    assertThat(List.of(it.artist(), it.title())).allSatisfy(ClassifierTest::isClean);
    assertThat(it.evidence().stream().map(Evidence::value)).allSatisfy(ClassifierTest::isClean);
    assertThat(Classifier.names(path, input.tags())).isNotNull();
  }

  private static void isClean(String text) {
    assertThat(text).isNotBlank();
    assertThat(text.codePoints().map(Character::getType))
        .doesNotContain((int) Character.CONTROL, (int) Character.SURROGATE);
  }

  private static Classification classify(String path, Tags tags) {
    return Classifier.classify(new ClassificationInput(path, tags, null, Profiles.NONE));
  }

  private static Tags tags(String... assignments) {
    Map<TagField, List<String>> fields = new EnumMap<>(TagField.class);
    for (String assignment : assignments) {
      int at = assignment.indexOf('=');
      fields.put(
          TagField.valueOf(assignment.substring(0, at)), List.of(assignment.substring(at + 1)));
    }
    return new Tags(fields, Map.of());
  }
}
