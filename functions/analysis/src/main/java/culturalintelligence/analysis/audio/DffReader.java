package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.analysis.audio.Chunks.Chunk;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import culturalintelligence.domain.music.TagField;

/**
 * DSDIFF (Philips, version 1.5): chunks with lengths of eight bytes, DSD or DST inside; title and
 * artist in DIIN, everything else in an ID3v2 chunk that taggers add.
 */
final class DffReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Dff(in, scan).read(start);
  }

  private static final class Dff {
    private final Bytes in;
    private final Scan scan;
    private final Chunks chunks;
    private TagCollector.Block texts;
    private long rate;
    private int channels;
    private boolean compressed;
    private long soundBytes;
    private long dstFrames;
    private int dstFramesPerSecond;

    Dff(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
      this.chunks = Chunks.dff(in);
      this.texts = scan.tags.block(10);
    }

    void read(long start) {
      try {
        each(start + 16, in.size(), 0);
      } finally {
        conclude();
      }
    }

    private void each(long from, long end, int depth) {
      long p = from;
      while (chunks.has(p, end)) {
        if (!chunks.isName(p)) {
          if (depth == 0 && soundBytes == 0) {
            scan.damage(Damage.CORRUPT, "bytes that are no chunk where a chunk should be");
          }
          return;
        }
        Chunk c = chunks.at(p, end);
        if (c.isCut()) {
          scan.damage(Damage.TRUNCATED, "the file ends inside its " + c.id().strip() + " chunk");
        }
        try {
          chunk(c, depth);
        } catch (OutOfBytes e) {
          scan.damage(Damage.TRUNCATED, "the " + c.id().strip() + " chunk is cut short");
        }
        p = chunks.after(c, end);
      }
    }

    private void chunk(Chunk c, int depth) {
      switch (c.id()) {
        case "PROP" -> {
          if (depth == 0 && in.at(c.from(), "SND ")) {
            each(c.from() + 4, c.end(), 1);
          }
        }
        case "FS  " -> rate = in.u32be(c.from());
        case "CHNL" -> channels = in.u16be(c.from());
        case "CMPR" -> compressed = in.at(c.from(), "DST ");
        case "DSD " -> {
          if (soundBytes == 0) {
            soundBytes = c.length();
            scan.payload(c.from(), c.end());
          }
        }
        case "DST " -> {
          if (soundBytes == 0) {
            compressed = true;
            soundBytes = c.length();
            scan.payload(c.from(), c.end());
            if (in.at(c.from(), "FRTE") && c.length() >= 18) {
              dstFrames = in.u32be(c.from() + 12);
              dstFramesPerSecond = in.u16be(c.from() + 16);
            }
          }
        }
        case "DIIN" -> {
          if (depth == 0) {
            each(c.from(), c.end(), 1);
          }
        }
        case "DITI" -> text(TagField.TITLE, c);
        case "DIAR" -> text(TagField.ARTIST, c);
        default -> {
          if (Chunks.isId3(c)) {
            Id3v2Tag.read(in, c.from(), c.end(), scan, scan.tags.block(40));
          }
        }
      }
    }

    private void text(TagField field, Chunk c) {
      if (c.length() > 4) {
        long end = Math.min(c.end(), c.from() + 4 + in.u32be(c.from()));
        texts.field(field, Chunks.text(in, c.from() + 4, end));
      }
    }

    private void conclude() {
      if (rate == 0 || channels == 0) {
        scan.unreadable("the file says no sample rate or no channels");
        return;
      }
      scan.codec(compressed ? "DST" : "DSD", true);
      scan.sampleRate(rate);
      scan.channels(channels);
      scan.bitDepth(1);
      if (compressed) {
        if (dstFramesPerSecond > 0) {
          scan.duration((double) dstFrames / dstFramesPerSecond);
        }
      } else {
        scan.duration((double) soundBytes * 8 / channels, (double) rate);
        scan.bitrate((double) rate * channels);
        scan.bitrateMode(BitrateMode.CONSTANT);
      }
    }
  }
}
