package culturalintelligence.localdev.sample;

import culturalintelligence.localdev.sample.AudioFolder.AudioOnDisk;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One library: what every row says, as functions of seed and row number, so that no table needs
 * another's memory.
 */
record Crate(long seed, long tracks, AudioFolder audio) {
  private static final int COPY_REACH = 5000;

  long artists() {
    return Math.max(50, tracks / 20);
  }

  UUID id(long row) {
    Dice dice = new Dice(seed, 4, row);
    long high = (dice.next() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
    long low = (dice.next() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /** The row that first had these bytes; about half of all rows are copies of an earlier one. */
  long original(long row) {
    long at = row;
    while (at > 0 && audio.of(at) == null) {
      Dice dice = new Dice(seed, 3, at);
      if (!dice.permille(520)) {
        break;
      }
      long earlier = at - 1 - dice.below(Math.min(at, COPY_REACH));
      if (audio.of(earlier) != null) {
        break;
      }
      at = earlier;
    }
    return at;
  }

  Song song(long row) {
    Song made = Song.of(seed, original(row), artists());
    AudioOnDisk real = audio.of(row);
    if (real == null) {
      return made;
    }
    return new Song(
        made.artistNumber(),
        real.artist().isEmpty() ? made.artist() : real.artist(),
        real.title(),
        null,
        null,
        made.genre(),
        made.label(),
        made.catalogue(),
        made.tenthsBpm(),
        made.camelot(),
        made.key(),
        made.seconds(),
        made.bitrate(),
        real.extension(),
        real.hash());
  }

  String path(long row, Song song) {
    AudioOnDisk real = audio.of(row);
    if (real != null) {
      return real.path();
    }
    return switch (Dirt.of(row)) {
      case SAME_PATH -> row == 0 ? FileNames.path(seed, 0, song) : path(row - 1, song(row - 1));
      case SHOUTED_PATH ->
          row == 0
              ? FileNames.path(seed, 0, song)
              : path(row - 1, song(row - 1)).toUpperCase(java.util.Locale.ROOT);
      case LONG_PATH -> FileNames.longPath(seed, row, song);
      case DECOMPOSED_PATH ->
          Names.decomposed(FileNames.path(seed, row, song).replace(".", " (Björn Größe Remix)."));
      case FORWARD_SLASHES -> FileNames.path(seed, row, song).replace('\\', '/');
      case PASTED_PATH -> FileNames.path(seed, row, song) + " \r\n";
      case EMOJI_NAME -> FileNames.path(seed, row, song).replace(".", " 🔥❷ #1 & 5€.");
      default -> FileNames.path(seed, row, song);
    };
  }

  @Nullable String hash(long row, Song song) {
    if (audio.of(row) != null) {
      // Rows of real files: some never hashed, some hashed before the file was changed.
      return switch ((int) (row / 7 % 5)) {
        case 1 -> null;
        case 3 -> Song.of(seed, -row, artists()).hash();
        default -> song.hash();
      };
    }
    return switch (Dirt.of(row)) {
      case HASH_CAPITALS -> song.hash().toUpperCase(java.util.Locale.ROOT);
      case HASH_MD5 -> song.hash().substring(32);
      case HASH_ABSENT -> null;
      case HASH_EMPTY -> "";
      default -> new Dice(seed, 5, row).percent(4) ? null : song.hash();
    };
  }
}
