package culturalintelligence.analysis.audio;

final class AdtsReader implements FormatReader {
  @Override
  public void read(Bytes in, long start, Scan scan) {
    scan.note("not read yet");
  }

  static boolean isHeader(Bytes in, long p) {
    return in.has(p, 7)
        && (in.u16be(p) & 0xfff6) == 0xfff0
        && (in.u8(p + 2) >> 2 & 15) < 13
        && length(in, p) >= 7;
  }

  private static int length(Bytes in, long p) {
    return (int) (in.u32be(p + 3) >> 13) & 0x1fff;
  }

  static int chain(Bytes in, long p, int enough) {
    int n = 0;
    long at = p;
    while (n < enough && isHeader(in, at)) {
      n++;
      at += length(in, at);
      if (at >= in.size()) {
        break;
      }
    }
    return n;
  }
}
