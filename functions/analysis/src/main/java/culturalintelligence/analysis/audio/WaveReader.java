package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.analysis.audio.Chunks.Chunk;
import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import culturalintelligence.domain.music.TagField;

/**
 * WAV, RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), RIFX, Wave64; tags from INFO, an ID3v2 chunk,
 * bext (EBU Tech 3285) and cart (AES46).
 *
 * <p>The data chunk's length is what recorders get wrong: 0 or all ones while they record, too much
 * when the file was cut. It counts as far as the file goes. The header's own size is not used.
 */
final class WaveReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Wave(in, scan).read(start);
  }

  private static final class Wave {
    private static final long UNKNOWN = 0xffff_ffffL;

    private final Bytes in;
    private final Scan scan;
    private int infosSeen;
    private int tagsSeen;
    private boolean bigEndian;
    private boolean formatSeen;
    private int format;
    private int channels;
    private long rate;
    private long byteRate;
    private int blockAlign;
    private int bits;
    private int validBits;
    private int blockSamples;
    private long factSamples;
    private long dataBytes = -1;
    private long longData = -1;

    Wave(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
    }

    void read(long start) {
      try {
        if (in.at(start, "riff")) {
          wave64(start + 40);
        } else {
          if (in.at(start, "RF64") || in.at(start, "BW64")) {
            scan.container("RF64");
          }
          bigEndian = in.at(start, "RIFX");
          chunks(new Chunks(in, bigEndian, 4), start + 12);
        }
      } finally {
        conclude();
      }
    }

    private void chunks(Chunks chunks, long start) {
      long size = in.size();
      long p = start;
      while (chunks.has(p, size)) {
        if (!chunks.isName(p)) {
          if (dataBytes < 0 || !formatSeen) {
            scan.damage(Damage.CORRUPT, "bytes that are no chunk where a chunk should be");
          }
          return;
        }
        Chunk c = chunks.at(p, size);
        if (c.id().equals("data") && dataBytes < 0) {
          c = data(chunks, c);
        } else {
          if (c.isCut()) {
            scan.damage(Damage.TRUNCATED, "the file ends inside its " + c.id().strip() + " chunk");
          }
          guarded(chunks, c);
        }
        p = chunks.after(c, size);
      }
    }

    private Chunk data(Chunks chunks, Chunk c) {
      long size = in.size();
      long claimed = c.claimed() - c.from();
      long end = c.end();
      if (claimed == UNKNOWN && longData >= 0) {
        end = longData > size - c.from() ? size : c.from() + longData;
        if (longData > size - c.from()) {
          scan.damage(Damage.TRUNCATED, "the file ends inside its data chunk");
        }
      } else if (claimed == 0 && !chunks.isName(c.from())) {
        // A recording that was never closed.
        end = size;
      } else if (c.isCut() && claimed < 0xf000_0000L) {
        scan.damage(Damage.TRUNCATED, "the file ends inside its data chunk");
      }
      dataBytes = end - c.from();
      scan.payload(c.from(), end);
      return new Chunk(c.id(), c.from(), end, end);
    }

    /** Sony's Wave64: GUIDs that begin with the chunk's name, lengths with the header in them. */
    private void wave64(long start) {
      long size = in.size();
      long p = start;
      Chunks chunks = Chunks.riff(in);
      while (in.has(p, 24)) {
        in.limits().step();
        long length = in.i64le(p + 16);
        if (length < 24) {
          return;
        }
        long claimed = length > Long.MAX_VALUE - p ? Long.MAX_VALUE : p + length;
        Chunk c = new Chunk(in.fourcc(p), p + 24, Math.min(claimed, size), claimed);
        if (c.id().equals("data") && dataBytes < 0) {
          dataBytes = c.length();
          scan.payload(c.from(), c.end());
          if (c.isCut()) {
            scan.damage(Damage.TRUNCATED, "the file ends inside its data chunk");
          }
        } else {
          guarded(chunks, c.id().equals("list") ? renamed(c, "LIST") : c);
        }
        if (c.end() > Long.MAX_VALUE - 8) {
          return;
        }
        p = c.end() + 7 & ~7L;
      }
    }

    private static Chunk renamed(Chunk c, String id) {
      return new Chunk(id, c.from(), c.end(), c.claimed());
    }

    private void guarded(Chunks chunks, Chunk c) {
      try {
        chunk(chunks, c);
      } catch (OutOfBytes e) {
        scan.damage(Damage.TRUNCATED, "the " + c.id().strip() + " chunk is cut short");
      }
    }

    private void chunk(Chunks chunks, Chunk c) {
      switch (c.id()) {
        case "ds64" -> {
          if (c.length() >= 24) {
            longData = Math.max(-1, in.i64le(c.from() + 8));
            factSamples = Math.max(0, in.i64le(c.from() + 16));
          }
        }
        case "fmt " -> {
          if (!formatSeen && c.length() >= 14) {
            format(c);
          }
        }
        case "fact" -> {
          long samples = c.length() >= 4 ? u32(c.from()) : 0;
          if (samples != UNKNOWN && samples != 0) {
            factSamples = samples;
          }
        }
        case "LIST" -> {
          if (in.at(c.from(), "INFO")) {
            info(chunks, c.from() + 4, c.end());
          }
        }
        case "bext" -> broadcast(c);
        case "cart" -> cart(c);
        default -> {
          if (Chunks.isId3(c)) {
            // A further tag was appended later, by a program that did not know the first: the
            // newest wins.
            tagsSeen++;
            Id3v2Tag.read(in, c.from(), c.end(), scan, scan.tags.block(40 + Math.min(tagsSeen, 9)));
          }
        }
      }
    }

    private int u16(long p) {
      return bigEndian ? in.u16be(p) : in.u16le(p);
    }

    private long u32(long p) {
      return bigEndian ? in.u32be(p) : in.u32le(p);
    }

    private void format(Chunk c) {
      long p = c.from();
      format = u16(p);
      channels = u16(p + 2);
      rate = u32(p + 4);
      byteRate = u32(p + 8);
      blockAlign = u16(p + 12);
      bits = c.length() >= 16 ? u16(p + 14) : 0;
      if (format == WaveFormats.EXTENSIBLE && c.length() >= 26) {
        validBits = u16(p + 18);
        format = u16(p + 24);
      }
      // A header of noise is no header: what plays 25,699 channels is not known to anybody.
      if (channels == 0 || channels > 1024 || rate == 0 || rate > 100_000_000) {
        scan.note("impossible format of " + channels + " channels at " + rate + " Hz left out");
      }
      boolean adpcm = format == WaveFormats.MS_ADPCM || format == WaveFormats.IMA_ADPCM;
      blockSamples = adpcm && c.length() >= 20 ? u16(p + 18) : 0;
      formatSeen = true;
    }

    private void info(Chunks chunks, long from, long end) {
      TagCollector.Block block = scan.tags.block(10 + Math.min(infosSeen++, 9));
      long p = from;
      while (chunks.has(p, end)) {
        Chunk c = chunks.at(p, end);
        if (!chunks.isName(p)) {
          return;
        }
        block.put(Dialect.RIFF, c.id(), Chunks.text(in, c.from(), c.end()));
        if (c.id().equals("ISFT")) {
          scan.encoder(Chunks.text(in, c.from(), c.end()));
        }
        p = chunks.after(c, end);
      }
    }

    private void broadcast(Chunk c) {
      TagCollector.Block block = scan.tags.block(5);
      field(block, c, "bext:Description", 0, 256);
      field(block, c, "bext:Originator", 256, 32);
      field(block, c, "bext:OriginatorReference", 288, 32);
      if (c.length() >= 330) {
        String date = Chunks.text(in, c.from() + 320, c.from() + 330);
        if (date.matches("[12]\\d{3}.\\d\\d.\\d\\d") && !date.startsWith("1900")) {
          block.field(TagField.DATE, date.replaceAll("[^0-9]", "-"));
        }
      }
    }

    private void cart(Chunk c) {
      TagCollector.Block block = scan.tags.block(5);
      if (c.length() >= 132) {
        block.field(TagField.TITLE, Chunks.text(in, c.from() + 4, c.from() + 68));
        block.field(TagField.ARTIST, Chunks.text(in, c.from() + 68, c.from() + 132));
      }
      field(block, c, "cart:CutID", 132, 64);
      field(block, c, "cart:Category", 260, 64);
      field(block, c, "cart:Classification", 324, 64);
    }

    private void field(TagCollector.Block block, Chunk c, String name, int offset, int length) {
      if (c.length() >= offset + length) {
        long from = c.from() + offset;
        block.raw(name, Chunks.text(in, from, from + length));
      }
    }

    private void conclude() {
      if (!formatSeen) {
        scan.unreadable("the file has no fmt chunk");
        return;
      }
      scan.codec(WaveFormats.name(format), WaveFormats.isLossless(format));
      if (channels == 0 || channels > 1024 || rate == 0 || rate > 100_000_000) {
        return;
      }
      scan.channels(channels);
      scan.sampleRate(rate);
      if (WaveFormats.isPcm(format)) {
        pcm();
      } else {
        coded();
      }
    }

    private void pcm() {
      int sampleBytes = (bits + 7) / 8;
      long frame = (long) channels * sampleBytes;
      if (frame == 0) {
        frame = blockAlign;
      }
      if (bits > 0) {
        scan.bitDepth(validBits > 0 && validBits <= bits ? validBits : bits);
      }
      if (frame > 0 && dataBytes > 0) {
        long frames = dataBytes / frame;
        scan.duration((double) frames, (double) rate);
        scan.bitrate((double) rate * frame * 8);
      } else if (frame == 0 && dataBytes > 0 && factSamples > 0) {
        scan.duration((double) factSamples, (double) rate);
      } else if (frame > 0) {
        scan.bitrate((double) rate * frame * 8);
      }
      scan.bitrateMode(BitrateMode.CONSTANT);
    }

    /**
     * From the size of the blocks where they say how much they hold: some encoders write the rate
     * they were asked for and not the one there is. 0 when nothing says it.
     */
    private double secondsBySize() {
      if (dataBytes <= 0) {
        return 0;
      }
      // Four bits a sample, and a head to each block.
      boolean possible =
          blockAlign > 0 && blockSamples > 0 && (long) blockSamples * channels <= 2L * blockAlign;
      if (possible) {
        return (double) dataBytes / blockAlign * blockSamples / rate;
      }
      return byteRate > 0 ? (double) dataBytes / byteRate : 0;
    }

    private void coded() {
      double bySize = secondsBySize();
      double byFact = (double) factSamples / rate;
      if (byFact > 0 && (bySize == 0 || (byFact < 2 * bySize && byFact > bySize / 2))) {
        scan.duration(byFact);
      } else if (bySize > 0) {
        scan.duration(bySize);
      }
      boolean fits =
          bySize == 0 || dataBytes <= 0 || Math.abs(bySize * byteRate / dataBytes - 1) < 0.2;
      if (byteRate > 0 && fits) {
        scan.bitrate(byteRate * 8.0);
      }
      if (WaveFormats.isLossless(format) && bits > 0) {
        scan.bitDepth(bits);
      }
    }
  }
}
