package culturalintelligence.localdev.sample;

import culturalintelligence.localdev.sample.Genres.Genre;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The six tables beside {@code metacrate_tracks}. */
final class OtherTables {
  private final Crate crate;

  OtherTables(Crate crate) {
    this.crate = crate;
  }

  static CopyRows openGenres(Connection c) throws SQLException {
    return new CopyRows(c, "genres (id, name, parent_id, tempo, aliases)");
  }

  void genre(CopyRows out, long row) throws SQLException {
    Genre genre = Genres.all().get((int) row);
    // The unique name: "Bassline" is a kind of garage and of breaks, here told apart by blanks
    // nobody sees.
    String name =
        genre.name().equals("Bassline") && genre.id() % 2 == 0 ? "Bassline " : genre.name();
    out.number(genre.id()).text(name);
    if (genre.parent() == null) {
      out.nothing();
    } else {
      out.number(genre.parent().id());
    }
    out.text(
        genre.name().equals("World")
            ? "empty"
            : "[" + genre.slowest() + "," + (genre.fastest() + 1) + ")");
    out.array(new ArrayList<@Nullable String>(genre.aliases())).endRow();
  }

  static CopyRows openArtists(Connection c) throws SQLException {
    return new CopyRows(
        c, "artists (name, sort_name, country, aliases, formed, popularity, links, added)");
  }

  void artist(CopyRows out, long row) throws SQLException {
    Dice dice = new Dice(crate.seed(), 7, row);
    String name = Names.artist(row);
    out.text(name)
        .text(dice.percent(50) ? null : dice.percent(5) ? "" : name.toLowerCase(Locale.ROOT));
    out.text(dice.percent(60) ? dice.one("DE", "GB", "NL", "JP", "U", "", "ÅÄ") : null);
    if (dice.percent(70)) {
      out.nothing();
    } else {
      List<@Nullable String> aliases = new ArrayList<>();
      for (int i = dice.below(4); i > 0; i--) {
        aliases.add(
            dice.one(
                name + " DJ Set",
                "with,comma",
                "with \"quotes\"",
                "{braces}",
                "back\\slash",
                "",
                "NULL",
                "naïve"));
      }
      if (dice.percent(20)) {
        aliases.add(null);
      }
      out.array(aliases);
    }
    out.text(
        switch (dice.below(8)) {
          case 0 -> "infinity";
          case 1 -> "-infinity";
          case 2, 3 -> (1960 + dice.below(60)) + "-01-01";
          case 4 -> dice.percent(5) ? "0001-01-01 BC" : "1987-06-05";
          default -> null;
        });
    out.text(
        switch (dice.below(20)) {
          case 0 -> "NaN";
          case 1 -> "Infinity";
          case 2 -> null;
          default -> Float.toString((float) dice.unit());
        });
    out.text(
        dice.percent(15)
            ? "{\"web\":\"https://example.com/" + row + "\",\"web\":\"\",  \"\\u0000\": [ ]}"
            : null);
    out.text(zoned(dice)).endRow();
  }

  static CopyRows openAudioFiles(Connection c) throws SQLException {
    return new CopyRows(
        c,
        "audio_files (id, track_id, artist_name, file_hash, \"fileSize\", format, head, tag_dump, folders, modified, seen, volume)");
  }

  /** One for each track but for one in thirty, and now and then one that belongs to no track. */
  void audioFile(CopyRows out, long row) throws SQLException {
    Dice dice = new Dice(crate.seed(), 8, row);
    if (dice.below(30) == 0) {
      return;
    }
    Song song = crate.song(row);
    out.number(row * 3 + 1);
    out.text(dice.percent(1) ? null : crate.id(row).toString());
    out.text(dice.percent(10) ? null : Names.artist(song.artistNumber()));
    out.text(dice.percent(3) ? null : song.hash());
    if (dice.percent(2)) {
      out.nothing();
    } else {
      out.number(song.bytes());
    }
    out.text(
        switch (song.extension().toLowerCase(Locale.ROOT)) {
          case "aif" -> "aiff";
          case "mp3", "wav", "aiff", "flac", "m4a", "ogg" ->
              song.extension().toLowerCase(Locale.ROOT);
          default -> "not audio";
        });
    out.bytes(dice.percent(5) ? null : dice.percent(3) ? new byte[0] : head(dice));
    tagDump(out, dice, song);
    folders(out, dice, row, song);
    out.text(
        dice.permille(4)
            ? dice.one("infinity", "-infinity")
            : dice.percent(1) ? null : zoned(dice));
    out.text(
        dice.permille(4)
            ? "infinity"
            : dice.percent(90)
                ? "2024-%02d-%02d".formatted(1 + dice.below(12), 1 + dice.below(28))
                : null);
    out.text(dice.one("MARLOW_USB", "X", "", "disque n°2", "twelve chars"));
    out.endRow();
  }

  private static byte[] head(Dice dice) {
    byte[] head = new byte[16];
    for (int i = 0; i < head.length; i++) {
      head[i] = (byte) dice.next();
    }
    head[3] = 0;
    return head;
  }

  /**
   * A {@code json} column keeps what {@code jsonb} would not: NULs, names twice, blanks, halves of
   * characters.
   */
  private static void tagDump(CopyRows out, Dice dice, Song song) {
    switch (dice.below(40)) {
      case 0 ->
          out.text(
              "{\"TPE1\": \""
                  + plain(song.label())
                  + "\\u0000\", \"TXXX:\\u0000key\": \"\\u0000\"}");
      case 1 -> out.text("{\"a\":1,\"a\":2, \"a\" : {\"a\":\"\\u0000\"}}");
      case 2 -> out.text("  {\t\"TIT2\" :\n  \"" + plain(song.title()) + "\"\r\n}  ");
      case 3 ->
          out.text("{\"half\": \"\\ud83d\", \"whole\": \"\\ud83d\\udd25\", \"solidus\": \"\\/\"}");
      case 4 ->
          out.text(
              "{\"n\": 1.0, \"m\": 1e2, \"o\": -0, \"p\": 1.50, \"q\": 12345678901234567890.123}");
      case 5 -> out.text(dice.one("null", "[]", "\"\"", "0", "true", "{}"));
      case 6, 7, 8 -> out.nothing();
      default ->
          out.text(
              "{\"TIT2\": \""
                  + plain(song.title())
                  + "\", \"TBPM\": \""
                  + song.bpm()
                  + "\", \"TLEN\": "
                  + song.seconds() * 1000L
                  + "}");
    }
  }

  private static String plain(String text) {
    return text.replace("\\", "").replace("\"", "'").replace("\n", " ").replace("\t", " ");
  }

  private void folders(CopyRows out, Dice dice, long row, Song song) {
    if (dice.percent(3)) {
      out.nothing();
      return;
    }
    String path = crate.path(row, song);
    List<@Nullable String> folders = new ArrayList<>(List.of(path.split("[\\\\/]", -1)));
    folders.removeLast();
    if (dice.percent(1)) {
      folders.add(null);
    }
    out.array(folders);
  }

  static CopyRows openTrackGenres(Connection c) throws SQLException {
    return new CopyRows(c, "track_genres (track_id, genre_id, source, weight)");
  }

  /** None, one or two for each track. */
  void trackGenres(CopyRows out, long row) throws SQLException {
    Dice dice = new Dice(crate.seed(), 9, row);
    int count = dice.percent(10) ? 0 : dice.percent(30) ? 2 : 1;
    if (count == 0) {
      return;
    }
    String id = crate.id(row).toString();
    Genre genre = crate.song(row).genre();
    for (int i = 0; i < count; i++) {
      Genre named = i == 1 && genre.parent() != null ? genre.parent() : genre;
      out.text(id)
          .number(named.id())
          .text(i == 0 ? dice.one("tag", "folder", "Ordner", "") : "Étiquette");
      out.text(
          switch (dice.below(8)) {
            case 0 -> "1";
            case 1 -> "1.0";
            case 2 -> "0.50";
            case 3 -> null;
            case 4 -> "0.3333333333333333333333333333333333333";
            case 5 -> dice.percent(4) ? "NaN" : "0.000";
            default -> "0." + (1 + dice.below(99));
          });
      out.endRow();
    }
  }

  static CopyRows openDuplicates(Connection c) throws SQLException {
    return new CopyRows(
        c, "duplicates (file_hash, kept_path, spare_path, reason, similarity, sizes, found)");
  }

  /** One for each copy, and one in forty of those twice over. */
  void duplicate(CopyRows out, long row) throws SQLException {
    long original = crate.original(row);
    if (original == row) {
      return;
    }
    Dice again = new Dice(crate.seed(), 11, row);
    int times = again.below(40) == 0 ? 2 : 1;
    Song song = crate.song(row);
    for (int i = 0; i < times; i++) {
      Dice dice = new Dice(crate.seed(), 10, row);
      out.text(dice.percent(1) ? null : song.hash());
      out.text(crate.path(original, crate.song(original)))
          .text(dice.percent(1) ? "" : crate.path(row, song));
      out.text(
          dice.percent(20) ? null : dice.one("identical", "identical bytes", "", "same audio?"));
      out.text(dice.percent(1) ? "NaN" : dice.percent(90) ? "1" : "0.98765433");
      out.text(
          dice.percent(20)
              ? null
              : dice.percent(10)
                  ? "{}"
                  : "{" + song.bytes() + "," + song.bytes() + (dice.percent(5) ? ",NULL}" : "}"));
      out.text(zoned(dice)).endRow();
    }
  }

  static CopyRows openMusicAnalysis(Connection c) throws SQLException {
    return new CopyRows(
        c,
        "music_analysis (track_id, \"analyserVersion\", tempo, \"Camelot Key\", energy, loudness, length, beats, bands,"
            + " waveform, report, analysed, valid_until)");
  }

  /** Three tracks in five were analysed, a few of them by two versions. */
  void musicAnalysis(CopyRows out, long row) throws SQLException {
    Dice dice = new Dice(crate.seed(), 12, row);
    if (!dice.percent(60)) {
      return;
    }
    int versions = dice.percent(5) ? 2 : 1;
    Song song = crate.song(row);
    String id = crate.id(row).toString();
    for (int i = 0; i < versions; i++) {
      out.text(id).text(i == 0 ? "2.1" : "2.1β");
      out.text(tempo(dice, song));
      out.text(dice.percent(10) ? null : song.camelot());
      out.text(dice.permille(8) ? "NaN" : Float.toString((float) dice.unit() * 10));
      out.text(
          dice.permille(8)
              ? dice.one("-Infinity", "NaN", "-0", "1e-310")
              : "-" + (5 + dice.below(10)) + "." + dice.below(1000));
      out.text(
          dice.percent(20)
              ? null
              : dice.one("PT%dS".formatted(song.seconds()), "00:06:12.345", "1 mon -1 day"));
      out.text(
          dice.percent(60)
              ? "{0.0,%d.25,NULL,%s}"
                  .formatted(dice.below(100), dice.one("1e300", "NaN", "-0", "3.3333333333333335"))
              : dice.percent(50) ? null : "{}");
      out.text(
          dice.percent(20)
              ? "{{0.1,0.2},{%d,NaN}}".formatted(dice.below(9))
              : dice.percent(2) ? "[0:1]={7,8}" : null);
      out.bytes(dice.percent(25) ? waveform(dice) : null);
      out.text(report(dice, song));
      out.text(dice.permille(3) ? "infinity" : zoned(dice));
      out.text(
              dice.percent(30)
                  ? "infinity"
                  : dice.percent(50) ? null : "2026-01-01 00:00:00.000001")
          .endRow();
    }
  }

  private static @Nullable String tempo(Dice dice, Song song) {
    return switch (dice.below(12)) {
      case 0 -> song.bpm() + (song.tenthsBpm() % 10 == 0 ? ".00" : "0");
      case 1 -> null;
      case 2 -> song.tenthsBpm() / 10 + ".99999999999999999999";
      case 3 -> dice.percent(5) ? "NaN" : dice.percent(5) ? "Infinity" : "0";
      default -> song.bpm();
    };
  }

  private static byte[] waveform(Dice dice) {
    byte[] wave = new byte[64 + dice.below(128)];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = (byte) dice.next();
    }
    return wave;
  }

  private static @Nullable String report(Dice dice, Song song) {
    return switch (dice.below(20)) {
      case 0 -> "{\"log\":\"line one\\u0000line two\",\"log\":\"\"}";
      case 1 -> "[ 1,2 ,3.0,\n{\"\\u0000\\u0000\":null} ]";
      case 2, 3, 4, 5 ->
          "{\"bpm\":"
              + song.bpm()
              + ",\"key\":\""
              + song.key()
              + "\",\"id\":\""
              + HexFormat.of().toHexDigits(dice.next())
              + "\"}";
      default -> null;
    };
  }

  private static String zoned(Dice dice) {
    long second = 1_600_000_000L + dice.below(160_000_000);
    return LocalDateTime.ofEpochSecond(second, dice.below(1_000_000) * 1000, ZoneOffset.UTC)
        + dice.one("Z", "+02:00", "-07:00", "+05:45");
  }
}
