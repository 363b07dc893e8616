package culturalintelligence.analysis.audio;

/** The 128 bytes at the end of a file, with or without a track number. */
final class Id3v1Tag {
  private Id3v1Tag() {}

  static final int LENGTH = 128;

  /** Reads the tag that starts here, if one does. */
  static boolean read(Bytes in, long from, TagCollector.Block into) {
    return false;
  }
}
