package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.FileBytes.id3;
import static culturalintelligence.analysis.audio.FileBytes.iff;
import static culturalintelligence.analysis.audio.FileBytes.join;
import static culturalintelligence.analysis.audio.FileBytes.noise;
import static culturalintelligence.analysis.audio.FileBytes.text;
import static culturalintelligence.analysis.audio.FileBytes.zeros;
import static culturalintelligence.domain.music.TagField.ARTIST;
import static culturalintelligence.domain.music.TagField.COMMENT;
import static culturalintelligence.domain.music.TagField.TITLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import org.junit.jupiter.api.Test;

class AiffReaderTest {

  @Test
  void the_rate_in_80_bits_is_read() {
    Reading r = Reading.of(aiff(common("AIFF", 44_100, 24), sound()));
    assertThat(r.stream().container()).isEqualTo("AIFF");
    assertThat(r.stream().sampleRate()).isEqualTo(44_100);
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.stream().bitDepth()).isEqualTo(24);
    assertThat(r.stream().bitrate()).isEqualTo(2_116_800);
    assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
  }

  /** Sample libraries name their maker in AUTH and the sound in NAME, and nowhere else. */
  @Test
  void text_chunks_are_tags() {
    Reading r =
        Reading.of(
            aiff(
                common("AIFF", 44_100, 16),
                iff("NAME", text("woodblock")),
                iff("AUTH", text("Prosonus")),
                iff("ANNO", text("a note")),
                sound()));
    assertThat(r.first(TITLE)).isEqualTo("woodblock");
    assertThat(r.first(ARTIST)).isEqualTo("Prosonus");
    assertThat(r.first(COMMENT)).isEqualTo("a note");
  }

  @Test
  void an_id3_chunk_wins_over_text_chunks() {
    Reading r =
        Reading.of(
            aiff(
                common("AIFF", 44_100, 16),
                iff("AUTH", text("Bar")),
                sound(),
                iff("ID3 ", id3("TPE1", "Foo"))));
    assertThat(r.first(ARTIST)).isEqualTo("Foo");
  }

  @Test
  void a_forgotten_padding_byte_does_not_hide_the_tag() {
    FileBytes odd = new FileBytes().ascii("SSND").u32be(101).add(noise(101));
    Reading r =
        Reading.of(aiff(common("AIFF", 44_100, 16), odd, iff("ID3 ", id3("TIT2", "Strobe"))));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
  }

  @Test
  void aiff_c_says_what_it_is_coded_in() {
    Reading swapped = Reading.of(aifc("sowt"));
    assertThat(swapped.stream().codec()).isEqualTo("PCM");
    assertThat(swapped.stream().lossless()).isTrue();
    Reading law = Reading.of(aifc("alaw"));
    assertThat(law.stream().codec()).isEqualTo("A-law");
    assertThat(law.stream().lossless()).isFalse();
    assertThat(law.stream().bitDepth()).isNull();
  }

  /** NaN, infinity, a negative rate, nought: all can be written in 80 bits. */
  @Test
  void an_impossible_rate_is_absent_with_a_note() {
    for (int exponent : new int[] {0x7fff, 0xc00e, 0, 0x5000}) {
      FileBytes comm =
          iff("COMM", new FileBytes().u16be(2).u32be(44_100).u16be(16).u16be(exponent).u64be(-1));
      Reading r = Reading.of(aiff(comm, sound()));
      assertThat(r.stream().sampleRate()).as("%x", exponent).isNull();
      assertThat(r.stream().durationSeconds()).isNull();
      assertThat(r.read().notes()).isNotEmpty();
    }
  }

  @Test
  void a_retagged_copy_has_the_same_payload() {
    FileBytes one = aiff(common("AIFF", 44_100, 16), sound());
    FileBytes two = aiff(iff("NAME", text("Strobe")), common("AIFF", 44_100, 16), sound());
    assertThat(Reading.payloadHash(one)).isNotNull().isEqualTo(Reading.payloadHash(two));
  }

  @Test
  void a_file_without_its_common_chunk_is_unreadable() {
    assertThat(Reading.of(aiff(sound())).answer()).isInstanceOf(AudioReading.Unreadable.class);
  }

  private static FileBytes aiff(FileBytes... chunks) {
    return join(text("FORM"), new FileBytes().u32be(7), text("AIFF"), join(chunks));
  }

  private static FileBytes aifc(String compression) {
    return join(
        text("FORM"),
        new FileBytes().u32be(7),
        text("AIFC"),
        common(compression, 8_000, 16),
        sound());
  }

  private static FileBytes common(String compression, int rate, int bits) {
    int shift = Integer.numberOfLeadingZeros(rate);
    FileBytes c =
        new FileBytes()
            .u16be(2)
            .u32be(rate)
            .u16be(bits)
            .u16be(16_383 + 31 - shift)
            .u64be((long) rate << (32 + shift));
    if (!compression.equals("AIFF")) {
      c.ascii(compression).u16be(0);
    }
    return iff("COMM", c);
  }

  private static FileBytes sound() {
    return iff("SSND", zeros(8), noise(400));
  }
}
