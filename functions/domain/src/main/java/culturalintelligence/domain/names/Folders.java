package culturalintelligence.domain.names;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which artist the folders of a file name. */
final class Folders {
  private Folders() {}

  /** An artist's name as a folder has it. */
  record Act(String name, double confidence) {}

  /** Folders that hold music but name nobody, folded. */
  private static final Set<String> GENERIC =
      Set.of(
          "music",
          "mymusic",
          "downloads",
          "download",
          "desktop",
          "documents",
          "playlists",
          "playlist",
          "tracks",
          "track",
          "library",
          "usb",
          "dj",
          "djmusic",
          "contents",
          "various",
          "variousartists",
          "compilations",
          "compilation",
          "new",
          "newmusic",
          "singles",
          "albums",
          "album",
          "complete",
          "incoming",
          "soulseek",
          "beatport",
          "bandcamp",
          "itunes",
          "itunesmedia",
          "itunesmusic",
          "medialocalized",
          "media",
          "users",
          "home",
          "volumes",
          "flac",
          "mp3",
          "wav",
          "aiff",
          "originals",
          "1originals",
          "unsorted",
          "unknownartist",
          "unknownalbum",
          "unknown",
          "va",
          "temp",
          "tmp",
          "test",
          "samples",
          "sampler",
          "loops",
          "rekordbox",
          "serato",
          "traktor",
          "virtualdj",
          "pioneer",
          "sets",
          "mixes",
          "mix",
          "edits",
          "remixes",
          "mashups",
          "bootlegs",
          "promos",
          "promo",
          "vinyl",
          "rips",
          "old",
          "archive",
          "backup",
          "dropbox",
          "googledrive",
          "onedrive",
          "sharedlibrary",
          "audio",
          "sounds",
          "songs",
          "files",
          "recordings",
          "purchased",
          "djpool",
          "poctesting");

  static @Nullable Act act(PathParts path, boolean numbered) {
    // "Artist/Album/CD 1"
    int up = Marks.isDisc(path.folder(0)) ? 1 : 0;
    String album = Marks.withoutCatalogueNumber(path.folder(up));
    String above = path.folder(up + 1);
    Act named = fromAlbumFolder(album, numbered);
    if (named != null) {
      return named;
    }
    boolean unknownAlbum = Chars.fold(album).equals("unknownalbum");
    if (isName(above) && (unknownAlbum || !isGeneric(album))) {
      String root = Chars.fold(path.folder(up + 2));
      boolean media =
          root.equals("music")
              || root.equals("medialocalized")
              || root.equals("itunesmusic")
              || root.equals("contents");
      if (media) {
        return new Act(above, 0.85);
      }
      if (numbered && !unknownAlbum) {
        return new Act(above, 0.25);
      }
    }
    if (Chars.fold(above).equals("contents") && isName(album)) {
      return new Act(album, 0.7);
    }
    return null;
  }

  /** "Artist - Album (2025)", "Artist - 2005 - Album [FLAC]", "Artist_Name-Album-WEB-2018-GRP". */
  private static @Nullable Act fromAlbumFolder(String folder, boolean numbered) {
    int dash = folder.indexOf(" - ");
    if (dash > 1) {
      String name = folder.substring(0, dash).strip();
      if (isFormat(folder.substring(dash + 3).strip())) {
        // iTunes: "Reflection - EP" is an album, its artist the folder above.
        return null;
      }
      return isName(name) ? new Act(name, numbered ? 0.8 : 0.45) : null;
    }
    int tight = folder.indexOf('-');
    if (folder.indexOf(' ') < 0 && folder.indexOf('_') > 0 && tight > 1) {
      String name = folder.substring(0, tight).replace('_', ' ').strip();
      return isName(name) ? new Act(name, 0.6) : null;
    }
    return null;
  }

  /** An album's folder without the ids and years behind it: "Right Now [442032081] [2025]". */
  static String withoutIds(String folder) {
    String s = folder;
    while (s.endsWith("]") && s.lastIndexOf('[') > 0) {
      s = s.substring(0, s.lastIndexOf('[')).strip();
    }
    return s;
  }

  private static boolean isFormat(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "ep", "single", "lp", "deluxe", "remixes", "the remixes", "live", "deluxe edition" ->
          true;
      default -> false;
    };
  }

  private static boolean isName(String folder) {
    if (folder.length() < 2 || folder.length() > 80 || isGeneric(folder)) {
      return false;
    }
    boolean letters = folder.codePoints().anyMatch(Character::isLetter);
    return letters
        && !folder.endsWith(":")
        && GenreNames.find(folder).isEmpty()
        && !Placeholders.isPlaceholder(folder);
  }

  private static boolean isGeneric(String folder) {
    return folder.isEmpty() || GENERIC.contains(Chars.fold(folder));
  }
}
