package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Bytes.OutOfBytes;
import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import culturalintelligence.domain.music.TagField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Matroska and WebM (RFC 9559; EBML: RFC 8794).
 *
 * <p>A tag's target level decides whose title it is: 30 the track's, 50 the album's. The standard
 * says that a tag without a level is the album's, but the programs that write no level (FFmpeg
 * foremost) mean the track, and they are believed.
 *
 * <p>The clusters, where the sound lies, are stepped over one by one only when no index (SeekHead)
 * says where the rest is, or the duration has to be found in them; each step costs a read, so there
 * is an end to it.
 */
final class MatroskaReader implements FormatReader {
  private static final int EBML = 0x1a45dfa3;
  private static final int SEGMENT = 0x18538067;
  private static final int SEEK_HEAD = 0x114d9b74;
  private static final int SEEK = 0x4dbb;
  private static final int SEEK_ID = 0x53ab;
  private static final int SEEK_POSITION = 0x53ac;
  private static final int INFO = 0x1549a966;
  private static final int TRACKS = 0x1654ae6b;
  private static final int CLUSTER = 0x1f43b675;
  private static final int CUES = 0x1c53bb6b;
  private static final int TAGS = 0x1254c367;
  private static final int CHAPTERS = 0x1043a770;
  private static final int ATTACHMENTS = 0x1941a469;
  private static final int MAX_CLUSTER_STEPS = 300;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Segment(in, scan).read(start);
  }

  /**
   * @param end cut to the element around it; that element's end when the size is unknown
   * @param known whether the size is
   * @param claimed where it says it ends
   */
  private record Element(int id, long at, long from, long end, boolean known, long claimed) {
    long length() {
      return end - from;
    }
  }

  private static final class Track {
    long number;
    long uid;
    long type;
    String codecId = "";
    long privateFrom;
    long privateLength;
    double rate = 8000;
    double outputRate;
    long channels = 1;
    long bits;
    long frameNanos;
  }

  private static final class Segment {
    private final Bytes in;
    private final Scan scan;
    private final List<Track> tracks = new ArrayList<>();
    private final List<Element> tagElements = new ArrayList<>();
    private final List<Long> seekPositions = new ArrayList<>();
    private final List<Long> visited = new ArrayList<>();
    private long timestampScale = 1_000_000;
    private double duration;
    private long segmentFrom;
    private long clustersFrom = -1;
    private long clustersEnd = -1;
    private long lastTimestamp = -1;
    private @Nullable Element lastCluster;
    private boolean segmentSeen;

    Segment(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
    }

    void read(long start) {
      try {
        topLevel(start);
        durationFromClusters();
        // Last, because they may stand before the tracks they are about.
        for (Element e : tagElements) {
          each(e, this::tag);
        }
      } finally {
        conclude();
      }
    }

    // ---- EBML

    /** The element at the position; null when none can be. */
    private @Nullable Element element(long p, long limit) {
      if (p >= limit || !in.has(p, 2)) {
        return null;
      }
      int first = in.u8(p);
      int idLength = Integer.numberOfLeadingZeros(first) - 23;
      if (first == 0 || idLength > 4 || !in.has(p, idLength + 1)) {
        return null;
      }
      int id = 0;
      for (int i = 0; i < idLength; i++) {
        id = id << 8 | in.u8(p + i);
      }
      long q = p + idLength;
      int head = in.u8(q);
      int sizeLength = Integer.numberOfLeadingZeros(head) - 23;
      if (head == 0 || !in.has(q, sizeLength)) {
        return null;
      }
      long size = head & (1 << (8 - sizeLength)) - 1;
      boolean ones = size == (1 << (8 - sizeLength)) - 1;
      for (int i = 1; i < sizeLength; i++) {
        int b = in.u8(q + i);
        ones &= b == 0xff;
        size = size << 8 | b;
      }
      long from = q + sizeLength;
      if (ones) {
        return new Element(id, p, from, limit, false, limit);
      }
      long claimed = from + size;
      return new Element(id, p, from, Math.max(from, Math.min(claimed, limit)), true, claimed);
    }

    private void each(Element parent, Consumer<Element> visit) {
      long p = parent.from;
      while (true) {
        in.limits().step();
        Element e = element(p, parent.end);
        if (e == null) {
          return;
        }
        visit.accept(e);
        p = e.end;
      }
    }

    private long unsigned(Element e) {
      if (e.length() > 8) {
        return 0;
      }
      long v = 0;
      for (long p = e.from; p < e.end; p++) {
        v = v << 8 | in.u8(p);
      }
      return v;
    }

    private double real(Element e) {
      return switch ((int) Math.min(e.length(), 9)) {
        case 4 -> in.f32be(e.from);
        case 8 -> in.f64be(e.from);
        default -> 0;
      };
    }

    private String text(Element e) {
      return Chunks.text(in, e.from, e.end);
    }

    // ---- the file

    private void topLevel(long start) {
      long size = in.size();
      long p = start;
      while (true) {
        in.limits().step();
        Element e = element(p, size);
        if (e == null) {
          return;
        }
        if (e.id == EBML) {
          each(
              e,
              c -> {
                if (c.id == 0x4282 && text(c).equals("webm")) {
                  scan.container("WebM");
                }
              });
        } else if (e.id == SEGMENT) {
          if (e.known && e.claimed > size) {
            scan.damage(Damage.TRUNCATED, "the file ends inside its segment");
          }
          segmentSeen = true;
          segmentFrom = e.from;
          segment(e);
          return;
        }
        p = e.end;
      }
    }

    private void segment(Element segment) {
      long p = segment.from;
      int clusters = 0;
      while (true) {
        in.limits().step();
        Element e = element(p, segment.end);
        if (e == null) {
          if (p < segment.end && in.has(p, 4) && in.u32be(p) != 0) {
            scan.damage(Damage.CORRUPT, "bytes that are no element where an element should be");
          }
          return;
        }
        if (e.id == CLUSTER) {
          if (clustersFrom < 0) {
            clustersFrom = e.at;
            clustersEnd = segment.end;
            if (duration > 0 && !seekPositions.isEmpty()) {
              jump(segment);
              return;
            }
          }
          if (++clusters > MAX_CLUSTER_STEPS) {
            scan.note("too many clusters without an index: what comes after them was not read");
            jump(segment);
            return;
          }
          long end = e.known ? e.end : cluster(e);
          lastCluster = new Element(e.id, e.at, e.from, end, true, end);
          firstTimestamp(lastCluster);
          clustersEnd = end;
          p = end;
        } else if (e.id == EBML) {
          return;
        } else {
          guarded(e);
          p = e.end;
        }
      }
    }

    /** The elements that the index names, without the clusters between. */
    private void jump(Element segment) {
      long next = segment.end;
      // By number: a second index that the first one names adds to the list.
      for (int i = 0; i < seekPositions.size(); i++) {
        long at = segmentFrom + seekPositions.get(i);
        if (at < segmentFrom || at >= segment.end || visited.contains(at)) {
          continue;
        }
        Element e = element(at, segment.end);
        if (e == null || e.id == CLUSTER || !isLevelOne(e.id)) {
          continue;
        }
        if (at > clustersFrom) {
          next = Math.min(next, at);
        }
        guarded(e);
      }
      clustersEnd = next;
    }

    /** Where a cluster of unknown size ends: at the next element that cannot be in one. */
    private long cluster(Element cluster) {
      long p = cluster.from;
      while (true) {
        in.limits().step();
        Element e = element(p, cluster.end);
        if (e == null) {
          return Math.max(p, cluster.from);
        }
        if (isLevelOne(e.id) || e.id == EBML) {
          return p;
        }
        p = e.end;
      }
    }

    private static boolean isLevelOne(int id) {
      return switch (id) {
        case SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, TAGS, CHAPTERS, ATTACHMENTS -> true;
        default -> false;
      };
    }

    private void firstTimestamp(Element cluster) {
      Element e = element(cluster.from, cluster.end);
      for (int i = 0; i < 4 && e != null; i++) {
        if (e.id == 0xe7) {
          lastTimestamp = Math.max(lastTimestamp, unsigned(e));
          return;
        }
        e = element(e.end, cluster.end);
      }
    }

    private void durationFromClusters() {
      Element cluster = lastCluster;
      if (duration > 0 || cluster == null || lastTimestamp < 0) {
        return;
      }
      long[] last = {0};
      each(
          cluster,
          e -> {
            if (e.id == 0xa3) {
              block(e, last);
            } else if (e.id == 0xa0) {
              each(
                  e,
                  c -> {
                    if (c.id == 0xa1) {
                      block(c, last);
                    }
                  });
            }
          });
      duration = lastTimestamp + last[0];
      for (Track t : tracks) {
        if (t.type == 2 && t.frameNanos > 0 && timestampScale > 0) {
          duration += (double) t.frameNanos / timestampScale;
          return;
        }
      }
    }

    /** A block begins with its track's number and its time after the cluster's. */
    private void block(Element e, long[] last) {
      int length = Integer.numberOfLeadingZeros(in.u8(e.from)) - 23;
      if (length <= 8 && e.length() >= length + 2) {
        last[0] = Math.max(last[0], (short) in.u16be(e.from + length));
      }
    }

    private void guarded(Element e) {
      if (visited.size() > 200 || visited.contains(e.at)) {
        return;
      }
      visited.add(e.at);
      if (e.known && e.claimed > e.end) {
        scan.damage(Damage.TRUNCATED, "the file ends inside an element");
      }
      try {
        switch (e.id) {
          case SEEK_HEAD -> each(e, this::seek);
          case INFO -> each(e, this::info);
          case TRACKS -> each(e, this::track);
          case TAGS -> tagElements.add(e);
          default -> {}
        }
      } catch (OutOfBytes x) {
        scan.damage(Damage.TRUNCATED, "an element is cut short");
      }
    }

    private void seek(Element e) {
      if (e.id != SEEK || seekPositions.size() >= 100) {
        return;
      }
      long[] found = {-1, 0};
      each(
          e,
          c -> {
            if (c.id == SEEK_POSITION) {
              found[0] = unsigned(c);
            } else if (c.id == SEEK_ID) {
              found[1] = unsigned(c);
            }
          });
      if (found[0] >= 0 && found[1] != CLUSTER) {
        seekPositions.add(found[0]);
      }
    }

    private void info(Element e) {
      switch (e.id) {
        case 0x2ad7b1 -> {
          long scale = unsigned(e);
          if (scale > 0) {
            timestampScale = scale;
          }
        }
        case 0x4489 -> duration = real(e);
        case 0x7ba9 -> scan.tags.block(20).field(TagField.TITLE, text(e));
        case 0x5741 -> scan.encoder(text(e));
        default -> {}
      }
    }

    private void track(Element e) {
      if (e.id != 0xae || tracks.size() >= 128) {
        return;
      }
      Track t = new Track();
      tracks.add(t);
      each(
          e,
          c -> {
            switch (c.id) {
              case 0xd7 -> t.number = unsigned(c);
              case 0x73c5 -> t.uid = unsigned(c);
              case 0x83 -> t.type = unsigned(c);
              case 0x86 -> t.codecId = text(c);
              case 0x63a2 -> {
                t.privateFrom = c.from;
                t.privateLength = c.length();
              }
              case 0x23e383 -> t.frameNanos = unsigned(c);
              case 0xe1 -> each(c, a -> audio(t, a));
              default -> {}
            }
          });
    }

    private void audio(Track t, Element e) {
      switch (e.id) {
        case 0xb5 -> t.rate = real(e);
        case 0x78b5 -> t.outputRate = real(e);
        case 0x9f -> t.channels = unsigned(e);
        case 0x6264 -> t.bits = unsigned(e);
        default -> {}
      }
    }

    // ---- tags

    private static final class Targets {
      long level;
      boolean elsewhere;
      final List<Long> trackUids = new ArrayList<>();
    }

    private void tag(Element e) {
      if (e.id != 0x7373) {
        return;
      }
      Targets targets = new Targets();
      each(
          e,
          c -> {
            if (c.id == 0x63c0) {
              each(c, t -> target(targets, t));
            }
          });
      if (targets.elsewhere || !concerns(targets.trackUids)) {
        return;
      }
      String level = targets.level == 0 ? "30:" : targets.level + ":";
      TagCollector.Block block = scan.tags.block(targets.level > 30 ? 35 : 40);
      each(
          e,
          c -> {
            if (c.id == 0x67c8) {
              simpleTag(block, level, c);
            }
          });
    }

    private void target(Targets targets, Element e) {
      switch (e.id) {
        case 0x68ca -> targets.level = unsigned(e);
        case 0x63c5 -> {
          long uid = unsigned(e);
          if (uid != 0 && targets.trackUids.size() < 100) {
            targets.trackUids.add(uid);
          }
        }
        // An edition, a chapter, an attachment: not the sound.
        case 0x63c9, 0x63c4, 0x63c6 -> targets.elsewhere |= unsigned(e) != 0;
        default -> {}
      }
    }

    private boolean concerns(List<Long> uids) {
      if (uids.isEmpty()) {
        return true;
      }
      Track sound = sound();
      return sound != null && uids.contains(sound.uid);
    }

    private void simpleTag(TagCollector.Block block, String level, Element e) {
      String[] nameAndValue = {"", ""};
      each(
          e,
          c -> {
            if (c.id == 0x45a3) {
              nameAndValue[0] = text(c);
            } else if (c.id == 0x4487) {
              nameAndValue[1] = text(c);
            }
          });
      String name = nameAndValue[0].toUpperCase(java.util.Locale.ROOT);
      if (name.isEmpty() || isStatistic(name)) {
        return;
      }
      block.put(Dialect.MATROSKA, level + name, nameAndValue[1]);
      if (name.equals("ENCODER")) {
        scan.encoder(nameAndValue[1]);
      }
    }

    /** What muxers count for themselves. */
    private static boolean isStatistic(String name) {
      return name.startsWith("_STATISTICS")
          || name.equals("BPS")
          || name.startsWith("BPS-")
          || name.startsWith("DURATION")
          || name.startsWith("NUMBER_OF_");
    }

    // ---- what comes of it

    private @Nullable Track sound() {
      for (Track t : tracks) {
        if (t.type == 2) {
          return t;
        }
      }
      return null;
    }

    private void conclude() {
      if (clustersFrom >= 0) {
        scan.payload(clustersFrom, clustersEnd);
      }
      Track t = sound();
      if (t == null) {
        if (!segmentSeen) {
          scan.unreadable("the file has no segment");
        } else if (!tracks.isEmpty()) {
          scan.notAudio("a film without a sound track");
        } else {
          scan.unreadable("the segment describes no track");
        }
        return;
      }
      codec(t);
      scan.channels(t.channels);
      double rate = t.outputRate > 0 ? t.outputRate : t.rate;
      if (rate >= 1 && rate < 1e9) {
        scan.sampleRate(Math.round(rate));
      }
      double seconds = duration * timestampScale / 1e9;
      if (seconds > 0) {
        scan.duration(seconds);
      }
      boolean alone = tracks.stream().allMatch(o -> o.type == 2 || o.type == 0x11) && soleSound();
      if (!alone) {
        // The clusters hold more than this sound.
        scan.bitrate(0);
      }
    }

    private boolean soleSound() {
      return tracks.stream().filter(o -> o.type == 2).count() == 1;
    }

    private void codec(Track t) {
      String id = t.codecId;
      boolean lossless = false;
      String name;
      if (id.startsWith("A_AAC")) {
        name = "AAC";
      } else if (id.startsWith("A_PCM/")) {
        name = "PCM";
        lossless = true;
        if (t.bits > 0) {
          scan.bitrate(t.rate * t.channels * t.bits);
          scan.bitrateMode(BitrateMode.CONSTANT);
        }
      } else if (id.startsWith("A_DTS")) {
        name = "DTS";
        lossless = id.endsWith("LOSSLESS");
      } else if (id.equals("A_MS/ACM") && t.privateLength >= 16) {
        int format = in.has(t.privateFrom, 2) ? in.u16le(t.privateFrom) : 0;
        name = WaveFormats.name(format);
        lossless = WaveFormats.isLossless(format);
      } else if (id.startsWith("A_REAL/")) {
        name = "RealAudio";
      } else {
        switch (id) {
          case "A_MPEG/L3" -> name = "MP3";
          case "A_MPEG/L2" -> name = "MP2";
          case "A_MPEG/L1" -> name = "MP1";
          case "A_AC3", "A_AC3/BSID9", "A_AC3/BSID10" -> name = "AC-3";
          case "A_EAC3" -> name = "E-AC-3";
          case "A_VORBIS" -> name = "Vorbis";
          case "A_OPUS", "A_OPUS/EXPERIMENTAL" -> name = "Opus";
          case "A_FLAC" -> {
            name = "FLAC";
            lossless = true;
          }
          case "A_ALAC" -> {
            name = "ALAC";
            lossless = true;
          }
          case "A_WAVPACK4" -> {
            name = "WavPack";
            lossless = true;
          }
          case "A_TTA1" -> {
            name = "TTA";
            lossless = true;
          }
          case "A_TRUEHD", "A_MLP" -> {
            name = "TrueHD";
            lossless = true;
          }
          default -> {
            String printable = id.replaceAll("[^ -~]", "?");
            name = printable.isEmpty() ? "unknown" : printable;
          }
        }
      }
      scan.codec(name, lossless);
      if (lossless && t.bits > 0) {
        scan.bitDepth((int) Math.min(t.bits, 65));
      }
      if (name.equals("FLAC")) {
        streamInfo(t);
      }
    }

    /** A_FLAC's private data is {@code fLaC} and STREAMINFO. */
    private void streamInfo(Track t) {
      long p = t.privateFrom;
      if (t.privateLength < 42 || !in.at(p, "fLaC") || !in.has(p, 42)) {
        return;
      }
      long packed = in.i64be(p + 18);
      scan.bitDepth((int) (packed >>> 36 & 31) + 1);
      byte[] md5 = new byte[16];
      for (int i = 0; i < 16; i++) {
        md5[i] = (byte) in.u8(p + 26 + i);
      }
      if (!Arrays.equals(md5, new byte[16])) {
        scan.audioMd5(md5);
      }
    }
  }
}
