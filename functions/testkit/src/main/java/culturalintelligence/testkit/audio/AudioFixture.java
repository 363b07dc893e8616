package culturalintelligence.testkit.audio;

import culturalintelligence.testkit.audio.TagText.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A small real audio file in the making: {@code AudioFixture.mp3().title("Strobe").artist("Nørra
 * Vale").seconds(3).writeTo(path)}. The same calls give the same bytes. PCM, FLAC and ALAC sound
 * for a tenth of a second; the lossy ones are silent.
 */
public final class AudioFixture {
  private enum Format {
    MP3,
    WAV,
    AIFF,
    FLAC,
    OGG_VORBIS,
    OGG_OPUS,
    OGG_FLAC,
    M4A_AAC,
    M4A_ALAC
  }

  private final Format format;
  private final TagText tags = new TagText();
  private int sampleRate = 44_100;
  private int channels = 2;
  private int bitDepth = 16;
  private int kbps = 128;
  private double seconds = 1;
  private double pitch = 440;
  private int id3Version = 3;
  private static final int ID3_PADDING = 64;
  private boolean id3v1;
  private boolean infoFrame = true;

  private AudioFixture(Format format) {
    this.format = format;
  }

  /** MPEG-1 layer III with ID3v2.3, which {@link #id3v24} and {@link #id3v1} change. */
  public static AudioFixture mp3() {
    return new AudioFixture(Format.MP3);
  }

  /** RIFF/WAVE with INFO texts and an {@code id3 } chunk. */
  public static AudioFixture wav() {
    return new AudioFixture(Format.WAV);
  }

  /** AIFF with NAME, AUTH and an {@code ID3 } chunk. */
  public static AudioFixture aiff() {
    return new AudioFixture(Format.AIFF);
  }

  /** Native FLAC with Vorbis comments. */
  public static AudioFixture flac() {
    return new AudioFixture(Format.FLAC);
  }

  /** Vorbis in Ogg. */
  public static AudioFixture vorbis() {
    return new AudioFixture(Format.OGG_VORBIS);
  }

  /** Opus in Ogg; sounds at 48 kHz whatever the rate said. */
  public static AudioFixture opus() {
    return new AudioFixture(Format.OGG_OPUS);
  }

  /** FLAC in Ogg. */
  public static AudioFixture oggFlac() {
    return new AudioFixture(Format.OGG_FLAC);
  }

  /** AAC-LC in MP4 with iTunes' tags. */
  public static AudioFixture m4a() {
    return new AudioFixture(Format.M4A_AAC);
  }

  /** Apple Lossless in MP4 with iTunes' tags. */
  public static AudioFixture alac() {
    return new AudioFixture(Format.M4A_ALAC);
  }

  public AudioFixture title(String title) {
    return field(Field.TITLE, title);
  }

  public AudioFixture artist(String artist) {
    return field(Field.ARTIST, artist);
  }

  public AudioFixture album(String album) {
    return field(Field.ALBUM, album);
  }

  public AudioFixture albumArtist(String artist) {
    return field(Field.ALBUM_ARTIST, artist);
  }

  public AudioFixture genre(String genre) {
    return field(Field.GENRE, genre);
  }

  /** A year or a date; ID3v2.3 takes the first four digits. */
  public AudioFixture date(String date) {
    return field(
        Field.DATE,
        format == Format.MP3 && id3Version == 3 && date.length() > 4 ? date.substring(0, 4) : date);
  }

  /** {@code 3} or {@code 3/12}. */
  public AudioFixture track(String number) {
    return field(Field.TRACK, number);
  }

  /** As written, {@code 125.5}; MP4's own field rounds it. */
  public AudioFixture bpm(String bpm) {
    return field(Field.BPM, bpm);
  }

  public AudioFixture key(String key) {
    return field(Field.KEY, key);
  }

  /** TPUB, ORGANIZATION, {@code ----:com.apple.iTunes:LABEL}. */
  public AudioFixture label(String label) {
    return field(Field.LABEL, label);
  }

  /** {@code TXXX:CATALOG #}, CATALOGNUMBER, {@code ----:com.apple.iTunes:CATALOGNUMBER}. */
  public AudioFixture catalogueNumber(String number) {
    return field(Field.CATALOGUE_NUMBER, number);
  }

  public AudioFixture isrc(String isrc) {
    return field(Field.ISRC, isrc);
  }

  public AudioFixture remixer(String remixer) {
    return field(Field.REMIXER, remixer);
  }

  public AudioFixture composer(String composer) {
    return field(Field.COMPOSER, composer);
  }

  public AudioFixture comment(String comment) {
    return field(Field.COMMENT, comment);
  }

  /**
   * A tag by the name its format writes: {@code TXXX:SERATO}, {@code PUBLISHER}, {@code
   * ----:com.apple.iTunes:KEY}, {@code apID}.
   */
  public AudioFixture tag(String name, String... values) {
    tags.add(name, values);
    return this;
  }

  /** A front cover; the bytes are not looked at. */
  public AudioFixture picture(byte[] jpeg) {
    tags.jpeg = jpeg.clone();
    return this;
  }

  public AudioFixture seconds(double seconds) {
    this.seconds = seconds;
    return this;
  }

  /** The sample rate in Hz; lossy formats take 32, 44.1 and 48 kHz. */
  public AudioFixture sampleRate(int hertz) {
    sampleRate = hertz;
    return this;
  }

  /** One channel instead of two. */
  public AudioFixture mono() {
    channels = 1;
    return this;
  }

  /** 16 or 24 bits a sample, where samples are kept. */
  public AudioFixture bitDepth(int bits) {
    bitDepth = bits;
    return this;
  }

  /** For MP3: 32 to 320. */
  public AudioFixture kbps(int kilobits) {
    kbps = kilobits;
    return this;
  }

  /** What tells the audio of one fixture from that of another, in Hz. */
  public AudioFixture pitch(double hertz) {
    pitch = hertz;
    return this;
  }

  public AudioFixture id3v24() {
    id3Version = 4;
    return this;
  }

  /** An ID3v1.1 block at the end as well. */
  public AudioFixture id3v1() {
    id3v1 = true;
    return this;
  }

  /** MP3 without the first frame that counts the others. */
  public AudioFixture withoutInfoFrame() {
    infoFrame = false;
    return this;
  }

  /** The whole file. */
  public byte[] bytes() {
    int frames = (int) Math.round(seconds * sampleRate);
    Sound sound =
        new Sound(sampleRate, channels, bitDepth, frames, Math.min(frames, sampleRate / 10), pitch);
    return switch (format) {
      case MP3 -> {
        Bytes out = new Bytes();
        if (!tags.isEmpty()) {
          out.raw(Id3.v2(tags, id3Version, ID3_PADDING));
        }
        out.raw(Mp3.frames(sound, kbps, infoFrame));
        yield id3v1 ? out.raw(Id3.v1(tags)).done() : out.done();
      }
      case WAV -> Riff.wav(sound, tags, id3Version);
      case AIFF -> Riff.aiff(sound, tags, id3Version);
      case FLAC -> Flac.file(sound, tags);
      case OGG_VORBIS -> Ogg.vorbis(sound, tags);
      case OGG_OPUS -> Ogg.opus(sound, tags);
      case OGG_FLAC -> Ogg.flac(sound, tags);
      case M4A_AAC -> Mp4.aac(sound, tags);
      case M4A_ALAC -> Mp4.alac(sound, tags);
    };
  }

  /** Writes the file, and the folders above it; answers the path. */
  public Path writeTo(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return Files.write(file, bytes());
  }

  private AudioFixture field(Field field, String value) {
    tags.add(field, value);
    return this;
  }
}
