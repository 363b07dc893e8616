package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.TagField;

/** The 128 bytes at the end of a file, with or without a track number. */
final class Id3v1Tag {
  private Id3v1Tag() {}

  static final int LENGTH = 128;

  /** Reads the tag that starts here, if one does. */
  static boolean read(Bytes in, long from, TagCollector.Block into) {
    if (!in.has(from, LENGTH) || !in.at(from, "TAG")) {
      return false;
    }
    byte[] b = in.copy(from, LENGTH);
    into.field(TagField.TITLE, text(b, 3, 30));
    into.field(TagField.ARTIST, text(b, 33, 30));
    into.field(TagField.ALBUM, text(b, 63, 30));
    into.field(TagField.DATE, text(b, 93, 4));
    boolean track = b[125] == 0 && b[126] != 0;
    into.field(TagField.COMMENT, text(b, 97, track ? 28 : 30));
    if (track) {
      into.field(TagField.TRACK_NUMBER, Integer.toString(b[126] & 0xff));
    }
    String genre = Genres.byNumber(b[127] & 0xff);
    if (genre != null) {
      into.field(TagField.GENRE, genre);
    }
    return true;
  }

  private static String text(byte[] b, int from, int length) {
    int to = from;
    while (to < from + length && b[to] != 0) {
      to++;
    }
    return Text.latin1(b, from, to);
  }
}
