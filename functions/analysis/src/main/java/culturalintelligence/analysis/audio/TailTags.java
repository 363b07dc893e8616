package culturalintelligence.analysis.audio;

/**
 * The tags programs hang on the end of files of frames: ID3v1, Lyrics3, APE, ID3v2 with a footer,
 * in whatever order they were added.
 */
final class TailTags {
  private TailTags() {}

  /** Ranks of {@link TagCollector#block} for the tags met. */
  record Ranks(int ape, int id3v2, int id3v1) {}

  static final Ranks OF_MPEG = new Ranks(30, 40, 10);
  static final Ranks OF_APE_FORMATS = new Ranks(40, 20, 10);

  /**
   * Reads the tags before the end of the file, back to {@code start} at most.
   *
   * @return where the audio ends
   */
  static long read(Bytes in, long start, Scan scan, Ranks ranks) {
    long end = in.size();
    for (int turn = 0; turn < 8; turn++) {
      long before = one(in, start, end, scan, ranks);
      if (before >= end || before < start) {
        break;
      }
      end = before;
    }
    return end;
  }

  private static long one(Bytes in, long start, long end, Scan scan, Ranks ranks) {
    if (end - start >= Id3v1Tag.LENGTH && in.at(end - Id3v1Tag.LENGTH, "TAG")) {
      if (!in.at(end - 32, "APETAGEX")) {
        Id3v1Tag.read(in, end - Id3v1Tag.LENGTH, scan.tags.block(ranks.id3v1()));
        long v1 = end - Id3v1Tag.LENGTH;
        boolean enhanced = v1 - start >= 227 && in.at(v1 - 227, "TAG+");
        return enhanced ? v1 - 227 : v1;
      }
    }
    if (end - start >= 32 && in.at(end - 32, "APETAGEX")) {
      long from = ApeTag.readBefore(in, end, scan, scan.tags.block(ranks.ape()));
      return Math.max(from, start);
    }
    if (end - start >= 15 && in.at(end - 9, "LYRICS200")) {
      long size = digits(in, end - 15);
      return size > 0 && end - 15 - size >= start ? end - 15 - size : end;
    }
    if (end - start >= 20 && in.at(end - 9, "LYRICSEND")) {
      for (long p = end - 20; p >= Math.max(start, end - 5200); p--) {
        if (in.at(p, "LYRICSBEGIN")) {
          return p;
        }
      }
      return end;
    }
    if (end - start >= 20 && in.at(end - 10, "3DI")) {
      long size = 0;
      for (int i = 4; i > 0; i--) {
        size = size << 7 | (in.u8(end - i) & 0x7f);
      }
      long from = end - 20 - size;
      if (from >= start && Id3v2Tag.length(in, from) > 0) {
        Id3v2Tag.read(in, from, end, scan, scan.tags.block(ranks.id3v2()));
        return from;
      }
    }
    return end;
  }

  private static long digits(Bytes in, long p) {
    long n = 0;
    for (int i = 0; i < 6; i++) {
      int c = in.u8(p + i) - '0';
      if (c < 0 || c > 9) {
        return -1;
      }
      n = n * 10 + c;
    }
    return n;
  }
}
