package culturalintelligence.domain.names;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.names.NameReading.Found;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NameReaderPropertyTest {
  @Property(tries = 2_000)
  void anyTextIsRead(@ForAll String path) {
    assertThat(texts(NameReader.read(path))).allSatisfy(NameReaderPropertyTest::isClean);
  }

  @Property(tries = 2_000)
  void whatLooksLikeANameIsReadTheSameEachTime(@ForAll("nearlyNames") String path) {
    NameReading reading = NameReader.read(path);
    assertThat(texts(reading)).allSatisfy(NameReaderPropertyTest::isClean);
    assertThat(reading.confidence()).isBetween(0.0, 1.0);
    assertThat(NameReader.read(path)).isEqualTo(reading);
  }

  @Property(tries = 500)
  void anArtistAndATitleOfPlainWordsComeBack(
      @ForAll("words") String artist, @ForAll("words") String title) {
    NameReading reading = NameReader.read("/m/" + artist + " - " + title + ".mp3");
    assertThat(reading.artist()).extracting("value").isEqualTo(artist);
    assertThat(reading.title()).extracting("value").isEqualTo(title);
  }

  /** The signs that mean something in names, in any order. */
  @Provide
  Arbitrary<String> nearlyNames() {
    return Arbitraries.of(
            "(",
            ")",
            "[",
            "]",
            " - ",
            "-",
            "_",
            " ",
            ".",
            "/",
            "\\",
            "0",
            "01",
            "128",
            "bpm",
            "A",
            "8A",
            "Mix",
            "Remix",
            "feat.",
            "Lena",
            "mp3",
            ".mp3",
            "\0",
            "\ud83d",
            "\udc00",
            "é",
            "copy",
            "House",
            "Unknown",
            "www.",
            ".com",
            "=",
            "'",
            "❷",
            "deadbeef",
            "\u202e")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> words() {
    // Made of syllables no rule knows.
    return Arbitraries.of("Zo", "Kel", "Mur", "Fip", "Tavo", "Quen")
        .list()
        .ofMinSize(2)
        .ofMaxSize(4)
        .map(parts -> String.join("", parts))
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(names -> String.join(" ", names));
  }

  private static List<String> texts(NameReading reading) {
    Stream<Found<String>> found =
        Stream.of(
                reading.artist(),
                reading.title(),
                reading.featured(),
                reading.label(),
                reading.catalogueNumber(),
                reading.storeId())
            .filter(Objects::nonNull);
    return Stream.concat(
            found.map(Found::value),
            Stream.ofNullable(reading.mix()).map(mix -> mix.value().text()))
        .toList();
  }

  private static void isClean(String text) {
    assertThat(text).isNotBlank();
    assertThat(text.codePoints().map(Character::getType))
        .doesNotContain((int) Character.CONTROL, (int) Character.SURROGATE);
  }
}
