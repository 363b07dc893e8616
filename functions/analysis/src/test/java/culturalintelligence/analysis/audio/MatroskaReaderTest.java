package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.FileBytes.ebml;
import static culturalintelligence.analysis.audio.FileBytes.ebmlOpen;
import static culturalintelligence.analysis.audio.FileBytes.join;
import static culturalintelligence.analysis.audio.FileBytes.noise;
import static culturalintelligence.analysis.audio.FileBytes.text;
import static culturalintelligence.domain.music.TagField.ALBUM;
import static culturalintelligence.domain.music.TagField.ALBUM_ARTIST;
import static culturalintelligence.domain.music.TagField.ARTIST;
import static culturalintelligence.domain.music.TagField.TITLE;
import static culturalintelligence.domain.music.TagField.TRACK_NUMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import org.junit.jupiter.api.Test;

class MatroskaReaderTest {
  private static final long SEGMENT = 0x18538067L;
  private static final long CLUSTER = 0x1f43b675L;
  private static final long TAGS = 0x1254c367L;

  @Test
  void a_track_of_opus_gives_its_facts() {
    Reading r = Reading.of(join(head("webm"), ebml(SEGMENT, info(10_000), sound(), cluster(0))));
    assertThat(r.stream().container()).isEqualTo("WebM");
    assertThat(r.stream().codec()).isEqualTo("Opus");
    assertThat(r.stream().durationSeconds()).isCloseTo(10, within(0.001));
    assertThat(r.stream().sampleRate()).isEqualTo(48_000);
    assertThat(r.stream().channels()).isEqualTo(2);
  }

  @Test
  void the_target_level_says_whose_title_it_is() {
    FileBytes tags =
        ebml(
            TAGS,
            tag(50, simple("TITLE", "The Album"), simple("ARTIST", "Various")),
            tag(
                30,
                simple("TITLE", "Strobe"),
                simple("ARTIST", "Mau5"),
                simple("PART_NUMBER", "4")));
    Reading r = Reading.of(file(info(10_000), sound(), cluster(0), tags));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ALBUM)).isEqualTo("The Album");
    assertThat(r.first(ARTIST)).isEqualTo("Mau5");
    assertThat(r.first(ALBUM_ARTIST)).isEqualTo("Various");
    assertThat(r.first(TRACK_NUMBER)).isEqualTo("4");
  }

  /** FFmpeg writes no level; by the letter of the standard its titles would all be albums. */
  @Test
  void a_tag_without_a_level_is_the_tracks() {
    FileBytes tags = ebml(TAGS, tag(0, simple("TITLE", "Strobe"), simple("ALBUM", "The Album")));
    Reading r = Reading.of(file(info(10_000), sound(), cluster(0), tags));
    assertThat(r.first(TITLE)).isEqualTo("Strobe");
    assertThat(r.first(ALBUM)).isEqualTo("The Album");
  }

  @Test
  void a_chapters_title_is_not_the_tracks() {
    FileBytes chapter =
        ebml(
            0x7373,
            ebml(0x63c0, ebml(0x68ca, number(30)), ebml(0x63c4, number(77))),
            simple("TITLE", "Chapter 1"));
    Reading r = Reading.of(file(info(10_000), sound(), cluster(0), ebml(TAGS, chapter)));
    assertThat(r.first(TITLE)).isNull();
  }

  /** A stream saved as it came: neither segment nor clusters know how long they are. */
  @Test
  void unknown_sizes_are_walked_and_the_last_block_tells_the_duration() {
    FileBytes segment =
        ebmlOpen(
            SEGMENT,
            ebml(0x1549a966L, ebml(0x2ad7b1, number(1_000_000))),
            sound(),
            ebmlOpen(CLUSTER, ebml(0xe7, number(0)), block(0)),
            ebmlOpen(CLUSTER, ebml(0xe7, number(5_000)), block(0), block(500)));
    Reading r = Reading.of(join(head("webm"), segment));
    assertThat(r.stream().durationSeconds()).isCloseTo(5.5, within(0.001));
  }

  @Test
  void a_retagged_copy_has_the_same_payload() {
    FileBytes one = file(info(10_000), sound(), cluster(0));
    FileBytes tags = ebml(TAGS, tag(30, simple("TITLE", "Strobe")));
    FileBytes two = file(info(10_000), sound(), tags, cluster(0));
    assertThat(Reading.payloadHash(one)).isNotNull().isEqualTo(Reading.payloadHash(two));
  }

  @Test
  void an_index_that_names_itself_is_walked_once() {
    FileBytes seek =
        ebml(0x4dbb, ebml(0x53ab, new FileBytes().u32be(0x114d9b74)), ebml(0x53ac, number(0)));
    FileBytes index = ebml(0x114d9b74L, seek);
    Reading r = Reading.of(file(index, info(10_000), sound(), cluster(0)));
    assertThat(r.stream().codec()).isEqualTo("Opus");
    assertThat(r.read().damage()).isNull();
  }

  @Test
  void a_film_without_sound_is_no_audio() {
    FileBytes picture = ebml(0x1654ae6bL, ebml(0xae, ebml(0xd7, number(1)), ebml(0x83, number(1))));
    assertThat(Reading.of(file(info(10_000), picture, cluster(0))).answer())
        .isInstanceOf(AudioReading.NotAudio.class);
  }

  private static FileBytes file(FileBytes... elements) {
    return join(head("matroska"), ebml(SEGMENT, elements));
  }

  private static FileBytes head(String type) {
    return ebml(0x1a45dfa3L, ebml(0x4282, text(type)));
  }

  private static FileBytes info(double millis) {
    return ebml(
        0x1549a966L,
        ebml(0x2ad7b1, number(1_000_000)),
        ebml(0x4489, new FileBytes().f64be(millis)));
  }

  private static FileBytes sound() {
    FileBytes audio = ebml(0xe1, ebml(0xb5, new FileBytes().f64be(48_000)), ebml(0x9f, number(2)));
    return ebml(
        0x1654ae6bL,
        ebml(
            0xae,
            ebml(0xd7, number(1)),
            ebml(0x73c5, number(99)),
            ebml(0x83, number(2)),
            ebml(0x86, text("A_OPUS")),
            audio));
  }

  private static FileBytes cluster(int time) {
    return ebml(CLUSTER, ebml(0xe7, number(time)), block(0));
  }

  private static FileBytes block(int time) {
    return ebml(0xa3, new FileBytes().u8(0x81).u16be(time).u8(0x80).add(noise(200)));
  }

  private static FileBytes tag(int level, FileBytes... simple) {
    FileBytes targets = level == 0 ? ebml(0x63c0) : ebml(0x63c0, ebml(0x68ca, number(level)));
    return ebml(0x7373, targets, join(simple));
  }

  private static FileBytes simple(String name, String value) {
    return ebml(0x67c8, ebml(0x45a3, text(name)), ebml(0x4487, new FileBytes().utf8(value)));
  }

  private static FileBytes number(long v) {
    return new FileBytes().u32be(v);
  }
}
