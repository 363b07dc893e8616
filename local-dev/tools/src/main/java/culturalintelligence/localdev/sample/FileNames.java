package culturalintelligence.localdev.sample;

import java.util.HexFormat;
import java.util.Locale;

/**
 * Where a DJ's files lie and what they are called. The shares are those seen in real libraries: a
 * fifth with an eight-digit prefix of a download tool, a fifth with track numbers, a quarter cut at
 * 44 characters by a USB export.
 */
final class FileNames {
  private static final String[] HOMES = {
    "X:\\northlight Dropbox\\Automation\\MetaCrate\\USERS\\DJMARLOW\\1-Originals\\",
    "X:\\northlight Dropbox\\Automation\\MetaCrate\\USERS\\DJMARLOW\\1-Originals\\#BREAK IT UP\\Contents\\",
    "X:\\northlight Dropbox\\Automation\\MetaCrate\\USERS\\TESS & IVO\\1-Originals\\",
    "X:\\northlight Dropbox\\Automation\\MetaCrate\\USERS\\DJ BJÖRN\\2-Processed\\",
    "C:\\Users\\tess\\Music\\",
    "C:\\Users\\Tomás\\Downloads\\",
    "c:\\users\\tess\\music\\iTunes\\iTunes Media\\Music\\",
    "D:\\DJ Stuff\\€ paid\\",
    "D:\\DJ Stuff\\_duplicates\\",
    "Z:\\Workspaces\\POC Testing\\",
    "\\\\NAS-2\\music\\vinyl rips ❷\\",
    "/Users/ivo/Music/Playlists  (Mostly In USB)/",
    "/srv/music/inbox/"
  };

  private FileNames() {}

  /** The path of row {@code row}, in the form of the computer it lies on. */
  static String path(long seed, long row, Song song) {
    Dice dice = new Dice(seed, 2, row);
    int one = dice.below(HOMES.length);
    int other = dice.below(HOMES.length);
    String home = HOMES[Math.min(one, other)];
    char slash = home.charAt(0) == '/' ? '/' : '\\';
    StringBuilder path = new StringBuilder(160).append(home);
    switch (dice.below(10)) {
      case 0, 1 -> path.append(legal(song.genre().name())).append(slash);
      case 2 ->
          path.append(legal(song.artist()))
              .append(slash)
              .append(legal(song.title()))
              .append(" EP")
              .append(slash);
      case 3 -> path.append("UnknownArtist").append(slash).append("UnknownAlbum").append(slash);
      case 4 -> path.append("2024-").append(1 + dice.below(12)).append(" #new & hot").append(slash);
      default -> {}
    }
    String name = name(dice, song);
    if (dice.percent(2)) {
      name = Names.decomposed(name);
    }
    return path.append(name).append('.').append(extension(dice, song)).toString();
  }

  /** Over 300 characters: a backup of a backup of a backup. */
  static String longPath(long seed, long row, Song song) {
    String path = path(seed, row, song);
    char slash = path.charAt(0) == '/' ? '/' : '\\';
    int head = path.indexOf(slash, 3) + 1;
    StringBuilder deep = new StringBuilder(path.substring(0, head));
    while (deep.length() < 300) {
      deep.append("Backup of backup (conflicted copy 2023-11-0")
          .append(deep.length() % 9 + 1)
          .append(")")
          .append(slash);
    }
    return deep.append(path, head, path.length()).toString();
  }

  private static String name(Dice dice, Song song) {
    String artist = legal(song.artist());
    String title = legal(song.fullTitle());
    if (dice.percent(3)) {
      return dice.one(
          "Track 01",
          "Unknown - Unknown",
          "(IKU08B)-Unknown-Unknown-Unknown",
          "AudioTrack 12",
          "-  -  - 0",
          "01",
          "untitled(2)");
    }
    if (dice.percent(7) && song.mix() == null) {
      return title; // no artist at all
    }
    String name =
        switch (dice.below(20)) {
          case 0 -> artist + " – " + title;
          case 1 -> artist + "_-_" + title.replace(' ', '_');
          case 2 ->
              artist
                  + " - "
                  + legal(song.title())
                  + (song.mix() == null ? "" : " [" + legal(song.mix()) + "]");
          case 3 ->
              artist
                  + " - "
                  + legal(song.title())
                  + (song.mix() == null ? "" : " " + legal(song.mix()));
          case 4 -> artist + " ft. " + legal(Names.artist(50 + dice.below(2000))) + " - " + title;
          case 5 ->
              (10_000_000 + dice.below(9_000_000))
                  + "_"
                  + title.toLowerCase(Locale.ROOT).replace(" (", "_(");
          default -> artist + " - " + title;
        };
    if (dice.percent(7)) {
      name = legal(song.genre().name()) + " - " + name;
    } else if (dice.percent(9)) {
      name = "(" + legal(song.genre().name()) + ") " + name;
    } else if (dice.percent(12)) {
      name = song.tenthsBpm() / 10 + " bpm - " + name;
    } else if (dice.percent(20)) {
      name =
          dice.one("%02d ", "%02d. ", "%02d - ", "%02d.", "A%d ").formatted(1 + dice.below(20))
              + name;
    }
    if (dice.percent(9)) {
      name += dice.percent(50) ? " [" + song.label() + "]" : " [" + song.catalogue() + "]";
    }
    if (dice.percent(8)) {
      name +=
          dice.one(
              " (Clean)", " (Dirty)", " (Intro)", " (Intro - Dirty)", " [Clean] (DJcity)", " - QH");
    }
    if (dice.percent(4)) {
      name +=
          dice.one(" [A-MP3]", "_[www.example.com]", " [freetracks.example]", "-whoplaymusic.com");
    }
    if (dice.percent(3)) {
      name += " ( - " + (1 + dice.below(12)) + dice.one("m", "M", "d") + ")";
    }
    if (dice.percent(8)) {
      name += " - " + (dice.percent(30) ? 0 : song.tenthsBpm() / 10);
    }
    if (dice.percent(6)) {
      name += " " + (100_000_000 + dice.below(99_999_999));
    }
    if (dice.percent(6)) {
      name += dice.one("(1)", " (2)", " - Copy", " 1", "-1", " (conflicted copy 2024-02-30)");
    }
    if (dice.percent(19)) {
      name = HexFormat.of().withUpperCase().toHexDigits((int) dice.next()) + "_" + name;
    }
    if (dice.percent(6)) {
      name = name.replace(' ', '_');
    }
    if (dice.percent(26) && name.length() > 44) {
      // Cut as the export cuts: at 44 UTF-16 units, but never through a character.
      name = name.substring(0, Character.isHighSurrogate(name.charAt(43)) ? 43 : 44);
    }
    return name;
  }

  private static String extension(Dice dice, Song song) {
    String extension = song.extension();
    if (extension.equals("aiff") && dice.percent(40)) {
      extension = "aif";
    }
    return dice.percent(4) ? extension.toUpperCase(Locale.ROOT) : extension;
  }

  /** What Windows allows in a name; other characters as taggers replace them. */
  static String legal(String name) {
    StringBuilder legal = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      legal.append(c < 0x20 || "\\/:*?\"<>|".indexOf(c) >= 0 ? '_' : c);
    }
    String cut = legal.length() > 90 ? legal.substring(0, 90) : legal.toString();
    String stripped = cut.strip();
    return stripped.isEmpty() ? "_" : stripped;
  }
}
