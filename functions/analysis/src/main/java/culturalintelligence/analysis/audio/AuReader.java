package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** Sun's AU: a header of six numbers, a note, the samples. */
final class AuReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long data = start + Math.max(24, in.u32be(start + 4));
    long length = in.u32be(start + 8);
    int coding = in.i32be(start + 12);
    long rate = in.u32be(start + 16);
    long channels = in.u32be(start + 20);
    int bits =
        switch (coding) {
          case 1, 2, 27 -> 8;
          case 3 -> 16;
          case 4 -> 24;
          case 5, 6 -> 32;
          case 7 -> 64;
          default -> 0;
        };
    if (bits == 0 && (coding < 8 || coding > 27)) {
      scan.unreadable("an unknown coding");
      return;
    }
    boolean law = coding == 1 || coding == 27;
    boolean pcm = bits > 0 && !law;
    scan.codec(coding == 1 ? "µ-law" : coding == 27 ? "A-law" : pcm ? "PCM" : "ADPCM", pcm);
    scan.sampleRate(rate);
    scan.channels(channels);
    boolean open = length == 0xffff_ffffL;
    long end = open ? in.size() : Math.min(in.size(), data + length);
    if (!open && data + length > in.size()) {
      scan.damage(Damage.TRUNCATED, "the file ends before its header says");
    }
    scan.payload(data, end);
    annotation(in, start + 24, Math.min(data, in.size()), scan);
    if (bits > 0) {
      double bitrate = (double) rate * channels * bits;
      if (pcm) {
        scan.bitDepth(bits);
      }
      scan.bitrate(bitrate);
      scan.bitrateMode(BitrateMode.CONSTANT);
      scan.duration(Math.max(0, end - data) * 8.0, bitrate);
    }
  }

  /** Free text by the standard; {@code name=value} lines by those who use it for tags. */
  private static void annotation(Bytes in, long from, long to, Scan scan) {
    if (to <= from || to - from > 64 << 10) {
      return;
    }
    TagCollector.Block tags = scan.tags.block(20);
    for (String line : Chunks.text(in, from, to).split("\n", 100)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        tags.put(Dialect.VORBIS, line.substring(0, equals), line.substring(equals + 1));
      }
    }
  }
}
