package culturalintelligence.analysis.audio;

/** ID3v2.2, 2.3 and 2.4 blocks, wherever they lie. */
final class Id3v2Tag {
  private Id3v2Tag() {}

  /** The whole length of the tag that starts here, footer and all; 0 when none does. */
  static long length(Bytes in, long p) {
    if (!in.has(p, 10) || !in.at(p, "ID3")) {
      return 0;
    }
    if (in.u8(p + 3) == 0xff || in.u8(p + 4) == 0xff) {
      return 0;
    }
    long size = 0;
    for (int i = 6; i < 10; i++) {
      size = size << 7 | (in.u8(p + i) & 0x7f);
      if (in.u8(p + i) > 0x7f) {
        return 0;
      }
    }
    boolean footer = in.u8(p + 3) >= 4 && (in.u8(p + 5) & 0x10) != 0;
    return 10 + size + (footer ? 10 : 0);
  }

  /**
   * Reads the tag at {@code from}; nothing is read at or after {@code to}. Never throws for what is
   * in the tag.
   *
   * @return where the tag ends by its own header, or {@code from} when there is none
   */
  static long read(Bytes in, long from, long to, Scan scan, TagCollector.Block into) {
    long length = length(in, from);
    return from + length;
  }
}
