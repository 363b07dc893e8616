package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.FileBytes.id3;
import static culturalintelligence.analysis.audio.FileBytes.join;
import static culturalintelligence.analysis.audio.FileBytes.noise;
import static culturalintelligence.analysis.audio.FileBytes.riff;
import static culturalintelligence.analysis.audio.FileBytes.text;
import static culturalintelligence.analysis.audio.FileBytes.zeros;
import static culturalintelligence.domain.music.TagField.ALBUM;
import static culturalintelligence.domain.music.TagField.ARTIST;
import static culturalintelligence.domain.music.TagField.BPM;
import static culturalintelligence.domain.music.TagField.DATE;
import static culturalintelligence.domain.music.TagField.TITLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.ByteRange;
import org.junit.jupiter.api.Test;

class WaveReaderTest {
  private static final int SECOND = 44_100 * 4;
  private static final int FLOAT = 3;
  private static final int IMA_ADPCM = 0x11;

  @Test
  void a_wav_gives_its_facts() {
    Reading r = Reading.of(wav(format(1, 2, 44_100, 16), riff("data", zeros(SECOND))));
    assertThat(r.stream().container()).isEqualTo("WAV");
    assertThat(r.stream().codec()).isEqualTo("PCM");
    assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
    assertThat(r.stream().bitrate()).isEqualTo(1_411_200);
    assertThat(r.stream().bitDepth()).isEqualTo(16);
    assertThat(r.stream().lossless()).isTrue();
    assertThat(r.read().payload()).containsExactly(new ByteRange(44, 44 + SECOND));
  }

  /** Taggers write both; the ID3 chunk has the whole title and what INFO has no name for. */
  @Test
  void an_id3_chunk_wins_over_info_and_info_fills_in() {
    Reading r =
        Reading.of(
            wav(
                format(1, 2, 44_100, 16),
                riff("data", zeros(400)),
                info("INAM", "Strobe (Exten", "IART", "Mau5"),
                riff("id3 ", id3("TIT2", "Strobe (Extended Mix)", "TBPM", "128"))));
    assertThat(r.first(TITLE)).isEqualTo("Strobe (Extended Mix)");
    assertThat(r.first(ARTIST)).isEqualTo("Mau5");
    assertThat(r.first(BPM)).isEqualTo("128");
  }

  @Test
  void the_newest_of_two_id3_chunks_wins() {
    Reading r =
        Reading.of(
            wav(
                format(1, 2, 44_100, 16),
                riff("data", zeros(400)),
                riff("ID3 ", id3("TIT2", "Old")),
                riff("id3 ", id3("TIT2", "New"))));
    assertThat(r.first(TITLE)).isEqualTo("New");
  }

  /** Texts of the nineties are in Windows' Latin, later ones in UTF-8; the bytes tell which. */
  @Test
  void info_texts_are_read_in_either_encoding() {
    FileBytes latin = riff("INAM", new FileBytes().ascii("Caf\u00e9\0"));
    FileBytes utf8 = riff("IPRD", new FileBytes().utf8("Blå\0"));
    Reading r =
        Reading.of(
            wav(
                format(1, 2, 44_100, 16),
                riff("data", zeros(400)),
                riff("LIST", text("INFO"), latin, utf8)));
    assertThat(r.first(TITLE)).isEqualTo("Café");
    assertThat(r.first(ALBUM)).isEqualTo("Blå");
  }

  @Test
  void a_forgotten_padding_byte_does_not_hide_the_next_chunk() {
    FileBytes odd = new FileBytes().ascii("data").u32le(401).add(noise(401));
    Reading r = Reading.of(wav(format(1, 1, 44_100, 8), odd, riff("id3 ", id3("TIT2", "Strobe"))));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    Reading padded =
        Reading.of(
            wav(
                format(1, 1, 44_100, 8),
                riff("data", noise(401)),
                riff("id3 ", id3("TIT2", "Strobe"))));
    assertThat(padded.first(TITLE)).isEqualTo("Strobe");
  }

  /** A recorder that lost its power, or that writes to a pipe. */
  @Test
  void a_length_of_nought_or_all_ones_means_what_is_there() {
    for (long claimed : new long[] {0, 0xffff_ffffL}) {
      FileBytes data = new FileBytes().ascii("data").u32le(claimed).add(noise(SECOND));
      Reading r = Reading.of(wav(format(1, 2, 44_100, 16), data));
      assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void a_truncated_file_lasts_as_long_as_what_is_there() {
    FileBytes data = new FileBytes().ascii("data").u32le(100L * SECOND).add(noise(SECOND));
    Reading r = Reading.of(wav(format(1, 2, 44_100, 16), data));
    assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
    assertThat(r.read().damage()).isEqualTo(Damage.TRUNCATED);
  }

  @Test
  void rf64_has_its_length_in_another_chunk() {
    FileBytes ds64 = riff("ds64", new FileBytes().u64le(0).u64le(SECOND).u64le(44_100).u32le(0));
    FileBytes data = new FileBytes().ascii("data").u32le(0xffff_ffffL).add(zeros(SECOND));
    FileBytes file =
        join(
            text("RF64"),
            new FileBytes().u32le(0xffff_ffffL),
            text("WAVE"),
            ds64,
            format(1, 2, 44_100, 16),
            data,
            info("INAM", "Strobe"));
    Reading r = Reading.of(file);
    assertThat(r.stream().container()).isEqualTo("RF64");
    assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
  }

  @Test
  void wave64_counts_its_headers_and_aligns_to_eight() {
    FileBytes wave = format(1, 2, 44_100, 16);
    byte[] body = java.util.Arrays.copyOfRange(wave.bytes(), 8, wave.size());
    FileBytes file =
        join(
            w64("riff.\u0091\u00cf\u0011", new FileBytes()),
            zeros(16),
            w64("fmt ", new FileBytes().raw(body)),
            w64("data", zeros(SECOND)));
    Reading r = Reading.of(file);
    assertThat(r.stream().container()).isEqualTo("Wave64");
    assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
  }

  private static FileBytes w64(String name, FileBytes content) {
    FileBytes c =
        new FileBytes()
            .ascii(name)
            .add(zeros(16 - name.length()))
            .u64le(24L + content.size())
            .add(content);
    return c.add(zeros((8 - c.size() % 8) % 8));
  }

  @Test
  void float_and_coded_samples_are_told_apart() {
    Reading f = Reading.of(wav(format(FLOAT, 1, 48_000, 32), riff("data", zeros(192_000))));
    assertThat(f.stream().durationSeconds()).isCloseTo(1, within(1e-6));
    assertThat(f.stream().bitDepth()).isEqualTo(32);
    FileBytes fact = riff("fact", new FileBytes().u32le(88_200));
    Reading ima =
        Reading.of(wav(format(IMA_ADPCM, 1, 44_100, 4), fact, riff("data", noise(44_100))));
    assertThat(ima.stream().codec()).isEqualTo("IMA ADPCM");
    assertThat(ima.stream().durationSeconds()).isCloseTo(2, within(1e-6));
    assertThat(ima.stream().bitDepth()).isNull();
  }

  /** FFmpeg writes 128 kbit/s whatever the blocks hold: those are believed, and the fact chunk. */
  @Test
  void blocks_of_adpcm_say_how_long_they_are_and_a_rate_beside_them_does_not() {
    FileBytes format =
        riff(
            "fmt ",
            new FileBytes()
                .u16le(2)
                .u16le(2)
                .u32le(44_100)
                .u32le(16_000)
                .u16le(1024)
                .u16le(4)
                .u16le(2)
                .u16le(1012));
    FileBytes data = riff("data", noise(131 * 1024));
    Reading bare = Reading.of(wav(format, data));
    assertThat(bare.stream().durationSeconds()).isCloseTo(131 * 1012 / 44_100.0, within(1e-6));
    assertThat(bare.stream().bitrate()).isCloseTo(357_000, within(1_000L));
    FileBytes fact = riff("fact", new FileBytes().u32le(132_300));
    Reading told = Reading.of(wav(format, fact, data));
    assertThat(told.stream().durationSeconds()).isCloseTo(3, within(1e-6));
  }

  /** Bytes of text where the format should be: 25,699 channels at 1.7 GHz. */
  @Test
  void an_impossible_format_is_absent_with_a_note() {
    Reading r =
        Reading.of(wav(riff("fmt ", text("abcdefghijklmnop")), riff("data", text("some samples"))));
    assertThat(r.stream().sampleRate()).isNull();
    assertThat(r.stream().channels()).isNull();
    assertThat(r.stream().durationSeconds()).isNull();
    assertThat(r.stream().bitrate()).isNull();
    assertThat(r.read().notes()).anyMatch(n -> n.contains("impossible"));
  }

  @Test
  void a_broadcast_chunk_gives_a_date_to_those_who_have_none() {
    FileBytes bext = zeros(320).ascii("2017-10-31").ascii("12:00:00").add(zeros(264));
    Reading r =
        Reading.of(wav(riff("bext", bext), format(1, 2, 44_100, 16), riff("data", zeros(4))));
    assertThat(r.first(DATE)).isEqualTo("2017-10-31");
  }

  @Test
  void a_cart_chunk_gives_title_and_artist() {
    FileBytes cart = text("0101").add(padded("Strobe")).add(padded("Mau5")).add(zeros(2_000));
    Reading r =
        Reading.of(wav(format(1, 2, 44_100, 16), riff("cart", cart), riff("data", zeros(4))));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ARTIST)).isEqualTo("Mau5");
  }

  private static FileBytes padded(String s) {
    return text(s).add(zeros(64 - s.length()));
  }

  @Test
  void a_retagged_copy_has_the_same_payload() {
    FileBytes one = wav(format(1, 2, 44_100, 16), riff("data", noise(4_000)));
    FileBytes two =
        wav(info("INAM", "Strobe"), format(1, 2, 44_100, 16), riff("data", noise(4_000)));
    assertThat(Reading.payloadHash(one)).isNotNull().isEqualTo(Reading.payloadHash(two));
  }

  @Test
  void a_wav_without_a_format_is_unreadable() {
    assertThat(Reading.of(wav(riff("data", zeros(4)))).answer())
        .isInstanceOf(AudioReading.Unreadable.class);
  }

  /** Wrong on purpose: no reader needs the outer length, and half of the writers get it wrong. */
  private static FileBytes wav(FileBytes... chunks) {
    return join(text("RIFF"), new FileBytes().u32le(7), text("WAVE"), join(chunks));
  }

  private static FileBytes format(int tag, int channels, int rate, int bits) {
    int frame = Math.max(1, channels * bits / 8);
    return riff(
        "fmt ",
        new FileBytes()
            .u16le(tag)
            .u16le(channels)
            .u32le(rate)
            .u32le(tag == IMA_ADPCM ? rate / 2 : (long) rate * frame)
            .u16le(frame)
            .u16le(bits));
  }

  private static FileBytes info(String... namesAndTexts) {
    FileBytes list = text("INFO");
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      list.add(riff(namesAndTexts[i], text(namesAndTexts[i + 1] + "\0")));
    }
    return riff("LIST", list);
  }
}
