package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.FileBytes.join;
import static culturalintelligence.analysis.audio.FileBytes.noise;
import static culturalintelligence.analysis.audio.FileBytes.text;
import static culturalintelligence.analysis.audio.FileBytes.zeros;
import static culturalintelligence.domain.music.TagField.ARTIST;
import static culturalintelligence.domain.music.TagField.KEY;
import static culturalintelligence.domain.music.TagField.TITLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.ByteRange;
import org.junit.jupiter.api.Test;

class RarerContainersTest {

  /** A recording that goes on to the end of the file has a length of −1. */
  @Test
  void a_caf_with_an_open_end_is_read() {
    FileBytes description =
        new FileBytes().f64be(44_100).ascii("lpcm").u32be(0).u32be(4).u32be(1).u32be(2).u32be(16);
    FileBytes strings = new FileBytes().u32be(2).ascii("title\0Strobe\0key signature\0Am\0");
    FileBytes file =
        join(
            text("caff"),
            new FileBytes().u16be(1).u16be(0),
            caf("desc", description),
            caf("info", strings),
            new FileBytes().ascii("data").u64be(-1).u32be(0).add(zeros(44_100 * 4)));
    Reading r = Reading.of(file);
    assertThat(r.stream().container()).isEqualTo("CAF");
    assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
    assertThat(r.stream().bitrate()).isEqualTo(1_411_200);
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(KEY)).isEqualTo("Am");
    assertThat(r.read().payload())
        .containsExactly(new ByteRange(file.size() - 44_100 * 4L, file.size()));
  }

  private static FileBytes caf(String type, FileBytes content) {
    return new FileBytes().ascii(type).u64be(content.size()).add(content);
  }

  @Test
  void a_realmedia_file_gives_its_facts_and_its_texts() {
    FileBytes content =
        new FileBytes().u16be(6).ascii("Strobe").u16be(4).ascii("Mau5").u16be(0).u16be(0);
    FileBytes header =
        text(".ra\u00fd")
            .u16be(4)
            .add(zeros(42))
            .u16be(11_025)
            .u16be(0)
            .u16be(16)
            .u16be(1)
            .u8(4)
            .ascii("Int0")
            .u8(4)
            .ascii("dnet")
            .add(zeros(6));
    FileBytes media =
        zeros(6)
            .u32be(16_000)
            .add(zeros(20))
            .u8(5)
            .ascii("sound")
            .u8(20)
            .ascii("audio/x-pn-realaudio")
            .u32be(header.size())
            .add(header);
    FileBytes file =
        join(
            real(".RMF", zeros(8)),
            real("PROP", zeros(20).u32be(170_387).add(zeros(16))),
            real("MDPR", media),
            real("CONT", content),
            real("DATA", zeros(8).add(noise(500))));
    Reading r = Reading.of(file);
    assertThat(r.stream().container()).isEqualTo("RealMedia");
    assertThat(r.stream().codec()).isEqualTo("AC-3");
    assertThat(r.stream().durationSeconds()).isCloseTo(170.387, within(1e-6));
    assertThat(r.stream().bitrate()).isEqualTo(16_000);
    assertThat(r.stream().sampleRate()).isEqualTo(11_025);
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ARTIST)).isEqualTo("Mau5");
  }

  /** Type, length with the header, version, content. */
  private static FileBytes real(String type, FileBytes content) {
    return new FileBytes().ascii(type).u32be(content.size() + 10L).u16be(0).add(content);
  }

  @Test
  void an_au_file_of_unknown_length_is_what_is_there() {
    FileBytes file =
        text(".snd")
            .u32be(32)
            .u32be(0xffff_ffffL)
            .u32be(1)
            .u32be(8_000)
            .u32be(1)
            .add(zeros(8))
            .add(noise(8_000));
    Reading r = Reading.of(file);
    assertThat(r.stream().codec()).isEqualTo("µ-law");
    assertThat(r.stream().durationSeconds()).isCloseTo(1, within(1e-6));
    assertThat(r.stream().bitrate()).isEqualTo(64_000);
  }
}
