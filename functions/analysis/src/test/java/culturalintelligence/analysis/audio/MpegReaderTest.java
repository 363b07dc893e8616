package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.ByteRange;
import culturalintelligence.domain.music.StreamFacts.BitrateMode;
import culturalintelligence.domain.music.TagField;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MpegReaderTest {
  private static final int MP3_64 = 0xfffb5040;
  private static final int MP3_320 = 0xfffbe040;
  private static final int MP2_192 = 0xfffda000;
  private static final double FRAME = 1152 / 44_100.0;

  @Test
  void a_constant_rate_gives_the_length_from_the_bytes() {
    AudioReading.Read r = read(mpegFrames(MP3_128, 383));
    assertThat(r.stream().container()).isEqualTo("MP3");
    assertThat(r.stream().sampleRate()).isEqualTo(44_100);
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.stream().bitrate()).isEqualTo(128_000);
    assertThat(r.stream().bitrateMode()).isEqualTo(BitrateMode.CONSTANT);
    assertThat(r.stream().durationSeconds()).isCloseTo(10.0, within(0.02));
    assertThat(r.stream().lossless()).isFalse();
    assertThat(r.damage()).isNull();
  }

  @Test
  void a_xing_header_counts_the_frames_of_a_variable_rate() {
    byte[] head = xingFrame(MP3_128, "Xing", 1000, 417 + 300_000);
    AudioReading.Read r = read(head, mpegFrames(MP3_320, 287));
    assertThat(r.stream().durationSeconds()).isCloseTo(1000 * FRAME, within(0.001));
    assertThat(r.stream().bitrate()).isCloseTo(91_875L, within(500L));
    assertThat(r.stream().bitrateMode()).isEqualTo(BitrateMode.VARIABLE);
    assertThat(r.stream().encoder()).isEqualTo("LAME3.100");
  }

  /** A download that broke off: the header still knows how long the track is. */
  @Test
  void a_cut_file_keeps_the_length_its_header_tells_and_says_it_is_cut() {
    AudioReading.Read r =
        read(xingFrame(MP3_128, "Info", 9_000, 3_800_000), mpegFrames(MP3_128, 100));
    assertThat(r.stream().durationSeconds()).isCloseTo(9_000 * FRAME, within(0.01));
    assertThat(r.damage()).isEqualTo(Damage.TRUNCATED);
  }

  /** Old encoders and stream rippers write variable rates and no header. */
  @Test
  void without_a_header_frames_of_different_rates_are_counted() {
    byte[][] mixed = new byte[200][];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = mpegFrame(i % 2 == 0 ? MP3_64 : MP3_320);
    }
    AudioReading.Read r = read(mixed);
    assertThat(r.stream().durationSeconds()).isCloseTo(200 * FRAME, within(0.03));
    assertThat(r.stream().bitrateMode()).isEqualTo(BitrateMode.VARIABLE);
  }

  @Test
  void a_vbri_header_counts_too() {
    byte[] head = mpegFrame(MP3_128);
    byte[] vbri = join(ascii("VBRI"), be(1, 2), be(0, 2), be(75, 2), be(200_000, 4), be(500, 4));
    System.arraycopy(vbri, 0, head, 36, vbri.length);
    AudioReading.Read r = read(head, mpegFrames(MP3_128, 50));
    assertThat(r.stream().durationSeconds()).isCloseTo(500 * FRAME, within(0.001));
  }

  @Test
  void layers_one_and_two_are_told_apart() {
    assertThat(read(mpegFrames(MP2_192, 20)).stream().container()).isEqualTo("MP2");
    assertThat(read(mpegFrames(0xffff9000, 20)).stream().container()).isEqualTo("MP1");
  }

  @Test
  void tags_on_both_ends_are_no_audio() {
    byte[] head = id3v2(3, 0, text(3, "TIT2", "Song"));
    byte[] audio = mp3();
    byte[] tail = join(apeTag(apeItem("Title", "x")), id3v1("Song", "", "", "", 0, 255));
    assertThat(read(head, audio, tail).payload())
        .containsExactly(new ByteRange(head.length, head.length + audio.length));
  }

  /**
   * A long title, cut to 30 characters in ID3v1, and the label only in the APE tag MP3Gain left.
   */
  @Test
  void three_tags_in_one_file_are_merged_and_the_richest_wins() {
    AudioReading.Read r =
        read(
            id3v2(3, 0, text(3, "TIT2", "A Title Longer Than Thirty Characters")),
            mp3(),
            apeTag(apeItem("Label", "Hooj Choons"), apeItem("Title", "Other")),
            id3v1("A Title Longer Than Thirty Cha", "Artist", "", "1999", 7, 31));
    assertThat(values(r, TagField.TITLE)).containsExactly("A Title Longer Than Thirty Characters");
    assertThat(values(r, TagField.LABEL)).containsExactly("Hooj Choons");
    assertThat(values(r, TagField.ARTIST)).containsExactly("Artist");
    assertThat(values(r, TagField.DATE)).containsExactly("1999");
    assertThat(values(r, TagField.TRACK_NUMBER)).containsExactly("7");
    assertThat(values(r, TagField.GENRE)).containsExactly("Trance");
  }

  @Test
  void lyrics_between_audio_and_id3v1_are_stepped_over() {
    byte[] lyrics = ascii("LYRICSBEGININD0000210");
    byte[] block = join(lyrics, ascii(String.format("%06d", lyrics.length) + "LYRICS200"));
    byte[] audio = mp3();
    AudioReading.Read r = read(audio, block, id3v1("T", "", "", "", 0, 255));
    assertThat(r.payload()).containsExactly(new ByteRange(0, audio.length));
  }

  /** A tag put at the end, which 2.4 allows, is found by its footer. */
  @Test
  void an_appended_id3v2_tag_is_found_by_its_footer() {
    byte[] body = utf8("TIT2", "Appended");
    byte[] tag =
        join(
            ascii("ID3"),
            bytes(4, 0, 0x10),
            syncsafe(body.length),
            body,
            ascii("3DI"),
            bytes(4, 0, 0x10),
            syncsafe(body.length));
    AudioReading.Read r = read(mp3(), tag);
    assertThat(values(r, TagField.TITLE)).containsExactly("Appended");
    assertThat(r.payload().getFirst().to()).isEqualTo(mp3().length);
  }

  @Test
  void junk_before_the_first_frame_is_searched_through() {
    byte[] junk = new byte[3000];
    Arrays.fill(junk, (byte) 0x20);
    junk[100] = (byte) 0xff;
    junk[101] = (byte) 0xfb;
    assertThat(read(junk, mp3()).payload().getFirst().from()).isEqualTo(3000);
  }

  @Test
  void an_id3_tag_longer_than_the_file_does_not_hide_the_audio() {
    byte[] tag = join(ascii("ID3"), bytes(3, 0, 0), syncsafe(50_000_000), text(3, "TIT2", "Cut"));
    AudioReading.Read r = read(tag, new byte[50], mp3());
    assertThat(r.stream().container()).isEqualTo("MP3");
    assertThat(values(r, TagField.TITLE)).containsExactly("Cut");
    assertThat(r.damage()).isNotNull();
  }

  @Test
  void an_impossible_length_is_left_out_with_a_note() {
    AudioReading.Read r =
        read(xingFrame(MP3_128, "Xing", 0xfffffff0L, 3000), mpegFrames(MP3_128, 8));
    assertThat(r.stream().durationSeconds()).isNull();
    assertThat(r.notes()).anyMatch(n -> n.contains("impossible duration"));
  }
}
