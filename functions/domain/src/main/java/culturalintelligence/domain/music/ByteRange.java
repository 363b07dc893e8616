package culturalintelligence.domain.music;

/** Bytes of a file, {@code from} inclusive, {@code to} exclusive. */
public record ByteRange(long from, long to) {
  public ByteRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(from + ".." + to);
    }
  }

  public long length() {
    return to - from;
  }
}
