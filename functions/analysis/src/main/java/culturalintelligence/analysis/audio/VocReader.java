package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;

/** Creative's VOC: a header, then blocks of sound, of silence, and of other things. */
final class VocReader implements FormatReader {
  static final String MAGIC = "Creative Voice File\u001a";

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long p = start + Math.max(26, in.u16le(start + 20));
    TagCollector.Block tags = scan.tags.block(20);
    double seconds = 0;
    double rate = 0;
    double bitsPerSecond = 0;
    boolean extended = false;
    long channels = 1;
    while (in.has(p, 1) && in.u8(p) != 0) {
      in.limits().step();
      int type = in.u8(p);
      long length = in.u24le(p + 1);
      long body = p + 4;
      long end = Math.min(body + length, in.size());
      long sound = -1;
      switch (type) {
        case 1 -> {
          if (!extended) {
            rate = 1_000_000.0 / (256 - in.u8(body));
            channels = 1;
          }
          bitsPerSecond = coding(in.u8(body + 1), 0, scan) * rate * channels;
          extended = false;
          sound = body + 2;
        }
        case 2 -> sound = body;
        case 3 -> seconds += (in.u16le(body) + 1) * (256 - in.u8(body + 2)) / 1_000_000.0;
        case 5 -> tags.put(Dialect.VORBIS, "COMMENT", Chunks.text(in, body, end));
        case 8 -> {
          channels = in.u8(body + 3) + 1L;
          rate = 256_000_000.0 / (channels * (65_536 - in.u16le(body)));
          extended = true;
        }
        case 9 -> {
          rate = in.u32le(body);
          channels = in.u8(body + 5);
          bitsPerSecond = coding(in.u16le(body + 6), in.u8(body + 4), scan) * rate * channels;
          sound = body + 12;
        }
        default -> {}
      }
      if (sound >= 0) {
        scan.payload(sound, end);
        if (bitsPerSecond > 0) {
          seconds += Math.max(0, end - sound) * 8 / bitsPerSecond;
        }
        scan.sampleRate(Math.round(rate));
        scan.channels(channels);
      }
      if (body + length > in.size()) {
        scan.damage(Damage.TRUNCATED, "the file ends inside a block of sound");
        break;
      }
      p = body + length;
    }
    if (bitsPerSecond > 0) {
      scan.bitrate(bitsPerSecond);
      scan.bitrateMode(BitrateMode.CONSTANT);
      scan.duration(seconds);
    }
  }

  /** How many bits a sample takes; 0 when the coding is unknown. */
  private static double coding(int code, int depth, Scan scan) {
    boolean pcm = code == 0 || code == 4;
    double bits =
        switch (code) {
          case 0, 6, 7 -> 8;
          case 1, 0x200 -> 4;
          case 2 -> 8 / 3.0;
          case 3 -> 2;
          case 4 -> 16;
          default -> 0;
        };
    if (bits == 0) {
      scan.unreadable("an unknown coding");
      return 0;
    }
    scan.codec(code == 6 ? "A-law" : code == 7 ? "µ-law" : pcm ? "PCM" : "ADPCM", pcm);
    if (pcm) {
      scan.bitDepth(depth > 0 ? depth : (int) bits);
      return depth > 0 ? depth : bits;
    }
    return bits;
  }
}
