package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** Apple's Core Audio Format (specification 1.0): chunks with lengths of eight bytes. */
final class CafReader implements FormatReader {

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Caf(in, scan).read(start);
  }

  private static final class Caf {
    private final Bytes in;
    private final Scan scan;
    private boolean described;
    private double rate;
    private String format = "";
    private long bytesPerPacket;
    private long framesPerPacket;
    private long channels;
    private long bits;
    private long validFrames;
    private long packets;
    private long dataBytes;

    Caf(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
    }

    void read(long start) {
      try {
        chunks(start + 8);
      } finally {
        conclude();
      }
    }

    private void chunks(long start) {
      long size = in.size();
      long p = start;
      while (in.has(p, 12)) {
        in.limits().step();
        long length = in.i64be(p + 4);
        long from = p + 12;
        boolean open = length == -1 && in.at(p, "data");
        if (length < 0 && !open) {
          scan.damage(Damage.CORRUPT, "a chunk has an impossible length");
          return;
        }
        boolean cut = !open && length > size - from;
        long end = open || cut ? size : from + length;
        if (cut) {
          scan.damage(Damage.TRUNCATED, "the file ends inside one of its chunks");
        }
        try {
          chunk(in.fourcc(p), from, end);
        } catch (OutOfBytes e) {
          scan.damage(Damage.TRUNCATED, "a chunk is cut short");
        }
        p = end;
      }
    }

    private void chunk(String id, long from, long end) {
      switch (id) {
        case "desc" -> {
          if (!described && end - from >= 32) {
            described = true;
            rate = in.f64be(from);
            format = in.fourcc(from + 8);
            bytesPerPacket = in.u32be(from + 16);
            framesPerPacket = in.u32be(from + 20);
            channels = in.u32be(from + 24);
            bits = in.u32be(from + 28);
          }
        }
        case "pakt" -> {
          packets = Math.max(0, in.i64be(from));
          validFrames = Math.max(0, in.i64be(from + 8));
        }
        case "data" -> {
          // An edit count stands before the samples.
          long sound = Math.min(from + 4, end);
          dataBytes = end - sound;
          scan.payload(sound, end);
        }
        case "info" -> strings(from, end);
        default -> {}
      }
    }

    private void strings(long from, long end) {
      TagCollector.Block block = scan.tags.block(40);
      long count = in.u32be(from);
      long p = from + 4;
      for (long i = 0; i < count && p < end; i++) {
        in.limits().step();
        String key = string(p, end);
        p = after(p, end);
        String value = string(p, end);
        p = after(p, end);
        if (key.equals("encoding application")) {
          scan.encoder(value);
        }
        block.put(Dialect.VORBIS, key.equals("key signature") ? "key" : key, value);
      }
    }

    private String string(long p, long end) {
      return Chunks.text(in, p, Math.min(end, p + 4096));
    }

    private long after(long from, long end) {
      long p = from;
      while (p < end && in.u8(p) != 0) {
        if ((p & 63) == 0) {
          in.limits().step();
        }
        p++;
      }
      return p + 1;
    }

    private void conclude() {
      if (!described) {
        scan.unreadable("the file has no desc chunk");
        return;
      }
      boolean pcm = format.equals("lpcm");
      boolean lossless = pcm || format.equals("alac") || format.equals("flac");
      scan.codec(
          switch (format) {
            case "lpcm" -> "PCM";
            case "alac" -> "ALAC";
            case "flac" -> "FLAC";
            case "aac ", "aace", "aacf", "aacg", "aacl", "aach", "aacp" -> "AAC";
            case "opus" -> "Opus";
            case ".mp1" -> "MP1";
            case ".mp2" -> "MP2";
            case ".mp3" -> "MP3";
            case "ima4" -> "IMA ADPCM";
            case "ulaw" -> "µ-law";
            case "alaw" -> "A-law";
            case "ac-3" -> "AC-3";
            case "ec-3" -> "E-AC-3";
            default -> "CAF " + format.replaceAll("[^ -~]", "?").strip();
          },
          lossless);
      scan.channels(channels);
      if (!(rate >= 1 && rate < 1e9)) {
        scan.note("impossible sample rate left out");
        return;
      }
      scan.sampleRate(Math.round(rate));
      if (lossless && bits > 0) {
        scan.bitDepth((int) Math.min(bits, 65));
      }
      double frames = validFrames;
      if (frames == 0 && packets > 0 && framesPerPacket > 0) {
        frames = (double) packets * framesPerPacket;
      }
      if (frames == 0 && bytesPerPacket > 0 && framesPerPacket > 0) {
        long whole = dataBytes / bytesPerPacket;
        frames = (double) whole * framesPerPacket;
      }
      scan.duration(frames, rate);
      if (bytesPerPacket > 0 && framesPerPacket > 0) {
        scan.bitrate(bytesPerPacket * 8.0 * rate / framesPerPacket);
        scan.bitrateMode(BitrateMode.CONSTANT);
      }
    }
  }
}
