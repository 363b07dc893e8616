package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.Mp4Boxes.Box;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MP4, M4A, M4B, MOV, 3GP: the structure and the facts; {@link Mp4Track} has what a track says,
 * {@link Mp4Tags} the tags.
 *
 * <p>How the facts are weighed. The duration is the media header's, which counts samples, unless
 * the sample table or the fragments contradict it by more than double; an edit list shortens it
 * where it cuts more than priming away. The bitrate is the sample table's bytes over the duration;
 * the encoder's own figure is taken where it is within 3 % of that, by any of the durations told.
 * The channel count of AAC is the codec's own configuration, but "mono" there may be parametric
 * stereo, so the sample entry decides between one and two, with a note. The sample rate of the
 * entry has 16 bits: ALAC, FLAC and LPCM above 65,535 Hz carry the true one in their own
 * configuration.
 */
final class Mp4Reader implements FormatReader {
  private static final int MAX_TRACKS = 64;

  @Override
  public void read(Bytes in, long start, Scan scan) {
    new Movie(in, scan).read(start);
  }

  private static final class Movie {
    private final Bytes in;
    private final Scan scan;
    private final Mp4Boxes boxes;
    private final Mp4Tags tags;
    private final List<Mp4Track> tracks = new ArrayList<>();
    private long movieTimescale;
    private long movieDuration;
    private long mediaBytes;
    private boolean movieSeen;
    private boolean quickTime;

    Movie(Bytes in, Scan scan) {
      this.in = in;
      this.scan = scan;
      this.boxes = new Mp4Boxes(in, scan);
      this.tags = new Mp4Tags(in, scan, boxes);
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
        Box b = boxes.at(p, size);
        if (b == null) {
          if (in.u32be(p) != 0 && !(movieSeen && p > start)) {
            scan.damage(Damage.CORRUPT, "bytes that are no box where a box should be");
          }
          return;
        }
        switch (b.type()) {
          case "ftyp" -> quickTime = in.at(b.from(), "qt  ");
          case "moov" -> {
            movieSeen = true;
            boxes.each(b, this::inMovie);
          }
          case "moof" -> boxes.each(b, this::inFragment);
          case "mdat" -> {
            mediaBytes += Math.min(b.claimed() - b.from(), 1L << 40);
            scan.payload(b.from(), b.end());
          }
          case "meta" -> boxes.guarded(b, tags::meta);
          case "udta" -> boxes.each(b, tags::inUserData);
          default -> {}
        }
        if (b.claimed() > size) {
          scan.damage(Damage.TRUNCATED, "the file ends inside its " + b.type().strip() + " box");
        }
        p = b.end();
      }
    }

    private void inMovie(Box b) {
      switch (b.type()) {
        case "mvhd" -> {
          boolean wide = in.u8(b.from()) == 1;
          movieTimescale = in.u32be(b.from() + (wide ? 20 : 12));
          movieDuration = boxes.duration(b.from() + (wide ? 24 : 16), wide);
        }
        case "trak" -> {
          if (tracks.size() < MAX_TRACKS) {
            Mp4Track t = new Mp4Track(in, scan, boxes, quickTime);
            tracks.add(t);
            boxes.each(b, t::inTrack);
          }
        }
        case "mvex" ->
            boxes.each(
                b,
                c -> {
                  if (c.type().equals("trex")) {
                    defaults(c);
                  } else if (c.type().equals("mehd") && movieDuration == 0) {
                    movieDuration = boxes.duration(c.from() + 4, in.u8(c.from()) == 1);
                  }
                });
        case "udta" -> boxes.each(b, tags::inUserData);
        case "meta" -> tags.meta(b);
        default -> {}
      }
    }

    private void defaults(Box b) {
      Mp4Track t = track(in.u32be(b.from() + 4));
      if (t != null) {
        t.defaultSampleDuration = in.u32be(b.from() + 12);
        t.defaultSampleSize = in.u32be(b.from() + 16);
      }
    }

    private @Nullable Mp4Track track(long id) {
      for (Mp4Track t : tracks) {
        if (t.id == id) {
          return t;
        }
      }
      return null;
    }

    // ---- fragments

    private void inFragment(Box b) {
      if (!b.type().equals("traf")) {
        return;
      }
      Fragment f = new Fragment();
      boxes.each(b, c -> inTrackFragment(f, c));
    }

    private static final class Fragment {
      @Nullable Mp4Track track;
      long sampleDuration;
      long sampleSize;
    }

    private void inTrackFragment(Fragment f, Box b) {
      if (b.type().equals("tfhd")) {
        int flags = in.u24be(b.from() + 1);
        Mp4Track t = track(in.u32be(b.from() + 4));
        if (t == null || !t.isSound()) {
          return;
        }
        f.track = t;
        long p = b.from() + 8 + ((flags & 1) != 0 ? 8 : 0) + ((flags & 2) != 0 ? 4 : 0);
        f.sampleDuration = (flags & 8) != 0 ? in.u32be(p) : t.defaultSampleDuration;
        p += (flags & 8) != 0 ? 4 : 0;
        f.sampleSize = (flags & 16) != 0 ? in.u32be(p) : t.defaultSampleSize;
      } else if (b.type().equals("trun") && f.track != null) {
        f.track.run(f.sampleDuration, f.sampleSize, b);
      }
    }

    // ---- what comes of it

    private void conclude() {
      Mp4Track sound = null;
      boolean film = false;
      for (Mp4Track t : tracks) {
        film |= t.handler.equals("vide");
        if (t.isSound() && t.codec != null && (sound == null || sound.codec == null)) {
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

    private double seconds(Mp4Track t) {
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
      double edited = movieTimescale > 0 ? t.editUnits / movieTimescale : 0;
      if (edited > 0
          && t.fragmentDuration == 0
          && edited < seconds * 0.98
          && edited < seconds - 1) {
        seconds = edited;
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

    private void bitrate(Mp4Track t, double seconds) {
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
      double played = t.sttsDuration > 0 ? bytes * 8.0 * t.timescale / t.sttsDuration : 0;
      double whole = movieDuration > 0 ? mediaBytes * 8.0 * movieTimescale / movieDuration : 0;
      double stated = t.statedBitrate;
      if (counted <= 0
          || isNear(stated, counted)
          || (t.fragmentBytes == 0 && isNear(stated, played))
          || (tracks.size() == 1 && isNear(stated, whole))) {
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
