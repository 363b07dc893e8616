package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import culturalintelligence.domain.music.TagField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * MP4, M4A, M4B, MOV, 3GP: ISO 14496-12 boxes, QuickTime's atoms before them, iTunes' {@code ilst},
 * fragments.
 *
 * <p>How the facts are weighed. The duration is the media header's, which counts samples, unless
 * the sample table or the fragments contradict it by more than double; an edit list shortens it
 * where it cuts more than priming away. The bitrate is the sample table's bytes over the duration;
 * the encoder's own figure is taken where the two are within 3 %. The channel count of AAC is the
 * codec's own configuration, but "mono" there may be parametric stereo, so the sample entry decides
 * between one and two. The sample rate of the entry has 16 bits: ALAC, FLAC and LPCM above 65,535
 * Hz carry the true one in their own configuration.
 */
final class Mp4Reader implements FormatReader {
  private static final int MAX_TRACKS = 64;
  private static final String SOUND = "soun";
  private static final String FREE_FORM = "----";

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Movie(in, scan).read(start);
  }

  /**
   * A box: its type, and where what it holds begins and ends. The end is cut to the box around it.
   *
   * @param claimed where it says it ends
   */
  private record Box(String type, long from, long end, long claimed) {
    long length() {
      return end - from;
    }
  }

  private static final class Track {
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
    double editSeconds;
    @Nullable String codec;
    boolean lossless;
    boolean pcm;
    long channels;
    double rate;
    int bits;
    double statedBitrate;
    boolean exactBitrate;
    byte @Nullable [] md5;
  }

  private static final class Movie {
    private final Bytes in;
    private final Scan scan;
    private final List<Track> tracks = new ArrayList<>();
    private final List<Long> itemTables = new ArrayList<>();
    private TagCollector.@Nullable Block ilst;
    private TagCollector.@Nullable Block userData;
    private long movieTimescale;
    private long movieDuration;
    private long mediaBytes;
    private boolean movieSeen;
    private boolean quickTime;

    Movie(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
    }

    void read(long start) {
      try {
        topLevel(start);
      } finally {
        // Runs on what there is, also when the file breaks off or a budget is spent.
        conclude();
      }
    }

    private void topLevel(long start) {
      long p = start;
      long size = in.size();
      while (in.has(p, 8)) {
        in.limits().step();
        Box b = box(p, size);
        if (b == null) {
          if (in.u32be(p) != 0 && !(movieSeen && p > start)) {
            scan.damage(Damage.CORRUPT, "bytes that are no box where a box should be");
          }
          return;
        }
        switch (b.type) {
          case "ftyp" -> quickTime = in.at(b.from, "qt  ");
          case "moov" -> {
            movieSeen = true;
            each(b, this::inMovie);
          }
          case "moof" -> each(b, this::inFragment);
          case "mdat" -> {
            mediaBytes += Math.min(b.claimed - b.from, 1L << 40);
            scan.payload(b.from, b.end);
          }
          case "meta" -> guarded(b, this::meta);
          case "udta" -> each(b, this::inUserData);
          default -> {}
        }
        if (b.claimed > size) {
          scan.damage(Damage.TRUNCATED, "the file ends inside its " + b.type.strip() + " box");
        }
        p = b.end;
      }
    }

    /** The box at the position; null when there is none. */
    private @Nullable Box box(long p, long limit) {
      if (p + 8 > limit || !in.has(p, 8)) {
        return null;
      }
      long length = in.u32be(p);
      long header = 8;
      String type = in.fourcc(p + 4);
      if (length == 1) {
        if (!in.has(p, 16)) {
          return null;
        }
        length = in.i64be(p + 8);
        header = 16;
      } else if (length == 0) {
        if (type.equals("\0\0\0\0")) {
          return null;
        }
        length = limit - p;
      }
      if (length < header) {
        return null;
      }
      long claimed = length > Long.MAX_VALUE - p ? Long.MAX_VALUE : p + length;
      return new Box(type, p + header, Math.min(claimed, limit), claimed);
    }

    /** Every box inside another; one that breaks off does not take the next with it. */
    private void each(Box parent, Consumer<Box> visit) {
      each(parent.from, parent.end, visit);
    }

    private void each(long from, long end, Consumer<Box> visit) {
      long p = from;
      while (true) {
        in.limits().step();
        Box b = box(p, end);
        if (b == null) {
          return;
        }
        guarded(b, visit);
        p = b.end;
      }
    }

    private void guarded(Box b, Consumer<Box> visit) {
      try {
        visit.accept(b);
      } catch (OutOfBytes e) {
        scan.damage(Damage.TRUNCATED, "a box of type " + printable(b.type) + " is cut short");
      }
    }

    private static String printable(String type) {
      return type.replaceAll("[^\\x20-\\x7e©]", "?");
    }

    private void inMovie(Box b) {
      switch (b.type) {
        case "mvhd" -> {
          boolean wide = in.u8(b.from) == 1;
          movieTimescale = in.u32be(b.from + (wide ? 20 : 12));
          movieDuration = duration(b.from + (wide ? 24 : 16), wide);
        }
        case "trak" -> {
          if (tracks.size() < MAX_TRACKS) {
            Track t = new Track();
            tracks.add(t);
            each(b, c -> inTrack(t, c));
          }
        }
        case "mvex" ->
            each(
                b,
                c -> {
                  if (c.type.equals("trex") && track(in.u32be(c.from + 4)) instanceof Track t) {
                    t.defaultSampleDuration = in.u32be(c.from + 12);
                    t.defaultSampleSize = in.u32be(c.from + 16);
                  } else if (c.type.equals("mehd") && movieDuration == 0) {
                    movieDuration = duration(c.from + 4, in.u8(c.from) == 1);
                  }
                });
        case "udta" -> each(b, this::inUserData);
        case "meta" -> meta(b);
        default -> {}
      }
    }

    /** All ones stands for unknown. */
    private long duration(long p, boolean wide) {
      if (wide) {
        long d = in.i64be(p);
        return Math.max(0, d);
      }
      long d = in.u32be(p);
      return d == 0xffff_ffffL ? 0 : d;
    }

    private @Nullable Track track(long id) {
      for (Track t : tracks) {
        if (t.id == id) {
          return t;
        }
      }
      return null;
    }

    private void inTrack(Track t, Box b) {
      switch (b.type) {
        case "tkhd" -> t.id = in.u32be(b.from + (in.u8(b.from) == 1 ? 20 : 12));
        case "edts" ->
            each(
                b,
                c -> {
                  if (c.type.equals("elst")) {
                    editList(t, c);
                  }
                });
        case "mdia", "minf", "stbl" -> each(b, c -> inTrack(t, c));
        case "mdhd" -> {
          boolean wide = in.u8(b.from) == 1;
          t.timescale = in.u32be(b.from + (wide ? 20 : 12));
          t.duration = duration(b.from + (wide ? 24 : 16), wide);
        }
        case "hdlr" -> {
          // QuickTime has a second one, of the data handler, in minf.
          if (t.handler.isEmpty()) {
            t.handler = in.fourcc(b.from + 8);
          }
        }
        case "stsd" -> {
          if (t.handler.equals(SOUND) && t.codec == null) {
            sampleDescription(t, b);
          }
        }
        case "stts" -> {
          if (t.handler.equals(SOUND)) {
            timeToSample(t, b);
          }
        }
        case "stsz" -> {
          if (t.handler.equals(SOUND)) {
            sampleSizes(t, b);
          }
        }
        case "stz2" -> {
          if (t.handler.equals(SOUND)) {
            compactSampleSizes(t, b);
          }
        }
        default -> {}
      }
    }

    private void editList(Track t, Box b) {
      boolean wide = in.u8(b.from) == 1;
      int entry = wide ? 20 : 12;
      long count = Math.min(in.u32be(b.from + 4), (b.length() - 8) / entry);
      double units = 0;
      for (long i = 0; i < count; i++) {
        in.limits().step();
        long p = b.from + 8 + i * entry;
        long length = duration(p, wide);
        boolean empty = wide ? in.i64be(p + 8) == -1 : in.i32be(p + 4) == -1;
        if (!empty) {
          units += length;
        }
      }
      // mvhd comes first by the standard.
      t.editSeconds = movieTimescale > 0 ? units / movieTimescale : 0;
    }

    private void timeToSample(Track t, Box b) {
      long count = Math.min(in.u32be(b.from + 4), (b.length() - 8) / 8);
      long sum = 0;
      for (long i = 0; i < count && sum >= 0; i++) {
        in.limits().step();
        long p = b.from + 8 + i * 8;
        sum += in.u32be(p) * in.u32be(p + 4);
      }
      t.sttsDuration = Math.max(0, sum);
    }

    private void sampleSizes(Track t, Box b) {
      long one = in.u32be(b.from + 4);
      long count = in.u32be(b.from + 8);
      if (one != 0) {
        t.sampleBytes = one * count;
        return;
      }
      count = Math.min(count, (b.length() - 12) / 4);
      long sum = 0;
      for (long i = 0; i < count; i++) {
        if ((i & 15) == 0) {
          in.limits().step();
        }
        sum += in.u32be(b.from + 12 + i * 4);
      }
      t.sampleBytes = sum;
    }

    private void compactSampleSizes(Track t, Box b) {
      int field = in.u8(b.from + 7);
      if (field != 4 && field != 8 && field != 16) {
        return;
      }
      long count = Math.min(in.u32be(b.from + 8), (b.length() - 12) * 8 / field);
      long sum = 0;
      for (long i = 0; i < count; i++) {
        if ((i & 15) == 0) {
          in.limits().step();
        }
        long p = b.from + 12 + i * field / 8;
        sum +=
            switch (field) {
              case 4 -> (i & 1) == 0 ? in.u8(p) >> 4 : in.u8(p) & 15;
              case 8 -> in.u8(p);
              default -> in.u16be(p);
            };
      }
      t.sampleBytes = sum;
    }

    // ---- what the sound is coded in

    private void sampleDescription(Track t, Box b) {
      Box entry = box(b.from + 8, b.end);
      if (entry == null) {
        return;
      }
      boolean oldTable = in.u8(b.from) == 0;
      int version = in.u16be(entry.from + 8);
      t.channels = in.u16be(entry.from + 16);
      t.bits = in.u16be(entry.from + 18);
      t.rate = in.u32be(entry.from + 24) / 65536.0;
      setCodec(t, entry.type);
      long inner = entry.from + 28;
      if (version == 1 && oldTable && (quickTime || box(inner, entry.end) == null)) {
        inner += 16;
      } else if (version == 1 && oldTable && !looksLikeBox(inner, entry.end)) {
        inner += 16;
      } else if (version == 2 && in.has(inner, 36)) {
        t.rate = in.f64be(inner + 4);
        t.channels = in.u32be(inner + 12);
        t.bits = (int) Math.min(in.u32be(inner + 20), 0xffff);
        if (entry.type.equals("lpcm")) {
          t.pcm = true;
        }
        inner += 36;
      }
      each(inner, entry.end, c -> inSampleEntry(t, c, 0));
    }

    private boolean looksLikeBox(long p, long end) {
      Box b = box(p, end);
      return b != null && b.claimed <= end && b.type.matches("[A-Za-z0-9 ._-]{4}");
    }

    private void inSampleEntry(Track t, Box b, int depth) {
      switch (b.type) {
        case "wave", "sinf" -> {
          if (depth < 3) {
            each(b, c -> inSampleEntry(t, c, depth + 1));
          }
        }
        case "frma" -> setCodec(t, in.fourcc(b.from));
        case "esds" -> elementaryStream(t, b);
        case "alac" -> {
          if (b.length() >= 28) {
            alac(t, b.from + 4);
          }
        }
        case "dfLa" -> {
          long p = b.from + 4;
          if ((in.u8(p) & 0x7f) == 0 && in.u24be(p + 1) >= 34) {
            flac(t, p + 4);
          }
        }
        case "dOps" -> {
          int n = in.u8(b.from + 1);
          if (n > 0) {
            t.channels = n;
          }
          t.rate = 48_000;
        }
        case "dac3" -> ac3(t, b);
        case "dec3" -> eac3(t, b);
        case "pcmC" -> t.bits = in.u8(b.from + 5);
        default -> {}
      }
    }

    private void setCodec(Track t, String format) {
      String name;
      boolean lossless = false;
      boolean pcm = false;
      switch (format) {
        case "mp4a" -> name = "AAC";
        case "enca", "drms" -> name = "encrypted";
        case "alac" -> {
          name = "ALAC";
          lossless = true;
        }
        case "fLaC" -> {
          name = "FLAC";
          lossless = true;
        }
        case "Opus" -> {
          name = "Opus";
          t.rate = 48_000;
        }
        case "ac-3", "sac3" -> name = "AC-3";
        case "ec-3" -> name = "E-AC-3";
        case "ac-4" -> name = "AC-4";
        case "mlpa" -> {
          name = "TrueHD";
          lossless = true;
        }
        case ".mp3", "ms\0\u0055" -> name = "MP3";
        case "mha1", "mha2", "mhm1", "mhm2" -> name = "MPEG-H";
        case "dtsc", "dtsh", "dtse", "dtsx" -> name = "DTS";
        case "dtsl" -> {
          name = "DTS-HD";
          lossless = true;
        }
        case "samr" -> name = "AMR-NB";
        case "sawb" -> name = "AMR-WB";
        case "ulaw" -> name = "µ-law";
        case "alaw" -> name = "A-law";
        case "ima4" -> name = "IMA ADPCM";
        case "Qclp", "sqcp" -> name = "QCELP";
        case "QDM2", "QDMC" -> name = "QDesign";
        case "lpcm", "twos", "sowt", "raw ", "NONE", "in24", "in32", "fl32", "fl64", "ipcm", "fpcm" -> {
          name = "PCM";
          lossless = true;
          pcm = true;
          switch (format) {
            case "in24" -> t.bits = 24;
            case "in32", "fl32" -> t.bits = 32;
            case "fl64" -> t.bits = 64;
            default -> {}
          }
        }
        default -> {
          name = printable(format).strip();
          if (name.isEmpty() || name.contains("?")) {
            name = "unknown";
          }
        }
      }
      t.codec = name;
      t.lossless = lossless;
      t.pcm = pcm;
    }

    /** ISO 14496-1 descriptors: tag, length in groups of seven bits, body. */
    private void elementaryStream(Track t, Box b) {
      long p = descriptor(b.from + 4, b.end, 3);
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
      p = descriptor(p, b.end, 4);
      if (p < 0) {
        return;
      }
      int type = in.u8(p);
      t.statedBitrate = in.u32be(p + 9);
      switch (type) {
        case 0x69, 0x6b -> t.codec = "MP3";
        case 0xa5 -> t.codec = "AC-3";
        case 0xa6 -> t.codec = "E-AC-3";
        case 0xa9, 0xaa, 0xab, 0xac -> t.codec = "DTS";
        case 0xad -> t.codec = "Opus";
        case 0xdd -> t.codec = "Vorbis";
        case 0xe1 -> t.codec = "QCELP";
        case 0x40, 0x66, 0x67, 0x68 -> {
          t.codec = "AAC";
          long config = descriptor(p + 13, b.end, 5);
          if (config >= 0) {
            audioSpecificConfig(t, config, b.end);
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

    private void audioSpecificConfig(Track t, long p, long end) {
      AacConfig c = AacConfig.read(in, p, end);
      if (c == null) {
        return;
      }
      t.codec = c.profile();
      long entryChannels = t.channels;
      if (c.channels() > 1) {
        t.channels = c.channels();
      } else if (c.channels() == 1 && entryChannels != 2) {
        t.channels = c.parametricStereo() ? 2 : 1;
      }
      if (c.rate() > 0) {
        // At 24 kHz and below, spectral band replication may double the rate without a word here.
        boolean mayDouble = !c.rateIsFinal() && c.rate() <= 24_000;
        boolean entryAgrees = t.rate == c.rate() || t.rate == 2.0 * c.rate();
        if (!mayDouble || !entryAgrees) {
          t.rate = c.rate();
        }
      }
    }

    /** Apple's ALAC magic cookie. */
    private void alac(Track t, long p) {
      if (in.u8(p + 4) != 0) {
        return;
      }
      t.bits = in.u8(p + 5);
      t.channels = in.u8(p + 9);
      t.statedBitrate = in.u32be(p + 16);
      t.rate = in.u32be(p + 20);
    }

    /** STREAMINFO, RFC 9639 section 8.2. */
    private void flac(Track t, long p) {
      long packed = in.i64be(p + 10);
      t.rate = packed >>> 44;
      t.channels = (packed >>> 41 & 7) + 1;
      t.bits = (int) (packed >>> 36 & 31) + 1;
      t.md5 = in.copy(p + 18, 16);
    }

    private static final int[] AC3_CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};
    private static final int[] AC3_KBPS = {
      32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
    };

    /** ETSI TS 102 366, F.4. */
    private void ac3(Track t, Box b) {
      int v = in.u24be(b.from);
      t.channels = AC3_CHANNELS[v >> 11 & 7] + (v >> 10 & 1);
      int code = v >> 5 & 31;
      if (code < AC3_KBPS.length) {
        t.statedBitrate = AC3_KBPS[code] * 1000.0;
        t.exactBitrate = true;
      }
    }

    /** ETSI TS 102 366, F.6: the container's count stands, the coded one is noted. */
    private void eac3(Track t, Box b) {
      if (b.length() < 5) {
        return;
      }
      int v = in.u24be(b.from + 2);
      int coded = AC3_CHANNELS[v >> 9 & 7] + (v >> 8 & 1);
      if (coded != t.channels) {
        scan.note("the sample entry says " + t.channels + " channels, the coded stream has " + coded);
      }
    }

    // ---- fragments

    private void inFragment(Box b) {
      if (!b.type.equals("traf")) {
        return;
      }
      Fragment f = new Fragment();
      each(b, c -> inTrackFragment(f, c));
    }

    private static final class Fragment {
      @Nullable Track track;
      long sampleDuration;
      long sampleSize;
    }

    private void inTrackFragment(Fragment f, Box b) {
      if (b.type.equals("tfhd")) {
        int flags = in.u24be(b.from + 1);
        Track t = track(in.u32be(b.from + 4));
        if (t == null || !t.handler.equals(SOUND)) {
          return;
        }
        f.track = t;
        long p = b.from + 8 + ((flags & 1) != 0 ? 8 : 0) + ((flags & 2) != 0 ? 4 : 0);
        f.sampleDuration = (flags & 8) != 0 ? in.u32be(p) : t.defaultSampleDuration;
        p += (flags & 8) != 0 ? 4 : 0;
        f.sampleSize = (flags & 16) != 0 ? in.u32be(p) : t.defaultSampleSize;
      } else if (b.type.equals("trun") && f.track != null) {
        run(f, f.track, b);
      }
    }

    private void run(Fragment f, Track t, Box b) {
      int flags = in.u24be(b.from + 1);
      long count = in.u32be(b.from + 4);
      long p = b.from + 8 + ((flags & 1) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 4 : 0);
      boolean durations = (flags & 0x100) != 0;
      boolean sizes = (flags & 0x200) != 0;
      int entry = Integer.bitCount(flags & 0xf00) * 4;
      if (entry > 0) {
        count = Math.min(count, Math.max(0, b.end - p) / entry);
      } else if (count > 1_000_000) {
        return;
      }
      if (!durations) {
        t.fragmentDuration += f.sampleDuration * count;
      }
      if (!sizes) {
        t.fragmentBytes += f.sampleSize * count;
      }
      if (durations || sizes) {
        for (long i = 0; i < count; i++) {
          in.limits().step();
          long q = p + i * entry;
          if (durations) {
            t.fragmentDuration += in.u32be(q);
            q += 4;
          }
          if (sizes) {
            t.fragmentBytes += in.u32be(q);
          }
        }
      }
    }

    // ---- tags

    private TagCollector.Block ilstBlock() {
      TagCollector.Block block = ilst;
      if (block == null) {
        block = scan.tags.block(40);
        ilst = block;
      }
      return block;
    }

    private TagCollector.Block userDataBlock() {
      TagCollector.Block block = userData;
      if (block == null) {
        block = scan.tags.block(30);
        userData = block;
      }
      return block;
    }

    private void inUserData(Box b) {
      switch (b.type) {
        case "meta" -> meta(b);
        case "ilst" -> ilst(b, List.of());
        case "Xtra" -> windowsFields(b);
        case "titl", "perf", "auth", "albm", "gnre", "dscp" -> threeGpText(b);
        case "yrrc" -> {
          if (b.length() >= 6) {
            userDataBlock().field(TagField.DATE, Integer.toString(in.u16be(b.from + 4)));
          }
        }
        default -> {
          if (b.type.charAt(0) == '©') {
            quickTimeText(b);
          }
        }
      }
    }

    /** A full box in ISO files, a plain one in QuickTime's. */
    private void meta(Box b) {
      boolean plain = in.at(b.from + 4, "hdlr") && !in.at(b.from + 8, "hdlr");
      long from = plain ? b.from : b.from + 4;
      List<String> keys = new ArrayList<>();
      each(
          from,
          b.end,
          c -> {
            switch (c.type) {
              case "keys" -> keys(c, keys);
              case "ilst" -> ilst(c, keys);
              case "ID32" -> id3(c);
              default -> {}
            }
          });
    }

    private void id3(Box b) {
      if (b.length() > 16 && in.at(b.from + 6, "ID3")) {
        Id3v2Tag.read(in, b.from + 6, b.end, scan, scan.tags.block(30));
      }
    }

    /** QuickTime metadata keys: namespace and name, numbered from 1. */
    private void keys(Box b, List<String> keys) {
      long count = in.u32be(b.from + 4);
      long p = b.from + 8;
      for (long i = 0; i < count && keys.size() < 2_000 && p + 8 <= b.end; i++) {
        in.limits().step();
        long length = in.u32be(p);
        if (length < 8 || p + length > b.end) {
          return;
        }
        keys.add(text(p + 8, Math.min(length - 8, 256)));
        p += length;
      }
    }

    private void ilst(Box b, List<String> keys) {
      // The same table is seen twice where one box is both in udta and in moov; it counts once.
      if (itemTables.contains(b.from) || itemTables.size() > 100) {
        return;
      }
      itemTables.add(b.from);
      each(
          b,
          item -> {
            if (item.type.equals(FREE_FORM)) {
              freeForm(item);
              return;
            }
            int index = in.i32be(item.from - 4);
            if (index > 0 && index <= keys.size()) {
              values(item, keyName(keys.get(index - 1)));
            } else {
              values(item, item.type);
            }
          });
    }

    private String text(long p, long length) {
      return Text.utf8(in.copy(p, length));
    }

    /** UTF-16 behind its byte order mark, else UTF-8. */
    private String markedText(long p, long length) {
      byte[] bytes = in.copy(p, length);
      boolean marked = length >= 2 && (in.u16be(p) == 0xfeff || in.u16be(p) == 0xfffe);
      return marked ? Text.utf16(bytes, 0, bytes.length) : Text.utf8(bytes);
    }

    private static String toNul(String text) {
      int nul = text.indexOf('\0');
      return nul < 0 ? text : text.substring(0, nul);
    }

    private static String keyName(String key) {
      String apple = "com.apple.quicktime.";
      return FREE_FORM + ":mdta:" + (key.startsWith(apple) ? key.substring(apple.length()) : key);
    }

    private void freeForm(Box item) {
      String[] name = {"", ""};
      each(
          item,
          c -> {
            if (c.type.equals("mean") || c.type.equals("name")) {
              name[c.type.equals("mean") ? 0 : 1] =
                  text(c.from + 4, Math.clamp(c.length() - 4, 0, 512));
            }
          });
      if (!name[1].isEmpty()) {
        values(item, FREE_FORM + ":" + name[0] + ":" + name[1]);
      }
    }

    private void values(Box item, String name) {
      switch (name) {
        case "covr", "ownr", "apID", "purd" -> {
          return;
        }
        default -> {}
      }
      each(
          item,
          c -> {
            if (c.type.equals("data") && c.length() >= 8) {
              value(name, in.u24be(c.from + 1), c.from + 8, c.end);
            }
          });
    }

    private void value(String name, int type, long from, long end) {
      long length = end - from;
      switch (name) {
        case "trkn", "disk" -> {
          if (length >= 4) {
            int total = length >= 6 ? in.u16be(from + 4) : 0;
            put(name, in.u16be(from + 2) + (total > 0 ? "/" + total : ""));
          }
          return;
        }
        case "gnre" -> {
          if (length >= 2) {
            String genre = Genres.byNumber(in.u16be(from + length - 2) - 1);
            if (genre != null) {
              ilstBlock().field(TagField.GENRE, genre);
            }
          }
          return;
        }
        case "tmpo" -> {
          long bpm = integer(from, length);
          if (bpm > 0) {
            put(name, Long.toString(bpm));
          }
          return;
        }
        default -> {}
      }
      switch (type) {
        case 1, 4 -> put(name, text(from, length));
        case 2, 5 ->
            put(name, Text.utf16be(in.copy(from, length), 0, (int) length));
        case 12, 13, 14, 27 -> {}
        case 21, 22, 65, 66, 67, 74, 75, 76, 77, 78 -> {
          if (length >= 1 && length <= 8) {
            put(name, Long.toString(integer(from, length)));
          }
        }
        case 0 -> {
          // Unmarked: flags are a byte, text is text, the rest is nobody's.
          if (length >= 1 && length <= 8 && !printableBytes(from, length)) {
            put(name, Long.toString(integer(from, length)));
          } else if (printableBytes(from, length)) {
            put(name, text(from, length));
          }
        }
        default -> {}
      }
    }

    private boolean printableBytes(long from, long length) {
      long check = Math.min(length, 64);
      for (long i = 0; i < check; i++) {
        int c = in.u8(from + i);
        if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
          return false;
        }
      }
      return true;
    }

    private long integer(long from, long length) {
      long v = 0;
      for (long i = 0; i < Math.min(length, 8); i++) {
        int b = in.u8(from + i);
        v = i == 0 && length > 1 ? (byte) b : v << 8 | b;
      }
      return v;
    }

    private void put(String name, String value) {
      ilstBlock().put(Dialect.MP4, name, value);
      switch (name) {
        case "©too" -> scan.encoder(value);
        case "xid " -> {
          // vendor:isrc:CODE
          int at = value.toLowerCase(Locale.ROOT).indexOf(":isrc:");
          if (at >= 0) {
            userDataBlock().field(TagField.ISRC, value.substring(at + 6));
          }
        }
        default -> {
          String serato = FREE_FORM + ":com.serato.dj:";
          if (name.startsWith(serato)) {
            Serato.readBase64(name.substring(serato.length()), value, scan.dj);
          }
        }
      }
    }

    /** Texts of one language each: length, language, text. Some writers put a data box there. */
    private void quickTimeText(Box b) {
      if (b.length() >= 16 && in.at(b.from + 4, "data")) {
        values(b, b.type);
        return;
      }
      if (b.length() < 4) {
        return;
      }
      long length = Math.min(in.u16be(b.from), b.length() - 4);
      String text = toNul(text(b.from + 4, length));
      userDataBlock().put(Dialect.MP4, b.type, text);
      if (b.type.equals("©swr") || b.type.equals("©enc") || b.type.equals("©too")) {
        scan.encoder(text);
      }
    }

    /** 3GPP TS 26.244, 8: version and flags, language, text. */
    private void threeGpText(Box b) {
      if (b.length() <= 6) {
        return;
      }
      if (b.length() >= 16 && in.at(b.from + 4, "data")) {
        values(b, b.type);
        return;
      }
      String text = toNul(markedText(b.from + 6, b.length() - 6));
      switch (b.type) {
        case "titl" -> userDataBlock().field(TagField.TITLE, text);
        case "perf" -> userDataBlock().field(TagField.ARTIST, text);
        case "albm" -> userDataBlock().field(TagField.ALBUM, text);
        case "gnre" -> userDataBlock().field(TagField.GENRE, text);
        case "auth" -> userDataBlock().field(TagField.COMPOSER, text);
        default -> userDataBlock().raw(b.type, text);
      }
    }

    /** What Windows writes: entries of a name and typed values, all lengths included in themselves. */
    private void windowsFields(Box b) {
      TagCollector.Block block = scan.tags.block(20);
      long p = b.from;
      while (p + 12 <= b.end) {
        in.limits().step();
        long length = in.u32be(p);
        long nameLength = in.u32be(p + 4);
        if (length < 12 || p + length > b.end || nameLength > 256 || nameLength > length - 12) {
          return;
        }
        String name = text(p + 8, nameLength);
        long q = p + 8 + nameLength;
        long count = Math.min(in.u32be(q), 100);
        q += 4;
        for (long i = 0; i < count && q + 6 <= p + length; i++) {
          in.limits().step();
          long valueLength = in.u32be(q);
          if (valueLength < 6 || q + valueLength > p + length) {
            break;
          }
          switch (in.u16be(q + 4)) {
            case 8 ->
                block.put(
                    Dialect.ASF,
                    name,
                    Text.utf16le(in.copy(q + 6, valueLength - 6), 0, (int) valueLength - 6));
            case 19 -> {
              if (valueLength >= 14) {
                block.put(Dialect.ASF, name, Long.toString(in.i64le(q + 6)));
              }
            }
            default -> {}
          }
          q += valueLength;
        }
        p += length;
      }
    }

    // ---- what comes of it

    private void conclude() {
      Track sound = null;
      boolean film = false;
      for (Track t : tracks) {
        film |= t.handler.equals("vide");
        if (t.handler.equals(SOUND) && t.codec != null && (sound == null || sound.codec == null)) {
          sound = t;
        }
      }
      if (sound == null || sound.codec == null) {
        if (!movieSeen) {
          scan.unreadable("the file has no movie box (moov)");
        } else if (film || !tracks.isEmpty()) {
          scan.notAudio("a film or picture without a sound track");
        } else {
          scan.unreadable("the movie box has no track");
        }
        return;
      }
      scan.codec(sound.codec, sound.lossless);
      double seconds = seconds(sound);
      if (seconds > 0) {
        scan.duration(seconds);
      }
      scan.sampleRate(Math.round(sound.rate));
      scan.channels(sound.channels);
      if (sound.lossless) {
        scan.bitDepth(sound.bits);
      }
      if (sound.md5 != null) {
        scan.audioMd5(sound.md5);
      }
      bitrate(sound, seconds);
    }

    private double seconds(Track t) {
      if (t.timescale <= 0) {
        return movieTimescale > 0 ? (double) movieDuration / movieTimescale : 0;
      }
      double media = (double) t.duration / t.timescale;
      double counted = (double) (t.sttsDuration + t.fragmentDuration) / t.timescale;
      double seconds = media;
      if (counted > 0 && (media <= 0 || media > 2 * counted + 1 || media < counted / 2)) {
        if (media > 0 && t.fragmentDuration == 0) {
          scan.note("the media header's duration contradicts the sample table and was left out");
        }
        seconds = counted;
      }
      if (t.editSeconds > 0
          && t.fragmentDuration == 0
          && t.editSeconds < seconds * 0.98
          && t.editSeconds < seconds - 1) {
        seconds = t.editSeconds;
      }
      if (seconds <= 0 && movieTimescale > 0) {
        seconds = (double) movieDuration / movieTimescale;
      }
      long bytes = t.sampleBytes + t.fragmentBytes;
      if (seconds > 60 && bytes > 0 && bytes * 8 / seconds < 100) {
        scan.note("a duration that " + bytes + " bytes of sound cannot fill was left out");
        return 0;
      }
      return seconds;
    }

    private void bitrate(Track t, double seconds) {
      if (t.pcm && t.bits > 0) {
        scan.bitrate(t.rate * t.channels * t.bits);
        scan.bitrateMode(BitrateMode.CONSTANT);
        return;
      }
      if (t.exactBitrate) {
        scan.bitrate(t.statedBitrate);
        scan.bitrateMode(BitrateMode.CONSTANT);
        return;
      }
      long bytes = t.sampleBytes + t.fragmentBytes;
      double counted = seconds > 0 ? bytes * 8 / seconds : 0;
      double whole =
          movieDuration > 0 ? mediaBytes * 8.0 * movieTimescale / movieDuration : 0;
      double stated = t.statedBitrate;
      if (counted <= 0 || isNear(stated, counted) || (tracks.size() == 1 && isNear(stated, whole))) {
        scan.bitrate(stated);
      } else {
        scan.bitrate(counted);
      }
    }

    private static boolean isNear(double stated, double measured) {
      return stated > 0 && Math.abs(stated - measured) <= 0.03 * stated;
    }
  }
}
