package culturalintelligence.localdev.sample;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What one audio content is, whoever keeps how many copies of it.
 *
 * @param mix as a person writes it, {@code Original Mix}; null when the title has none
 * @param mixCode as the old service writes it in {@code remix_info}
 * @param tenthsBpm beats per minute times ten
 * @param camelot the key on the Camelot wheel, {@code 8A}
 * @param key the same key as ID3 writes it, {@code Am}
 * @param bitrate in bit/s
 * @param hash SHA-256 of the bytes, lower-case hex
 */
record Song(
    long artistNumber,
    String artist,
    String title,
    @Nullable String mix,
    @Nullable String mixCode,
    Genres.Genre genre,
    String label,
    String catalogue,
    int tenthsBpm,
    String camelot,
    String key,
    int seconds,
    int bitrate,
    String extension,
    String hash) {

  private static final String[] CAMELOT_KEYS = {
    "Abm", "B", "Ebm", "F#", "Bbm", "Db", "Fm", "Ab", "Cm", "Eb", "Gm", "Bb", "Dm", "F", "Am", "C",
    "Em", "G", "Bm", "D", "F#m", "A", "C#m", "E"
  };

  static Song of(long seed, long content, long artists) {
    Dice dice = new Dice(seed, 1, content);
    double skew = dice.unit();
    // Few artists fill most crates; the odd names, which come first, are the rare ones.
    long artistNumber = artists - 1 - (long) (skew * skew * artists);
    String artist = Names.artist(artistNumber);
    String title = Names.title(dice);
    String mix = null;
    String code = null;
    switch (dice.below(20)) {
      case 0, 1, 2, 3, 4, 5, 6 -> {
        mix = "Original Mix";
        code = "original";
      }
      case 7, 8, 9 -> {
        mix = "Extended Mix";
        code = "extended";
      }
      case 10, 11, 12 -> {
        mix = Names.artist(dice.below(artists)).strip() + " Remix";
        code = "remix";
      }
      case 13 -> {
        mix =
            dice.one(
                "Radio Edit",
                "Club Mix",
                "Dub",
                "Instrumental",
                "VIP Mix",
                "Live at Plattenbau",
                "2019 Remaster");
        code =
            switch (mix) {
              case "Radio Edit" -> "radio_edit";
              case "Club Mix" -> "club";
              case "Dub" -> "dub";
              case "Instrumental" -> "instrumental";
              case "VIP Mix" -> "vip";
              case "2019 Remaster" -> "remaster";
              default -> "live";
            };
      }
      case 14 -> {
        mix = dice.one("Dirty Bootleg", "Kru Mashup", "Hart Rework", "Acapella", "Blum Edit");
        code =
            switch (mix) {
              case "Dirty Bootleg" -> "bootleg";
              case "Kru Mashup" -> "mashup";
              case "Hart Rework" -> "rework";
              case "Acapella" -> "acapella";
              default -> "edit";
            };
      }
      default -> {}
    }
    Genres.Genre genre = Genres.pick(dice);
    String label = Names.label(dice);
    int span = genre.fastest() - genre.slowest() + 1;
    int tenths = (genre.slowest() + dice.below(span)) * 10;
    if (dice.percent(22)) {
      tenths += dice.percent(50) ? 5 : dice.below(10);
    }
    int wheel = dice.below(24);
    int seconds = 150 + dice.below(330);
    String extension =
        switch (dice.below(100)) {
          case 0 -> "ogg";
          case 1, 2, 3, 4, 5, 6 -> "m4a";
          case 7, 8, 9, 10, 11, 12, 13, 14 -> "flac";
          case 15, 16, 17, 18, 19, 20, 21 -> "aiff";
          case 22, 23, 24, 25, 26, 27, 28, 29 -> "wav";
          default -> "mp3";
        };
    int bitrate =
        switch (extension) {
          case "wav", "aiff" -> 1_411_200;
          case "flac" -> 700_000 + dice.below(300_000);
          case "m4a", "ogg" -> 256_000;
          default -> dice.percent(80) ? 320_000 : dice.percent(50) ? 192_000 : 128_000;
        };
    return new Song(
        artistNumber,
        artist,
        title,
        mix,
        code,
        genre,
        label,
        Names.catalogue(dice, label),
        tenths,
        (wheel / 2 + 1) + (wheel % 2 == 0 ? "A" : "B"),
        CAMELOT_KEYS[wheel],
        seconds,
        bitrate,
        extension,
        hash(dice));
  }

  String fullTitle() {
    return mix == null ? title : title + " (" + mix + ")";
  }

  /** Shortest form: {@code 128}, {@code 125.5}. */
  String bpm() {
    return tenthsBpm % 10 == 0
        ? Integer.toString(tenthsBpm / 10)
        : tenthsBpm / 10 + "." + tenthsBpm % 10;
  }

  long bytes() {
    return (long) seconds * bitrate / 8 + 4321;
  }

  private static String hash(Dice dice) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(dice.next())
        + hex.toHexDigits(dice.next())
        + hex.toHexDigits(dice.next())
        + hex.toHexDigits(dice.next());
  }
}
