package culturalintelligence.localdev.sample;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rows of {@code metacrate_tracks}. */
final class TrackRows {
  private static final int MOST_PICTURES = 60;
  private static final int PICTURE_BYTES = 225_000; // 300,000 in base64

  private final Crate crate;
  private final long pictureEvery;
  private final JsonText json = new JsonText();

  TrackRows(Crate crate) {
    this.crate = crate;
    this.pictureEvery = pictureEvery(crate.tracks());
  }

  private static long pictureEvery(long tracks) {
    return Math.max(420, tracks / MOST_PICTURES + 1);
  }

  /** How many rows of a library carry a picture. */
  static long pictures(long tracks) {
    return Math.ceilDiv(tracks - 5, pictureEvery(tracks));
  }

  static CopyRows open(Connection connection) throws SQLException {
    return new CopyRows(
        connection,
        "metacrate_tracks (id, file_path, original_filename, metacrate_classification, confidence_score,"
            + " extraction_metadata, processing_timestamp)");
  }

  void write(CopyRows out, long row) throws SQLException {
    Dice dice = new Dice(crate.seed(), 6, row);
    Dirt dirt = Dirt.of(row);
    Song song = crate.song(row);
    String path = crate.path(row, song);
    double confidence = confidence(dice);
    out.text(crate.id(row).toString()).text(path).text(filename(dice, dirt, path));
    classification(out, dice, dirt, song, confidence);
    score(out, dirt, confidence);
    metadata(out, dice, dirt, row, song);
    out.text(time(dice, dirt));
    out.endRow();
  }

  private static @Nullable String filename(Dice dice, Dirt dirt, String path) {
    if (dirt == Dirt.NO_NAME || dice.percent(2)) {
      return null;
    }
    if (dirt == Dirt.EMPTY_NAME || dice.percent(2)) {
      return "";
    }
    return path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
  }

  /**
   * Sums and products of weights, as a classifier leaves them: 0.95 as often as 0.847362819305847.
   */
  private static double confidence(Dice dice) {
    return switch (dice.below(6)) {
      case 0 -> 0.95;
      case 1 -> dice.below(101) / 100.0;
      case 2 -> 0.1 + 0.2;
      default -> Math.round(dice.unit() * 1e15) / 1e15;
    };
  }

  private static void score(CopyRows out, Dirt dirt, double confidence) {
    switch (dirt) {
      case NO_CONFIDENCE, NO_CLASSIFICATION -> out.nothing();
      case CONFIDENCE_NAN -> out.number(Double.NaN);
      case CONFIDENCE_OVER -> out.number(Math.nextUp(1.0));
      case CONFIDENCE_NEGATIVE_ZERO -> out.number(-0.0);
      case CONFIDENCE_TINY -> out.number(Double.MIN_VALUE);
      case CONFIDENCE_PERCENT -> out.number(95.0);
      case HUMAN_VALIDATED -> out.number(1.0);
      default -> out.number(confidence);
    }
  }

  private static @Nullable String time(Dice dice, Dirt dirt) {
    return switch (dirt) {
      case NO_TIME -> null;
      case INFINITE_TIME -> "infinity";
      case ANCIENT_TIME -> "0044-03-15 12:00:00 BC";
      default -> naive(dice);
    };
  }

  /**
   * Between 2023 and 2025, by a clock that does not say where it stands; some to the second, most
   * to the microsecond.
   */
  private static String naive(Dice dice) {
    long second = 1_672_531_200L + dice.below(94_000_000);
    int micros = dice.percent(10) ? 0 : dice.below(1_000_000);
    return LocalDateTime.ofEpochSecond(second, micros * 1000, ZoneOffset.UTC).toString();
  }

  private void classification(CopyRows out, Dice dice, Dirt dirt, Song song, double confidence) {
    switch (dirt) {
      case NO_CLASSIFICATION -> out.nothing();
      case CLASSIFICATION_JSON_NULL -> out.text("null");
      case CLASSIFICATION_EMPTY -> out.text("{}");
      case CLASSIFICATION_LIST -> out.text("[\"" + song.genre().name() + "\", null, 0.5]");
      case CLASSIFICATION_TEXT -> {
        classified(dice, dirt, song, confidence);
        String inner = json.toString();
        json.clear().openList("x").item(inner).closeList();
        String wrapped = json.toString();
        out.text(wrapped.substring(wrapped.indexOf('[') + 1, wrapped.length() - 1));
      }
      default -> {
        classified(dice, dirt, song, confidence);
        out.json(json);
      }
    }
  }

  private void classified(Dice dice, Dirt dirt, Song song, double confidence) {
    Genres.Genre genre = song.genre();
    Genres.Genre root = genre.parent() == null ? genre : genre.parent();
    json.clear().open();
    switch (dirt) {
      case MOJIBAKE -> json.put("artist", "BjÃ¶rn Ã…ngstrÃ¶m");
      case SITE_NAME -> json.put("artist", "whoplaymusic.com");
      case PLACEHOLDER -> json.put("artist", "Unknown Artist");
      case EMPTY_TEXTS -> json.put("artist", "");
      default ->
          json.put("artist", dice.percent(2) ? Names.decomposed(song.artist()) : song.artist());
    }
    json.put(
        dice.percent(90) ? "track_name" : "title",
        dirt == Dirt.PLACEHOLDER ? "Track 01" : song.title());
    if (song.mixCode() != null || dice.percent(60)) {
      json.put("remix_info", dice.percent(20) ? song.mix() : song.mixCode());
    }
    switch (dirt) {
      case GENRE_IS_NUMBER -> json.put("genre", "124");
      case GENRE_IS_ADVICE -> json.put("genre", "Parental Advisory");
      case EMPTY_TEXTS -> json.put("genre", "");
      default -> json.put("genre", dice.percent(4) ? "Electronic" : root.name());
    }
    json.put("subgenre", genre.parent() == null ? null : genre.name());
    if (dirt == Dirt.EMPTY_TEXTS || dice.percent(8)) {
      json.put("label", "").put("catalog_number", "");
    } else if (dice.percent(70)) {
      json.put("label", song.label())
          .put("catalog_number", dice.percent(50) ? song.catalogue() : null);
    } else {
      json.put("label", null);
    }
    switch (dirt) {
      case BPM_TEXT -> json.put("bpm", "128");
      case BPM_WORD -> json.put("bpm", "fast");
      case BPM_LIST -> json.raw("bpm", "[]");
      case BPM_NULL -> json.raw("bpm", "null");
      case BPM_OBJECT -> json.raw("bpm", "{\"value\": 174, \"half\": 87}");
      case BPM_ZERO -> json.raw("bpm", "0");
      case BPM_ABSURD -> json.raw("bpm", "134000000");
      case BPM_TRAILING_ZERO -> json.raw("bpm", "125.50");
      default -> {
        if (dice.percent(92)) {
          json.raw("bpm", song.bpm());
        }
      }
    }
    json.put(
        "musical_key", dice.percent(15) ? null : dice.percent(70) ? song.camelot() : song.key());
    switch (dirt) {
      case CONFIDENCE_TEXT -> json.put("confidence", "0.95");
      case CONFIDENCE_PERCENT -> json.raw("confidence", "95");
      case CONFIDENCE_NAN -> json.put("confidence", "NaN");
      case CONFIDENCE_OVER -> json.raw("confidence", "1.0000000000000002");
      case NO_CONFIDENCE -> json.raw("confidence", "null");
      case HUMAN_VALIDATED ->
          json.raw("confidence", "1.0").put("human_validated", true).put("validated_by", "tess");
      default -> json.raw("confidence", Double.toString(confidence));
    }
    json.openList("sources").item(dice.one("tags", "filename", "folder", "folder_pattern"));
    if (dice.percent(50)) {
      json.item(dice.one("label_profile", "bpm_range", "artist_profile:\"v2\""));
    }
    json.closeList();
    if (dice.percent(60)) {
      json.put("classified_at", naive(dice));
    }
    if (dice.percent(30)) {
      json.put("needs_review", confidence < 0.6);
    }
    if (dirt == Dirt.DEEP) {
      json.raw("trace", "[".repeat(60) + "{\"at\": {}}" + "]".repeat(60));
    }
    json.close();
  }

  private void metadata(CopyRows out, Dice dice, Dirt dirt, long row, Song song) {
    switch (dirt) {
      case NO_METADATA -> out.nothing();
      case METADATA_LIST -> out.text("[]");
      case METADATA_TEXT -> out.text("\"<Mutagen object at 0x7f2a>\"");
      case METADATA_FAILED ->
          out.json(
              json.clear()
                  .open()
                  .put("extraction_success", false)
                  .put("error", "can't sync to MPEG frame\n  at \"" + crate.path(row, song) + "\"")
                  .raw("normalized", "{}")
                  .close());
      default -> {
        extracted(dice, dirt, row, song);
        out.json(json);
      }
    }
  }

  private void extracted(Dice dice, Dirt dirt, long row, Song song) {
    json.clear().open();
    // The same bytes have the same tags, whoever keeps them where.
    Dice tags = new Dice(crate.seed(), 13, crate.original(row));
    if (dirt != Dirt.NO_NORMALIZED) {
      normalized(tags, dirt, song);
    }
    rawTags(tags, dirt, row, song);
    String hash = crate.hash(row, song);
    if (hash != null || dice.percent(50)) {
      json.put("file_hash", hash);
    }
    switch (dirt) {
      case DURATION_ABSURD -> json.raw("duration", "777600.25");
      case DURATION_TEXT -> json.put("duration", song.seconds() / 60 + ":" + song.seconds() % 60);
      default -> json.raw("duration", song.seconds() + "." + tags.below(1_000_000));
    }
    json.put("bitrate", song.bitrate());
    if (dirt == Dirt.BIG_NUMBERS) {
      json.raw("size", "123456789012345678901234567890")
          .raw("gain", "-1.5e-320")
          .raw("ratio", "1e400")
          .raw("one", "1.0");
    }
    json.put("extraction_success", true);
    if (dice.percent(70)) {
      json.put("extracted_at", naive(dice));
    }
    json.close();
  }

  private void normalized(Dice dice, Dirt dirt, Song song) {
    json.open("normalized").put("title", song.fullTitle());
    json.put("artist", dirt == Dirt.SITE_NAME ? "whoplaymusic.com" : song.artist());
    if (dice.percent(60)) {
      json.put("album", dice.percent(15) ? "" : song.title() + " EP");
    }
    json.maybe("albumartist", dice.percent(20) ? "Various Artists" : null);
    json.maybe("genre", dice.percent(80) ? song.genre().name() : dice.percent(30) ? "" : null);
    json.maybe(
        "date",
        dice.percent(70) ? dice.one("2019", "2021-05-14", "2023", "2007-00-00", "1998") : null);
    json.maybe("label", dice.percent(40) ? song.label() : null);
    json.maybe("bpm", dice.percent(60) ? dice.percent(10) ? "0" : song.bpm() : null);
    json.maybe("key", dice.percent(50) ? dice.percent(50) ? song.key() : song.camelot() : null);
    json.maybe("catalog", dice.percent(20) ? song.catalogue() : null);
    json.maybe("isrc", dice.percent(10) ? "XX-N0R-24-%05d".formatted(dice.below(100_000)) : null);
    json.maybe(
        "comment",
        dice.percent(25)
            ? dice.one(
                "",
                "Purchased at example.com",
                song.camelot() + " - Energy 6",
                "❤ from 'DJ Pool'\tv2")
            : null);
    json.put("sample_rate", dice.percent(90) ? 44_100 : 48_000).put("channels", 2).close();
  }

  private void rawTags(Dice dice, Dirt dirt, long row, Song song) {
    json.open("raw_tags");
    boolean vorbis = song.extension().equals("flac") || song.extension().equals("ogg");
    boolean mp4 = song.extension().equals("m4a");
    json.put(vorbis ? "title" : mp4 ? "©nam" : "TIT2", song.fullTitle());
    json.put(
        vorbis ? "artist" : mp4 ? "©ART" : "TPE1",
        dirt == Dirt.SITE_NAME ? "whoplaymusic.com" : song.artist());
    if (dice.percent(40)) {
      json.put(
          vorbis ? "ORGANIZATION" : mp4 ? "----:com.apple.iTunes:LABEL" : "TPUB", song.label());
      json.put(
          vorbis ? "CATALOGNUMBER" : mp4 ? "----:com.apple.iTunes:CATALOGNUMBER" : "TXXX:CATALOG #",
          song.catalogue());
    }
    if (dice.percent(50)) {
      json.put(vorbis ? "BPM" : mp4 ? "tmpo" : "TBPM", song.bpm());
    }
    if (dice.percent(40)) {
      json.put(
          vorbis ? "INITIALKEY" : mp4 ? "----:com.apple.iTunes:initialkey" : "TKEY", song.key());
    }
    if (dice.percent(10)) {
      json.put("TXXX:SERATO_PLAYCOUNT", Integer.toString(dice.below(90)));
    }
    switch (dirt) {
      case PURCHASER ->
          json.put("ownr", "Tess Marlow")
              .put("apID", "tess." + row + "@example.com")
              .put("purd", "2019-04-01 10:11:12");
      case PURCHASER_NESTED -> {
        json.open("----").put("apID", "ivo+music@example.com").close();
        json.openList("ownr").item("Ivo B. Example").closeList();
      }
      case NUL_SPELLED ->
          json.put("TXXX:Seller\\u0000", "shop\\u0000" + song.label()).put("COMM", "\\x00\\x00eng");
      case NUL_PICTURED -> json.put("PRIV:\u2400WM", "a\u2400b\u0001c\u001F");
      case TAGS_TYPED ->
          json.raw("TRCK", "[3, 12]")
              .raw("TPOS", "1")
              .raw("TCMP", "true")
              .raw("TYER", "null")
              .openList("TCON")
              .item("House")
              .item("Tech House")
              .closeList();
      case TAG_WITHOUT_NAME -> json.put("", "").put(" ", " ");
      case MIXED_IN_KEY ->
          json.put(
              "TXXX:KEY",
              Base64.getEncoder()
                  .encodeToString(
                      ("{\"algorithm\":94,\"key\":\""
                              + song.camelot().toLowerCase(Locale.ROOT)
                              + "\",\"source\":\"mixedinkey\"}")
                          .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
      default -> {}
    }
    if (row % pictureEvery == 5) {
      json.put(vorbis ? "metadata_block_picture" : mp4 ? "covr" : "APIC:", picture(dice));
    }
    json.close();
  }

  private static String picture(Dice dice) {
    byte[] jpeg = new byte[PICTURE_BYTES];
    for (int i = 0; i < jpeg.length; i++) {
      jpeg[i] = (byte) (dice.next() >>> 32);
    }
    jpeg[0] = (byte) 0xFF;
    jpeg[1] = (byte) 0xD8;
    jpeg[2] = (byte) 0xFF;
    return Base64.getEncoder().encodeToString(jpeg);
  }
}
