package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.FileBytes.dff;
import static culturalintelligence.analysis.audio.FileBytes.id3;
import static culturalintelligence.analysis.audio.FileBytes.join;
import static culturalintelligence.analysis.audio.FileBytes.noise;
import static culturalintelligence.analysis.audio.FileBytes.text;
import static culturalintelligence.domain.music.TagField.ARTIST;
import static culturalintelligence.domain.music.TagField.TITLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import org.junit.jupiter.api.Test;

class DsdReadersTest {
  private static final int DSD64 = 2_822_400;

  @Test
  void a_dsf_gives_its_facts_and_the_tag_it_points_to() {
    Reading r = Reading.of(dsf(id3("TIT2", "Strobe")));
    assertThat(r.stream().container()).isEqualTo("DSF");
    assertThat(r.stream().codec()).isEqualTo("DSD");
    assertThat(r.stream().durationSeconds()).isCloseTo(0.01, within(1e-6));
    assertThat(r.stream().sampleRate()).isEqualTo(DSD64);
    assertThat(r.stream().bitDepth()).isEqualTo(1);
    assertThat(r.stream().bitrate()).isEqualTo(2L * DSD64);
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
  }

  @Test
  void a_retagged_dsf_has_the_same_payload() {
    assertThat(Reading.payloadHash(dsf(id3("TIT2", "One"))))
        .isNotNull()
        .isEqualTo(Reading.payloadHash(dsf(id3("TIT2", "Two", "TPE1", "More"))));
  }

  private static FileBytes dsf(FileBytes tag) {
    FileBytes sound = noise(8_192);
    int tagAt = 28 + 52 + 12 + sound.size();
    return join(
        new FileBytes().ascii("DSD ").u64le(28).u64le(tagAt + (long) tag.size()).u64le(tagAt),
        new FileBytes()
            .ascii("fmt ")
            .u64le(52)
            .u32le(1)
            .u32le(0)
            .u32le(2)
            .u32le(2)
            .u32le(DSD64)
            .u32le(1)
            .u64le(DSD64 / 100)
            .u32le(4_096)
            .u32le(0),
        new FileBytes().ascii("data").u64le(12L + sound.size()),
        sound,
        tag);
  }

  @Test
  void a_dff_gives_its_facts_and_its_texts() {
    FileBytes title = dff("DITI", new FileBytes().u32be(6).ascii("Strobe"));
    FileBytes artist = dff("DIAR", new FileBytes().u32be(4).ascii("Mau5"));
    Reading r = Reading.of(file(properties(), sound(), dff("DIIN", title, artist)));
    assertThat(r.stream().container()).isEqualTo("DSDIFF");
    assertThat(r.stream().codec()).isEqualTo("DSD");
    assertThat(r.stream().durationSeconds()).isCloseTo(8_000 * 4.0 / DSD64, within(1e-6));
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ARTIST)).isEqualTo("Mau5");
  }

  @Test
  void compressed_dsd_counts_its_frames() {
    FileBytes rate = dff("FRTE", new FileBytes().u32be(150).u16be(75));
    Reading r = Reading.of(file(properties(), dff("DST ", rate, noise(1_000))));
    assertThat(r.stream().codec()).isEqualTo("DST");
    assertThat(r.stream().durationSeconds()).isCloseTo(2, within(1e-6));
  }

  /** Other readers walk a chunk of length nought for ever; a negative length is as bad. */
  @Test
  void lengths_of_nought_and_below_end() {
    FileBytes nought = new FileBytes().ascii("COMT").u64be(0);
    FileBytes negative = new FileBytes().ascii("COMT").u64be(-12);
    Reading zero = Reading.of(file(nought, nought, properties(), sound()));
    assertThat(zero.stream().codec()).isEqualTo("DSD");
    Reading below = Reading.of(file(properties(), sound(), negative, negative));
    assertThat(below.stream().codec()).isEqualTo("DSD");
    assertThat(below.read().damage()).isEqualTo(Damage.TRUNCATED);
  }

  @Test
  void a_dff_without_properties_is_unreadable() {
    assertThat(Reading.of(file(sound())).answer()).isInstanceOf(AudioReading.Unreadable.class);
  }

  private static FileBytes file(FileBytes... chunks) {
    FileBytes all = join(chunks);
    return join(new FileBytes().ascii("FRM8").u64be(4L + all.size()), text("DSD "), all);
  }

  private static FileBytes properties() {
    return dff(
        "PROP",
        text("SND "),
        dff("FS  ", new FileBytes().u32be(DSD64)),
        dff("CHNL", new FileBytes().u16be(2).ascii("SLFTSRGT")),
        dff("CMPR", text("DSD ").u8(0).add(FileBytes.zeros(1))));
  }

  private static FileBytes sound() {
    return dff("DSD ", noise(8_000));
  }
}
