package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import culturalintelligence.domain.music.TagField;
import java.util.Locale;

/** Musepack stream versions 4 to 8. */
final class MusepackReader implements FormatReader {
  private static final int[] RATES = {44_100, 48_000, 37_800, 32_000};

  /** Versions 4 to 6 have no magic; the fields of their first word must all be sane. */
  static boolean isOld(Bytes in, long p) {
    if (!in.has(p, 8)) {
      return false;
    }
    long word = in.u32le(p);
    int version = (int) (word >> 11 & 0x3ff);
    int maxBand = (int) (word >> 6 & 31);
    long frames = version >= 5 ? in.u32le(p + 4) : in.u16le(p + 6);
    return version >= 4
        && version <= 6
        && (word & 0x3f) == 1
        && (word >> 22 & 1) == 0
        && maxBand > 0
        && (word >> 23 & 0x1ff) <= 400
        && frames > 0
        && frames < 10_000_000;
  }

  @Override
  public void read(Bytes in, long start, Scan scan) {
    long end = TailTags.read(in, start, scan, TailTags.OF_APE_FORMATS);
    scan.payload(start, end);
    scan.bitrateMode(BitrateMode.VARIABLE);
    if (in.at(start, "MPCK")) {
      version8(in, start, scan);
    } else if (in.at(start, "MP+")) {
      version7(in, start, scan);
    } else {
      old(in, start, scan);
    }
  }

  private static void version8(Bytes in, long start, Scan scan) {
    long p = start + 4;
    for (int i = 0; i < 64 && in.has(p, 3); i++) {
      in.limits().step();
      String key = in.latin1(p, 2);
      long[] cursor = {p + 2};
      long size = varint(in, cursor);
      long body = cursor[0];
      long next = p + size;
      if (size < 3 || next <= p) {
        return;
      }
      switch (key) {
        case "SH" -> {
          cursor[0] = body + 5;
          long samples = varint(in, cursor);
          long silence = varint(in, cursor);
          int bits = in.u16be(cursor[0]);
          int rate = bits >> 13 & 7;
          scan.codec("Musepack", false);
          scan.encoder("Musepack SV8");
          scan.channels((bits >> 4 & 15) + 1);
          if (rate < RATES.length) {
            scan.sampleRate(RATES[rate]);
            scan.duration((double) samples - silence, RATES[rate]);
          }
        }
        case "RG" -> {
          if (in.has(body, 9)) {
            gain(scan, TagField.REPLAYGAIN_TRACK_GAIN, in.u16be(body + 1));
            gain(scan, TagField.REPLAYGAIN_ALBUM_GAIN, in.u16be(body + 5));
          }
        }
        case "AP", "SE" -> {
          return;
        }
        default -> {}
      }
      p = next;
    }
  }

  private static void gain(Scan scan, TagField field, int raw) {
    if (raw != 0) {
      double db = 64.82 - (short) raw / 256.0;
      scan.tags.block(5).field(field, String.format(Locale.ROOT, "%.2f dB", db));
    }
  }

  private static long varint(Bytes in, long[] cursor) {
    long v = 0;
    for (int i = 0; i < 9; i++) {
      int b = in.u8(cursor[0]++);
      v = v << 7 | (b & 0x7f);
      if (b < 0x80) {
        break;
      }
    }
    return v;
  }

  private static void version7(Bytes in, long start, Scan scan) {
    if ((in.u8(start + 3) & 15) != 7) {
      scan.unreadable("Musepack of an unknown version");
      return;
    }
    long frames = in.u32le(start + 4);
    int rate = RATES[in.u8(start + 10) & 3];
    scan.codec("Musepack", false);
    scan.encoder("Musepack SV7");
    scan.channels(2);
    scan.sampleRate(rate);
    if (frames > 0) {
      scan.duration(frames * 1152.0 - 576, rate);
    }
  }

  private static void old(Bytes in, long start, Scan scan) {
    long word = in.u32le(start);
    int version = (int) (word >> 11 & 0x3ff);
    long frames = version >= 5 ? in.u32le(start + 4) : in.u16le(start + 6);
    if (version < 6) {
      frames--;
    }
    scan.codec("Musepack", false);
    scan.encoder("Musepack SV" + version);
    scan.channels(2);
    scan.sampleRate(44_100);
    if (frames > 0) {
      scan.duration(frames * 1152.0 - 576, 44_100);
    }
    long kbit = word >> 23 & 0x1ff;
    if (kbit > 0) {
      scan.bitrate(kbit * 1000.0);
    }
  }
}
