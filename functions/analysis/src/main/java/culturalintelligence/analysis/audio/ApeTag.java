package culturalintelligence.analysis.audio;

/** APEv1 and APEv2 blocks. */
final class ApeTag {
  private ApeTag() {}

  /**
   * Reads the tag whose last byte is before {@code end}.
   *
   * @return where the tag starts, or {@code end} when there is none
   */
  static long readBefore(Bytes in, long end, Scan scan, TagCollector.Block into) {
    return end;
  }
}
