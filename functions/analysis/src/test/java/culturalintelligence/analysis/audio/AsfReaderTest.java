package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.FileBytes.asf;
import static culturalintelligence.analysis.audio.FileBytes.join;
import static culturalintelligence.analysis.audio.FileBytes.noise;
import static culturalintelligence.analysis.audio.FileBytes.zeros;
import static culturalintelligence.domain.music.TagField.ARTIST;
import static culturalintelligence.domain.music.TagField.BPM;
import static culturalintelligence.domain.music.TagField.COMPOSER;
import static culturalintelligence.domain.music.TagField.KEY;
import static culturalintelligence.domain.music.TagField.LABEL;
import static culturalintelligence.domain.music.TagField.TITLE;
import static culturalintelligence.domain.music.TagField.TRACK_NUMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AsfReaderTest {
  private static final long HEADER = 0x3026b2758e66cf11L;
  private static final long FILE = 0xa1dcab8c47a9cf11L;
  private static final long STREAM = 0x9107dcb7b7a9cf11L;
  private static final long AUDIO = 0x409e69f84d5bcf11L;
  private static final long EXTENSION = 0xb503bf5f2ea9cf11L;
  private static final long DESCRIPTION = 0x3326b2758e66cf11L;
  private static final long EXTENDED = 0x40a4d0d207e3d211L;
  private static final long LIBRARY = 0x941c23449894d149L;
  private static final long DATA = 0x3626b2758e66cf11L;
  private static final int WMA2 = 0x161;
  private static final int LOSSLESS = 0x163;

  /** The play duration counts three seconds of buffering that nobody hears. */
  @Test
  void the_preroll_is_no_music() {
    Reading r = Reading.of(wma(times(13_000, 3_000), stream(WMA2)));
    assertThat(r.stream().durationSeconds()).isCloseTo(10, within(0.001));
    assertThat(r.stream().codec()).isEqualTo("WMA");
    assertThat(r.stream().sampleRate()).isEqualTo(44_100);
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.stream().bitrate()).isEqualTo(128_000);
  }

  @Test
  void lossless_wma_is_lossless() {
    Reading r = Reading.of(wma(times(13_000, 3_000), stream(LOSSLESS)));
    assertThat(r.stream().codec()).isEqualTo("WMA Lossless");
    assertThat(r.stream().lossless()).isTrue();
    assertThat(r.stream().bitDepth()).isEqualTo(16);
  }

  @Test
  void tags_of_all_four_places_are_read() {
    FileBytes description =
        new FileBytes().u16le(14).u16le(10).u16le(0).u16le(0).u16le(0).utf16le("Strobe\0Mau5\0");
    Reading r =
        Reading.of(
            wma(
                times(13_000, 3_000),
                stream(WMA2),
                asf(DESCRIPTION, description),
                extended(
                    text("WM/Publisher", "Mau5trap"),
                    text("WM/InitialKey", "8A"),
                    number("WM/BeatsPerMinute", 128),
                    number("WM/TrackNumber", 7)),
                extension(asf(LIBRARY, library("WM/Composer", "Second")))));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ARTIST)).isEqualTo("Mau5");
    assertThat(r.first(LABEL)).isEqualTo("Mau5trap");
    assertThat(r.first(KEY)).isEqualTo("8A");
    assertThat(r.first(BPM)).isEqualTo("128");
    assertThat(r.first(TRACK_NUMBER)).isEqualTo("7");
    assertThat(r.first(COMPOSER)).isEqualTo("Second");
  }

  /** Windows keeps the first of several values in one object, the others in an earlier one. */
  @Test
  void the_first_of_several_values_stays_the_first() {
    Reading r =
        Reading.of(
            wma(
                stream(WMA2),
                extension(asf(LIBRARY, library("WM/Composer", "Second"))),
                extended(text("WM/Composer", "First"))));
    assertThat(r.values(COMPOSER)).containsExactly("First", "Second");
  }

  /** The old track field counted from nought. */
  @Test
  void wm_track_is_one_less_than_the_track() {
    Reading r = Reading.of(wma(stream(WMA2), extended(number("WM/Track", 0))));
    assertThat(r.first(TRACK_NUMBER)).isEqualTo("1");
  }

  @Test
  void a_nul_in_an_attributes_name_ends_it() {
    Reading r = Reading.of(wma(stream(WMA2), extended(text("WM/Publisher\0\0", "Drumcode"))));
    assertThat(r.first(LABEL)).isEqualTo("Drumcode");
  }

  @Test
  void a_retagged_copy_has_the_same_payload() {
    FileBytes one = wma(stream(WMA2));
    FileBytes two = wma(stream(WMA2), extended(text("Title", "Strobe")));
    assertThat(Reading.payloadHash(one)).isNotNull().isEqualTo(Reading.payloadHash(two));
  }

  @Test
  void an_object_of_length_nought_ends_the_header_and_not_the_service() {
    FileBytes endless = new FileBytes().u64be(EXTENDED).u64be(0).u64le(0);
    Reading r = Reading.of(wma(times(13_000, 3_000), stream(WMA2), endless));
    assertThat(r.stream().codec()).isEqualTo("WMA");
    assertThat(r.read().damage()).isEqualTo(Damage.CORRUPT);
  }

  @Test
  void a_header_cut_before_its_stream_is_unreadable() {
    byte[] cut = Arrays.copyOf(wma(times(1, 0), stream(WMA2)).bytes(), 140);
    assertThat(Reading.of(cut).answer()).isInstanceOf(AudioReading.Unreadable.class);
  }

  private static FileBytes wma(FileBytes... objects) {
    FileBytes all = join(objects);
    FileBytes header =
        new FileBytes()
            .u64be(HEADER)
            .u64be(0xa6d900aa0062ce6cL)
            .u64le(30L + all.size())
            .u32le(objects.length)
            .u16le(0x0201)
            .add(all);
    return join(header, asf(DATA, zeros(26), noise(4_000)));
  }

  private static FileBytes times(long playMillis, long prerollMillis) {
    return asf(
        FILE,
        zeros(40)
            .u64le(playMillis * 10_000)
            .u64le(0)
            .u64le(prerollMillis)
            .u32le(2)
            .u32le(0)
            .u32le(0)
            .u32le(0));
  }

  private static FileBytes stream(int format) {
    FileBytes wave =
        new FileBytes().u16le(format).u16le(2).u32le(44_100).u32le(16_000).u16le(1).u16le(16);
    return asf(
        STREAM,
        new FileBytes().u64be(AUDIO).u64be(0),
        zeros(24),
        new FileBytes().u32le(wave.size()).u32le(0).u16le(1).u32le(0),
        wave);
  }

  private static FileBytes extended(FileBytes... attributes) {
    return asf(EXTENDED, new FileBytes().u16le(attributes.length), join(attributes));
  }

  private static FileBytes text(String name, String value) {
    return attribute(name, 0, new FileBytes().utf16le(value + "\0"));
  }

  private static FileBytes number(String name, int value) {
    return attribute(name, 3, new FileBytes().u32le(value));
  }

  private static FileBytes attribute(String name, int type, FileBytes value) {
    FileBytes n = new FileBytes().utf16le(name + "\0");
    return new FileBytes().u16le(n.size()).add(n).u16le(type).u16le(value.size()).add(value);
  }

  private static FileBytes extension(FileBytes object) {
    return asf(EXTENSION, zeros(18).u32le(object.size()), object);
  }

  private static FileBytes library(String name, String value) {
    FileBytes n = new FileBytes().utf16le(name + "\0");
    FileBytes v = new FileBytes().utf16le(value + "\0");
    return new FileBytes()
        .u16le(1)
        .u16le(0)
        .u16le(0)
        .u16le(n.size())
        .u16le(0)
        .u32le(v.size())
        .add(n)
        .add(v);
  }
}
