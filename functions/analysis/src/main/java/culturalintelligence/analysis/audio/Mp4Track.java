package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Mp4Boxes.Box;
import org.jspecify.annotations.Nullable;

/** One track of a movie: how long, how many bytes, and what it is coded in. */
final class Mp4Track {
  private static final String SOUND = "soun";

  private final Bytes in;
  private final Scan scan;
  private final Mp4Boxes boxes;
  private final boolean quickTime;

  long id;
  String handler = "";
  long timescale;
  long duration;
  long sttsDuration;
  long sampleBytes;
  long fragmentDuration;
  long fragmentBytes;
  long defaultSampleDuration;
  long defaultSampleSize;
  double editUnits;
  @Nullable String codec;
  boolean lossless;
  boolean pcm;
  long channels;
  double rate;
  int bits;
  double statedBitrate;
  boolean exactBitrate;
  byte @Nullable [] md5;

  Mp4Track(Bytes in, Scan scan, Mp4Boxes boxes, boolean quickTime) {
    this.in = in;
    this.scan = scan;
    this.boxes = boxes;
    this.quickTime = quickTime;
  }

  boolean isSound() {
    return handler.equals(SOUND);
  }

  /** A child of {@code trak}. */
  void inTrack(Box b) {
    switch (b.type()) {
      case "tkhd" -> id = in.u32be(b.from() + (in.u8(b.from()) == 1 ? 20 : 12));
      case "edts" ->
          boxes.each(
              b,
              c -> {
                if (c.type().equals("elst")) {
                  editList(c);
                }
              });
      case "mdia", "minf", "stbl" -> boxes.each(b, this::inTrack);
      case "mdhd" -> {
        boolean wide = in.u8(b.from()) == 1;
        timescale = in.u32be(b.from() + (wide ? 20 : 12));
        duration = boxes.duration(b.from() + (wide ? 24 : 16), wide);
      }
      case "hdlr" -> {
        // QuickTime has a second one, of the data handler, in minf.
        if (handler.isEmpty()) {
          handler = in.fourcc(b.from() + 8);
        }
      }
      case "stsd" -> {
        if (isSound() && codec == null) {
          sampleDescription(b);
        }
      }
      case "stts" -> {
        if (isSound()) {
          timeToSample(b);
        }
      }
      case "stsz" -> {
        if (isSound()) {
          sampleSizes(b);
        }
      }
      case "stz2" -> {
        if (isSound()) {
          compactSampleSizes(b);
        }
      }
      default -> {}
    }
  }

  private void editList(Box b) {
    boolean wide = in.u8(b.from()) == 1;
    int entry = wide ? 20 : 12;
    long count = Math.min(in.u32be(b.from() + 4), (b.length() - 8) / entry);
    double units = 0;
    for (long i = 0; i < count; i++) {
      in.limits().step();
      long p = b.from() + 8 + i * entry;
      long length = boxes.duration(p, wide);
      boolean empty = wide ? in.i64be(p + 8) == -1 : in.i32be(p + 4) == -1;
      if (!empty) {
        units += length;
      }
    }
    editUnits = units;
  }

  private void timeToSample(Box b) {
    long count = Math.min(in.u32be(b.from() + 4), (b.length() - 8) / 8);
    long sum = 0;
    for (long i = 0; i < count && sum >= 0; i++) {
      in.limits().step();
      long p = b.from() + 8 + i * 8;
      sum += in.u32be(p) * in.u32be(p + 4);
    }
    sttsDuration = Math.max(0, sum);
  }

  private void sampleSizes(Box b) {
    long one = in.u32be(b.from() + 4);
    long count = in.u32be(b.from() + 8);
    if (one != 0) {
      sampleBytes = one * count;
      return;
    }
    count = Math.min(count, (b.length() - 12) / 4);
    long sum = 0;
    for (long i = 0; i < count; i++) {
      if ((i & 15) == 0) {
        in.limits().step();
      }
      sum += in.u32be(b.from() + 12 + i * 4);
    }
    sampleBytes = sum;
  }

  private void compactSampleSizes(Box b) {
    int field = in.u8(b.from() + 7);
    if (field != 4 && field != 8 && field != 16) {
      return;
    }
    long count = Math.min(in.u32be(b.from() + 8), (b.length() - 12) * 8 / field);
    long sum = 0;
    for (long i = 0; i < count; i++) {
      if ((i & 15) == 0) {
        in.limits().step();
      }
      long p = b.from() + 12 + i * field / 8;
      sum +=
          switch (field) {
            case 4 -> (i & 1) == 0 ? in.u8(p) >> 4 : in.u8(p) & 15;
            case 8 -> in.u8(p);
            default -> in.u16be(p);
          };
    }
    sampleBytes = sum;
  }

  private void sampleDescription(Box b) {
    Box entry = boxes.at(b.from() + 8, b.end());
    if (entry == null) {
      return;
    }
    boolean oldTable = in.u8(b.from()) == 0;
    int version = in.u16be(entry.from() + 8);
    channels = in.u16be(entry.from() + 16);
    bits = in.u16be(entry.from() + 18);
    rate = in.u32be(entry.from() + 24) / 65536.0;
    setCodec(entry.type());
    long inner = entry.from() + 28;
    if (version == 1 && oldTable && (quickTime || boxes.at(inner, entry.end()) == null)) {
      inner += 16;
    } else if (version == 1 && oldTable && !looksLikeBox(inner, entry.end())) {
      inner += 16;
    } else if (version == 2 && in.has(inner, 36)) {
      rate = in.f64be(inner + 4);
      channels = in.u32be(inner + 12);
      bits = (int) Math.min(in.u32be(inner + 20), 0xffff);
      if (entry.type().equals("lpcm")) {
        pcm = true;
      }
      inner += 36;
    }
    boxes.each(inner, entry.end(), c -> inSampleEntry(c, 0));
  }

  private boolean looksLikeBox(long p, long end) {
    Box b = boxes.at(p, end);
    return b != null && b.claimed() <= end && b.type().matches("[A-Za-z0-9 ._-]{4}");
  }

  private void inSampleEntry(Box b, int depth) {
    switch (b.type()) {
      case "wave", "sinf" -> {
        if (depth < 3) {
          boxes.each(b, c -> inSampleEntry(c, depth + 1));
        }
      }
      case "frma" -> setCodec(in.fourcc(b.from()));
      case "esds" -> elementaryStream(b);
      case "alac" -> {
        if (b.length() >= 28) {
          alac(b.from() + 4);
        }
      }
      case "dfLa" -> {
        long p = b.from() + 4;
        if ((in.u8(p) & 0x7f) == 0 && in.u24be(p + 1) >= 34) {
          flac(p + 4);
        }
      }
      case "dOps" -> {
        int n = in.u8(b.from() + 1);
        if (n > 0) {
          channels = n;
        }
        rate = 48_000;
      }
      case "dac3" -> ac3(b);
      case "dec3" -> eac3(b);
      case "pcmC" -> bits = in.u8(b.from() + 5);
      default -> {}
    }
  }

  private void setCodec(String format) {
    String name;
    boolean exact = false;
    boolean samples = false;
    switch (format) {
      case "mp4a" -> name = "AAC";
      case "enca", "drms" -> name = "encrypted";
      case "alac" -> {
        name = "ALAC";
        exact = true;
      }
      case "fLaC" -> {
        name = "FLAC";
        exact = true;
      }
      case "Opus" -> {
        name = "Opus";
        rate = 48_000;
      }
      case "ac-3", "sac3" -> name = "AC-3";
      case "ec-3" -> name = "E-AC-3";
      case "ac-4" -> name = "AC-4";
      case "mlpa" -> {
        name = "TrueHD";
        exact = true;
      }
      case ".mp3", "ms\0U" -> name = "MP3";
      case "mha1", "mha2", "mhm1", "mhm2" -> name = "MPEG-H";
      case "dtsc", "dtsh", "dtse", "dtsx" -> name = "DTS";
      case "dtsl" -> {
        name = "DTS-HD";
        exact = true;
      }
      case "samr" -> name = "AMR-NB";
      case "sawb" -> name = "AMR-WB";
      case "ulaw" -> name = "µ-law";
      case "alaw" -> name = "A-law";
      case "ima4" -> name = "IMA ADPCM";
      case "Qclp", "sqcp" -> name = "QCELP";
      case "QDM2", "QDMC" -> name = "QDesign";
      case "lpcm",
          "twos",
          "sowt",
          "raw ",
          "NONE",
          "in24",
          "in32",
          "fl32",
          "fl64",
          "ipcm",
          "fpcm" -> {
        name = "PCM";
        exact = true;
        samples = true;
        switch (format) {
          case "in24" -> bits = 24;
          case "in32", "fl32" -> bits = 32;
          case "fl64" -> bits = 64;
          default -> {}
        }
      }
      default -> {
        name = Mp4Boxes.printable(format).strip();
        if (name.isEmpty() || name.contains("?")) {
          name = "unknown";
        }
      }
    }
    codec = name;
    lossless = exact;
    pcm = samples;
  }

  /** ISO 14496-1 descriptors: tag, length in groups of seven bits, body. */
  private void elementaryStream(Box b) {
    long p = descriptor(b.from() + 4, b.end(), 3);
    if (p < 0) {
      return;
    }
    int flags = in.u8(p + 2);
    p += 3;
    if ((flags & 0x80) != 0) {
      p += 2;
    }
    if ((flags & 0x40) != 0) {
      p += 1 + in.u8(p);
    }
    if ((flags & 0x20) != 0) {
      p += 2;
    }
    p = descriptor(p, b.end(), 4);
    if (p < 0) {
      return;
    }
    int type = in.u8(p);
    statedBitrate = in.u32be(p + 9);
    switch (type) {
      case 0x69, 0x6b -> codec = "MP3";
      case 0xa5 -> codec = "AC-3";
      case 0xa6 -> codec = "E-AC-3";
      case 0xa9, 0xaa, 0xab, 0xac -> codec = "DTS";
      case 0xad -> codec = "Opus";
      case 0xdd -> codec = "Vorbis";
      case 0xe1 -> codec = "QCELP";
      case 0x40, 0x66, 0x67, 0x68 -> {
        codec = "AAC";
        long config = descriptor(p + 13, b.end(), 5);
        if (config >= 0) {
          audioSpecificConfig(config, b.end());
        }
      }
      default -> {}
    }
  }

  /** Where the body of a descriptor with this tag begins; -1 when it is another. */
  private long descriptor(long p, long end, int tag) {
    if (p + 2 > end || in.u8(p) != tag) {
      return -1;
    }
    long q = p + 1;
    for (int i = 0; i < 4; i++) {
      if ((in.u8(q++) & 0x80) == 0) {
        break;
      }
    }
    return q;
  }

  private void audioSpecificConfig(long p, long end) {
    AacConfig c = AacConfig.read(in, p, end);
    if (c == null) {
      return;
    }
    codec = c.profile();
    long entryChannels = channels;
    if (c.channels() > 1) {
      channels = c.channels();
    } else if (c.channels() == 1 && entryChannels != 2) {
      channels = c.parametricStereo() ? 2 : 1;
    } else if (c.channels() == 1 && !c.parametricStereo()) {
      scan.note("the sample entry says 2 channels, the coded stream may have 1");
    }
    if (c.rate() > 0) {
      // At 24 kHz and below, spectral band replication may double the rate without a word here.
      boolean mayDouble = !c.rateIsFinal() && c.rate() <= 24_000;
      boolean entryAgrees = rate == c.rate() || rate == 2.0 * c.rate();
      if (!mayDouble || !entryAgrees) {
        rate = c.rate();
      }
    }
  }

  /** Apple's ALAC magic cookie. */
  private void alac(long p) {
    if (in.u8(p + 4) != 0) {
      return;
    }
    bits = in.u8(p + 5);
    channels = in.u8(p + 9);
    statedBitrate = in.u32be(p + 16);
    rate = in.u32be(p + 20);
  }

  /** STREAMINFO, RFC 9639 section 8.2. */
  private void flac(long p) {
    long packed = in.i64be(p + 10);
    rate = packed >>> 44;
    channels = (packed >>> 41 & 7) + 1;
    bits = (int) (packed >>> 36 & 31) + 1;
    md5 = in.copy(p + 18, 16);
  }

  private static final int[] AC3_CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};
  private static final int[] AC3_KBPS = {
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
  };

  /** ETSI TS 102 366, F.4. */
  private void ac3(Box b) {
    int v = in.u24be(b.from());
    channels = AC3_CHANNELS[v >> 11 & 7] + (long) (v >> 10 & 1);
    int code = v >> 5 & 31;
    if (code < AC3_KBPS.length) {
      statedBitrate = AC3_KBPS[code] * 1000.0;
      exactBitrate = true;
    }
  }

  /** ETSI TS 102 366, F.6: the container's count stands, the coded one is noted. */
  private void eac3(Box b) {
    if (b.length() < 5) {
      return;
    }
    int v = in.u24be(b.from() + 2);
    int coded = AC3_CHANNELS[v >> 9 & 7] + (v >> 8 & 1);
    if (coded != channels) {
      scan.note("the sample entry says " + channels + " channels, the coded stream has " + coded);
    }
  }

  /** A run of samples in a fragment, ISO 14496-12 section 8.8.8. */
  void run(long sampleDuration, long sampleSize, Box b) {
    int flags = in.u24be(b.from() + 1);
    long count = in.u32be(b.from() + 4);
    long p = b.from() + 8 + ((flags & 1) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 4 : 0);
    boolean durations = (flags & 0x100) != 0;
    boolean sizes = (flags & 0x200) != 0;
    int entry = Integer.bitCount(flags & 0xf00) * 4;
    if (entry > 0) {
      count = Math.min(count, Math.max(0, b.end() - p) / entry);
    } else if (count > 1_000_000) {
      return;
    }
    if (!durations) {
      fragmentDuration += sampleDuration * count;
    }
    if (!sizes) {
      fragmentBytes += sampleSize * count;
    }
    if (!durations && !sizes) {
      return;
    }
    for (long i = 0; i < count; i++) {
      in.limits().step();
      long q = p + i * entry;
      if (durations) {
        fragmentDuration += in.u32be(q);
        q += 4;
      }
      if (sizes) {
        fragmentBytes += in.u32be(q);
      }
    }
  }
}
