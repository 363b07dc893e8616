package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.analysis.audio.Chunks.Chunk;
import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/**
 * AIFF and AIFF-C (Apple, 1989 and 1991): chunks of IFF, a sample rate in 80 bits, tags in text
 * chunks and, from taggers, in an ID3v2 chunk, which wins.
 */
final class AiffReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Aiff(in, scan).read(start);
  }

  private static final class Aiff {
    private final Bytes in;
    private final Scan scan;
    private final TagCollector.Block texts;
    private boolean common;
    private int channels;
    private long frames;
    private int bits;
    private double rate;
    private String compression = "NONE";
    private long soundBytes = -1;

    Aiff(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
      this.texts = scan.tags.block(10);
    }

    void read(long start) {
      try {
        if (in.at(start + 8, "AIFC")) {
          scan.container("AIFF-C");
        }
        chunks(start + 12);
      } finally {
        conclude();
      }
    }

    private void chunks(long start) {
      Chunks chunks = Chunks.iff(in);
      long size = in.size();
      long p = start;
      while (chunks.has(p, size)) {
        if (!chunks.isName(p)) {
          if (!common || soundBytes < 0) {
            scan.damage(Damage.CORRUPT, "bytes that are no chunk where a chunk should be");
          }
          return;
        }
        Chunk c = chunks.at(p, size);
        if (c.isCut()) {
          scan.damage(Damage.TRUNCATED, "the file ends inside its " + c.id().strip() + " chunk");
        }
        try {
          chunk(c);
        } catch (OutOfBytes e) {
          scan.damage(Damage.TRUNCATED, "the " + c.id().strip() + " chunk is cut short");
        }
        p = chunks.after(c, size);
      }
    }

    private void chunk(Chunk c) {
      switch (c.id()) {
        case "COMM" -> {
          if (!common && c.length() >= 18) {
            common(c);
          }
        }
        case "SSND" -> {
          if (soundBytes < 0) {
            // An offset and a block size stand before the samples.
            long from = Math.min(c.from() + 8, c.end());
            soundBytes = c.end() - from;
            scan.payload(from, c.end());
          }
        }
        case "NAME", "AUTH", "ANNO" ->
            texts.put(Dialect.RIFF, c.id(), Chunks.text(in, c.from(), c.end()));
        case "(c) " -> texts.raw("(c)", Chunks.text(in, c.from(), c.end()));
        default -> {
          if (Chunks.isId3(c)) {
            Id3v2Tag.read(in, c.from(), c.end(), scan, scan.tags.block(40));
          }
        }
      }
    }

    private void common(Chunk c) {
      long p = c.from();
      common = true;
      channels = in.u16be(p);
      frames = in.u32be(p + 2);
      bits = in.u16be(p + 6);
      rate = extended(p + 8);
      if (c.length() >= 22) {
        compression = in.fourcc(p + 18);
      }
    }

    /** IEEE 754 extended: sign, 15 bits of exponent, 64 of mantissa with its leading one. */
    private double extended(long p) {
      int head = in.u16be(p);
      long mantissa = in.i64be(p + 2);
      if ((head & 0x8000) != 0 || mantissa == 0 || head == 0x7fff) {
        return 0;
      }
      double m = (mantissa >>> 1) * 2.0 + (mantissa & 1);
      return Math.scalb(m, head - 16383 - 63);
    }

    private void conclude() {
      if (!common) {
        scan.unreadable("the file has no COMM chunk");
        return;
      }
      boolean pcm = false;
      int coded = 0;
      String codec =
          switch (compression) {
            case "NONE",
                "twos",
                "sowt",
                "raw ",
                "fl32",
                "FL32",
                "fl64",
                "FL64",
                "in16",
                "in24",
                "in32",
                "23ni",
                "42ni" -> {
              pcm = true;
              yield "PCM";
            }
            case "alaw", "ALAW" -> {
              coded = 8;
              yield "A-law";
            }
            case "ulaw", "ULAW" -> {
              coded = 8;
              yield "µ-law";
            }
            case "ima4" -> "IMA ADPCM";
            case "MAC3", "MAC6" -> "MACE";
            case "GSM ", "agsm" -> "GSM 6.10";
            case "G722" -> "G.722";
            case "G726", "G728" -> "G." + compression.substring(1);
            case "QDMC", "QDM2" -> "QDesign";
            case "Qclp" -> "QCELP";
            default -> "AIFF-C " + compression.replaceAll("[^ -~]", "?").strip();
          };
      scan.codec(codec, pcm);
      scan.channels(channels);
      if (rate >= 1 && rate < 1e9) {
        scan.sampleRate(Math.round(rate));
        scan.duration(samples(), rate);
      } else {
        scan.note("impossible sample rate left out");
      }
      if (pcm) {
        scan.bitDepth(bits);
        scan.bitrate(rate * channels * ((bits + 7) / 8 * 8));
        scan.bitrateMode(BitrateMode.CONSTANT);
      } else if (coded > 0) {
        scan.bitrate(rate * channels * coded);
        scan.bitrateMode(BitrateMode.CONSTANT);
      }
    }

    /** IMA packets hold 64 samples in 34 bytes a channel, and are what is counted. */
    private double samples() {
      boolean packets =
          compression.equals("ima4")
              && channels > 0
              && soundBytes > 0
              && frames * 34 * channels <= soundBytes + 34L * channels;
      return packets ? frames * 64.0 : frames;
    }
  }
}
