package culturalintelligence.analysis.audio;

final class Mp4Reader implements FormatReader {
  @Override
  public void read(Bytes in, long start, Scan scan) {
    scan.note("not read yet");
  }
}
