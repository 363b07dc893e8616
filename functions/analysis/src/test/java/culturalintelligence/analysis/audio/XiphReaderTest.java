package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.TagField;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** FLAC and the Ogg family. */
class XiphReaderTest {

  @Test
  void flac_tells_its_stream_and_its_tags() {
    AudioReading.Read r =
        read(flac("TITLE=Opus", "ORGANIZATION=Systematic", "catalog #=SYST 0012", "bpm=122.5"));
    assertThat(r.stream().container()).isEqualTo("FLAC");
    assertThat(r.stream().durationSeconds()).isEqualTo(10.0);
    assertThat(r.stream().sampleRate()).isEqualTo(44_100);
    assertThat(r.stream().channels()).isEqualTo(2);
    assertThat(r.stream().bitDepth()).isEqualTo(16);
    assertThat(r.stream().lossless()).isTrue();
    assertThat(r.stream().encoder()).isEqualTo("reference libFLAC 1.3.2");
    assertThat(r.audioMd5()).isEqualTo("ab".repeat(16));
    assertThat(values(r, TagField.TITLE)).containsExactly("Opus");
    assertThat(values(r, TagField.LABEL)).containsExactly("Systematic");
    assertThat(values(r, TagField.CATALOGUE_NUMBER)).containsExactly("SYST 0012");
    assertThat(values(r, TagField.BPM)).containsExactly("122.5");
  }

  @Test
  void several_comments_of_one_name_are_several_values() {
    AudioReading.Read r =
        read(flac("ARTIST=Sasha", "Artist=John Digweed", "YEAR=1999", "DATE=2000-05-01"));
    assertThat(values(r, TagField.ARTIST)).containsExactly("Sasha", "John Digweed");
    assertThat(values(r, TagField.DATE)).containsExactly("2000-05-01");
    assertThat(r.tags().raw()).containsEntry("YEAR", java.util.List.of("1999"));
  }

  /** Taggers made for MP3 put ID3v2 before anything; the file's own comments know better. */
  @Test
  void an_id3v2_tag_before_flac_is_stepped_over_and_fills_gaps() {
    byte[] id3 = id3v2(3, 0, text(3, "TIT2", "Old"), text(3, "TPUB", "Label"));
    AudioReading.Read r = read(id3, flac("TITLE=New"));
    assertThat(r.stream().container()).isEqualTo("FLAC");
    assertThat(values(r, TagField.TITLE)).containsExactly("New");
    assertThat(values(r, TagField.LABEL)).containsExactly("Label");
  }

  /** Some taggers give the picture block a length that is too short. */
  @Test
  void a_wrong_block_length_loses_neither_stream_nor_audio() {
    byte[] picture = new byte[400];
    Arrays.fill(picture, (byte) 7);
    byte[] block = flacBlock(6, true, picture);
    block[3] = (byte) (block[3] - 100);
    byte[] file =
        join(
            ascii("fLaC"),
            flacBlock(0, false, streamInfo(48_000, 1, 24, 96_000)),
            block,
            flacFrames(3));
    AudioReading.Read r = read(file);
    assertThat(r.stream().durationSeconds()).isEqualTo(2.0);
    assertThat(r.payload().getFirst().from()).isEqualTo(file.length - 1500);
  }

  @Test
  void a_comment_longer_than_its_block_keeps_those_before_it() {
    byte[] comment = vorbisComment("v", "TITLE=Kept", "ARTIST=Cut short here");
    byte[] cut = Arrays.copyOf(comment, comment.length - 5);
    AudioReading.Read r =
        read(
            ascii("fLaC"),
            flacBlock(0, false, streamInfo(44_100, 2, 16, 44_100)),
            flacBlock(4, true, cut),
            flacFrames(2));
    assertThat(values(r, TagField.TITLE)).containsExactly("Kept");
    assertThat(values(r, TagField.ARTIST)).containsExactly("Cut short");
    assertThat(r.damage()).isEqualTo(Damage.CORRUPT);
  }

  /** A Windows program that took UTF-8 for a code page. */
  @Test
  void comments_that_are_no_utf_8_are_read_as_windows_wrote_them() {
    byte[] comment = vorbisComment("v", "TITLE=Caf_");
    comment[comment.length - 1] = (byte) 0xe9;
    AudioReading.Read r =
        read(
            ascii("fLaC"),
            flacBlock(0, false, streamInfo(44_100, 2, 16, 44_100)),
            flacBlock(4, true, comment),
            flacFrames(2));
    assertThat(values(r, TagField.TITLE)).containsExactly("Caf\u00e9");
  }

  @Test
  void jaudiotagger_reads_a_sound_block_and_keeps_every_comment() {
    byte[] block = vorbisComment("v", "TITLE=A", "ARTIST=B", "ARTIST=C", "X=d=e");
    assertThat(JaudiotaggerGate.vorbisComments(block, 4))
        .containsExactlyInAnyOrder(
            new JaudiotaggerGate.Comment("TITLE", "A"),
            new JaudiotaggerGate.Comment("ARTIST", "B"),
            new JaudiotaggerGate.Comment("ARTIST", "C"),
            new JaudiotaggerGate.Comment("X", "d=e"));
  }

  @Test
  void what_jaudiotagger_fails_on_is_no_answer_and_no_exception() {
    byte[] block = join(le(1, 4), ascii("v"), le(1, 4), le(0x7fffffff, 4), ascii("A=b"));
    assertThat(JaudiotaggerGate.vorbisComments(block, 1)).isNull();
    assertThat(JaudiotaggerGate.vorbisComments(new byte[0], 0)).isNull();
  }

  @Test
  void ogg_vorbis_is_as_long_as_its_last_page_says() {
    AudioReading.Read r = read(oggVorbis(77, 441_000, "TITLE=Song", "GENRE=House"));
    assertThat(r.stream().container()).isEqualTo("Ogg");
    assertThat(r.stream().codec()).isEqualTo("Vorbis");
    assertThat(r.stream().durationSeconds()).isEqualTo(10.0);
    assertThat(r.stream().bitrate()).isEqualTo(128_000);
    assertThat(values(r, TagField.TITLE)).containsExactly("Song");
  }

  @Test
  void the_links_of_a_chain_add_up() {
    AudioReading.Read r = read(oggVorbis(1, 441_000, "TITLE=One"), oggVorbis(2, 882_000));
    assertThat(r.stream().durationSeconds()).isCloseTo(30.0, within(0.001));
    assertThat(r.notes()).anyMatch(n -> n.contains("chain"));
  }

  @Test
  void opus_leaves_out_what_the_decoder_skips() {
    byte[] head =
        join(ascii("OpusHead"), bytes(1, 2), le(312, 2), le(44_100, 4), le(0, 2), bytes(0));
    byte[] tags = join(ascii("OpusTags"), vorbisComment("libopus", "TITLE=Short"));
    AudioReading.Read r =
        read(
            oggPage(2, 0, 5, 0, head),
            oggPage(0, 0, 5, 1, tags),
            oggPage(4, 48_000 + 312, 5, 2, audio(1)));
    assertThat(r.stream().codec()).isEqualTo("Opus");
    assertThat(r.stream().durationSeconds()).isEqualTo(1.0);
    assertThat(r.stream().sampleRate()).isEqualTo(48_000);
    assertThat(values(r, TagField.TITLE)).containsExactly("Short");
  }

  @Test
  void speex_and_flac_live_in_ogg_too() {
    byte[] speex = new byte[80];
    put(speex, 0, "Speex   1.2");
    System.arraycopy(le(16_000, 4), 0, speex, 36, 4);
    System.arraycopy(le(1, 4), 0, speex, 48, 4);
    AudioReading.Read s =
        read(
            oggPage(2, 0, 1, 0, speex),
            oggPage(0, 0, 1, 1, vorbisComment("v", "ARTIST=Voice")),
            oggPage(4, 32_000, 1, 2, audio(1)));
    assertThat(s.stream().codec()).isEqualTo("Speex");
    assertThat(s.stream().durationSeconds()).isEqualTo(2.0);
    assertThat(values(s, TagField.ARTIST)).containsExactly("Voice");

    byte[] head =
        join(
            ascii("\u007fFLAC"),
            bytes(1, 0, 0, 1),
            ascii("fLaC"),
            flacBlock(0, false, streamInfo(44_100, 2, 16, 0)));
    AudioReading.Read f =
        read(
            oggPage(2, 0, 1, 0, head),
            oggPage(0, 0, 1, 1, flacBlock(4, true, vorbisComment("v", "TITLE=In Ogg"))),
            oggPage(4, 44_100, 1, 2, audio(1)));
    assertThat(f.stream().codec()).isEqualTo("FLAC");
    assertThat(f.stream().durationSeconds()).isEqualTo(1.0);
    assertThat(values(f, TagField.TITLE)).containsExactly("In Ogg");
  }

  /** A granule of minus one, or of all there is: a stream of 13 million years is none. */
  @Test
  void an_impossible_last_page_gives_no_length() {
    AudioReading.Read r = read(oggVorbis(1, Long.MAX_VALUE / 2));
    assertThat(r.stream().durationSeconds()).isNull();
    assertThat(r.notes()).anyMatch(n -> n.contains("impossible duration"));
  }

  @Test
  void audio_beside_a_film_is_found() {
    byte[] theora = new byte[42];
    put(theora, 0, "\u0080theora");
    System.arraycopy(be(25, 4), 0, theora, 22, 4);
    System.arraycopy(be(1, 4), 0, theora, 26, 4);
    byte[] comments = join(ascii("\u0081theora"), vorbisComment("v", "TITLE=Film"));
    AudioReading.Read r =
        read(
            oggPage(2, 0, 9, 0, theora),
            oggPage(2, 0, 1, 0, vorbisHead(44_100, 2, 64_000)),
            oggPage(0, 0, 9, 1, comments),
            oggPage(0, 0, 1, 1, join(ascii("\u0003vorbis"), vorbisComment("v", "ARTIST=Band"))),
            oggPage(4, 44_100, 1, 2, audio(1)));
    assertThat(r.stream().codec()).isEqualTo("Vorbis");
    assertThat(values(r, TagField.TITLE)).containsExactly("Film");
    assertThat(values(r, TagField.ARTIST)).containsExactly("Band");
    assertThat(reading(oggPage(2, 0, 9, 0, theora), oggPage(0, 0, 9, 1, comments)))
        .isInstanceOf(AudioReading.NotAudio.class);
  }
}
