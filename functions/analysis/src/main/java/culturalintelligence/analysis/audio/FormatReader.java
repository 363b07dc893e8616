package culturalintelligence.analysis.audio;

/**
 * Reads one family of formats: walks its structures once, and puts what it finds into the scan as
 * it goes, so that a file that breaks off keeps what came before.
 *
 * <p>May throw {@link Bytes.OutOfBytes} and {@link Limits.LimitReached} anywhere; {@link
 * AudioReader} turns them into damage and a note. Loops over structures call {@code
 * in.limits().step()}.
 */
interface FormatReader {

  /**
   * Reads the whole format from its first byte on.
   *
   * @param start where the format's own first byte is: 0, or after an ID3v2 tag put in front of it,
   *     which has been read already
   */
  void read(Bytes in, long start, Scan scan);
}
