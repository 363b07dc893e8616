package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** The Amiga's sampled voices, FORM 8SVX and 16SV. */
final class SvxReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    Chunks chunks = Chunks.iff(in);
    long end = in.size();
    boolean wide = in.at(start + 8, "16SV");
    TagCollector.Block tags = scan.tags.block(20);
    long rate = 0;
    int packing = 0;
    long channels = 1;
    long body = 0;
    for (long p = start + 12; chunks.has(p, end); ) {
      Chunks.Chunk c = chunks.at(p, end);
      switch (c.id()) {
        case "VHDR" -> {
          rate = in.u16be(c.from() + 12);
          packing = in.u8(c.from() + 15);
        }
        case "CHAN" -> channels = in.u32be(c.from()) == 6 ? 2 : 1;
        case "NAME" -> tags.put(Dialect.VORBIS, "TITLE", Chunks.text(in, c.from(), c.end()));
        case "AUTH" -> tags.put(Dialect.VORBIS, "ARTIST", Chunks.text(in, c.from(), c.end()));
        case "ANNO" -> tags.put(Dialect.VORBIS, "COMMENT", Chunks.text(in, c.from(), c.end()));
        case "BODY" -> {
          body += c.length();
          scan.payload(c.from(), c.end());
          if (c.isCut()) {
            scan.damage(Damage.TRUNCATED, "the file ends inside its sound");
          }
        }
        default -> {}
      }
      p = chunks.after(c, end);
    }
    if (rate == 0 || packing > 1) {
      scan.unreadable(rate == 0 ? "no voice header" : "an unknown packing");
      return;
    }
    // Packed are differences of four bits (Fibonacci delta).
    int bits = packing == 1 ? 4 : wide ? 16 : 8;
    scan.codec(packing == 1 ? "ADPCM" : "PCM", packing == 0);
    scan.sampleRate(rate);
    scan.channels(channels);
    if (packing == 0) {
      scan.bitDepth(bits);
    }
    double bitrate = (double) rate * channels * bits;
    scan.bitrate(bitrate);
    scan.bitrateMode(BitrateMode.CONSTANT);
    scan.duration(body * 8.0, bitrate);
  }
}
