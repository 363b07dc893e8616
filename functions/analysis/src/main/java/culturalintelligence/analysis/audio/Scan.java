package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.ByteRange;
import culturalintelligence.domain.music.StreamFacts;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the reading of one file has found so far. Setters take what the file says, sane or not; the
 * impossible is left out, with a note, when the result is made.
 */
final class Scan {
  /** DSD1024; nothing made for ears goes beyond. */
  private static final long MAX_SAMPLE_RATE = 45_158_400;

  private static final int MAX_CHANNELS = 64;
  private static final int MAX_NOTES = 20;

  private final Container container;
  private final long size;
  final TagCollector tags;
  final DjCollector dj = new DjCollector();
  private final List<ByteRange> payload = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable String containerName;
  private @Nullable String codec;
  private @Nullable Double duration;
  private @Nullable Long sampleRate;
  private @Nullable Long channels;
  private @Nullable Integer bitDepth;
  private @Nullable Double bitrate;
  private @Nullable BitrateMode bitrateMode;
  private @Nullable String encoder;
  private @Nullable String audioMd5;
  private @Nullable Damage damage;
  private @Nullable String refusal;
  private @Nullable String unreadable;
  private boolean lossless;

  Scan(Container container, long size) {
    this.container = container;
    this.size = size;
    this.tags = new TagCollector(this);
  }

  /** Overrides the container's title: {@code RF64}, {@code WebM}, {@code MP2}. */
  void container(String name) {
    this.containerName = name;
  }

  /** The stream was found: without a codec the file counts as unreadable. */
  void codec(String name, boolean lossless) {
    this.codec = name;
    this.lossless = lossless;
  }

  @Nullable String codec() {
    return codec;
  }

  void duration(double seconds) {
    this.duration = seconds;
  }

  @Nullable Double duration() {
    return duration;
  }

  /** Samples per channel over samples per second; nothing when the rate is 0. */
  void duration(long samples, long rate) {
    duration((double) samples, (double) rate);
  }

  void duration(double samples, double rate) {
    if (rate > 0) {
      duration(samples / rate);
    }
  }

  void sampleRate(long hz) {
    this.sampleRate = hz;
  }

  @Nullable Long sampleRate() {
    return sampleRate;
  }

  void channels(long n) {
    this.channels = n;
  }

  @Nullable Long channels() {
    return channels;
  }

  void bitDepth(int bits) {
    this.bitDepth = bits;
  }

  /** In bit/s. When none is given, it is payload bytes over duration. */
  void bitrate(double bitsPerSecond) {
    this.bitrate = bitsPerSecond;
  }

  void bitrateMode(BitrateMode mode) {
    this.bitrateMode = mode;
  }

  void encoder(String name) {
    String clean = TagCollector.clean(name);
    if (!clean.isEmpty()) {
      this.encoder = clean.length() > 200 ? clean.substring(0, 200) : clean;
    }
  }

  /** The stream's own MD5 of the decoded samples (FLAC STREAMINFO); all zeros is none. */
  void audioMd5(byte[] md5) {
    for (byte b : md5) {
      if (b != 0) {
        this.audioMd5 = HexFormat.of().formatHex(md5);
        return;
      }
    }
  }

  /** Audio bytes without tags, [from, to), in the order of the file; cut to the file's size. */
  void payload(long from, long to) {
    long end = Math.min(to, size);
    if (from >= 0 && from < end && payload.size() < 100_000) {
      payload.add(new ByteRange(from, end));
    }
  }

  void note(String sentence) {
    if (notes.size() < MAX_NOTES && !notes.contains(sentence)) {
      notes.add(sentence);
    }
  }

  /** The first damage found stays, with its note. */
  void damage(Damage kind, String sentence) {
    if (damage == null) {
      damage = kind;
    }
    note(sentence);
  }

  /** A file of this format, but not of music: a film without sound. */
  void notAudio(String reason) {
    this.refusal = reason;
  }

  /** Says why, in case no stream is found. */
  void unreadable(String reason) {
    if (unreadable == null) {
      unreadable = reason;
    }
  }

  AudioReading result() {
    if (refusal != null) {
      return new AudioReading.NotAudio(refusal);
    }
    String name = containerName != null ? containerName : container.title;
    if (codec == null) {
      String why = unreadable;
      if (why == null) {
        why = notes.isEmpty() ? "no audio stream was found" : notes.getFirst();
      }
      return new AudioReading.Unreadable(name, why);
    }
    long payloadBytes = 0;
    for (ByteRange r : payload) {
      payloadBytes += r.length();
    }
    Double d = possibleDuration();
    return new AudioReading.Read(
        new StreamFacts(
            name,
            codec,
            d,
            possible(sampleRate, MAX_SAMPLE_RATE, "sample rate"),
            possible(channels, MAX_CHANNELS, "channel count"),
            bitDepth != null && bitDepth >= 1 && bitDepth <= 64 ? bitDepth : null,
            possibleBitrate(payloadBytes, d),
            bitrateMode,
            encoder,
            lossless),
        tags.result(),
        notes,
        damage,
        payload,
        dj.result(),
        audioMd5);
  }

  private @Nullable Double possibleDuration() {
    Double d = duration;
    if (d == null || d == 0) {
      return null;
    }
    // A day, unless the bytes are there for it (a radio's log: 8 kbit/s is the least there is).
    boolean possible = d > 0 && d < 1e9 && (d <= 86_400 || size * 8.0 / d >= 4_000);
    if (!possible) {
      note(String.format(Locale.ROOT, "impossible duration of %.0f s left out", d));
      return null;
    }
    return d;
  }

  private @Nullable Integer possible(@Nullable Long value, long max, String what) {
    if (value == null || value == 0) {
      return null;
    }
    if (value < 0 || value > max) {
      note("impossible " + what + " of " + value + " left out");
      return null;
    }
    return (int) (long) value;
  }

  private @Nullable Long possibleBitrate(long payloadBytes, @Nullable Double d) {
    double b = bitrate != null ? bitrate : 0;
    if (bitrate == null && d != null && payloadBytes > 0) {
      b = payloadBytes * 8.0 / d;
    }
    if (!(b >= 1)) {
      return null;
    }
    if (b > 500_000_000) {
      note(String.format(Locale.ROOT, "impossible bitrate of %.0f bit/s left out", b));
      return null;
    }
    return Math.round(b);
  }
}
