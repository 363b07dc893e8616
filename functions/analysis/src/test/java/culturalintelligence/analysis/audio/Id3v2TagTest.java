package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.TagField;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class Id3v2TagTest {

  private static AudioReading.Read tagged(int version, byte[]... frames) {
    return read(id3v2(version, 0, frames), mp3());
  }

  @Test
  void the_frames_of_djs_have_their_fields() {
    AudioReading.Read r =
        tagged(
            3,
            text(3, "TBPM", "127.98"),
            text(3, "TKEY", "Gbm"),
            text(3, "TPUB", "Bedrock Records"),
            userText(3, "CATALOG #", "BED 105"),
            text(3, "TSRC", "GBDHC1900001"),
            text(3, "TPE4", "Guy J"),
            text(3, "TIT3", "Original Mix"),
            userText(3, "EnergyLevel", "7"));
    assertThat(values(r, TagField.BPM)).containsExactly("127.98");
    assertThat(values(r, TagField.KEY)).containsExactly("Gbm");
    assertThat(values(r, TagField.LABEL)).containsExactly("Bedrock Records");
    assertThat(values(r, TagField.CATALOGUE_NUMBER)).containsExactly("BED 105");
    assertThat(values(r, TagField.ISRC)).containsExactly("GBDHC1900001");
    assertThat(values(r, TagField.REMIXER)).containsExactly("Guy J");
    assertThat(values(r, TagField.SUBTITLE)).containsExactly("Original Mix");
    assertThat(values(r, TagField.ENERGY)).containsExactly("7");
  }

  /** iTunes wrote 2.2 for years. */
  @Test
  void the_three_letter_frames_of_2_2_are_read() {
    AudioReading.Read r =
        tagged(2, text(2, "TT2", "Title"), text(2, "TP1", "Artist"), text(2, "TRK", "03/12"));
    assertThat(values(r, TagField.TITLE)).containsExactly("Title");
    assertThat(values(r, TagField.ARTIST)).containsExactly("Artist");
    assertThat(values(r, TagField.TRACK_NUMBER)).containsExactly("3");
    assertThat(values(r, TagField.TRACK_TOTAL)).containsExactly("12");
  }

  /** Old iTunes wrote the sizes of 2.4 frames plainly: 200 bytes is then no syncsafe number. */
  @Test
  void plain_sizes_in_2_4_are_recognised() {
    String title = "x".repeat(200);
    byte[] frame = join(ascii("TIT2"), be(201, 4), be(0, 2), bytes(0), ascii(title));
    AudioReading.Read r = tagged(4, frame, utf8("TPE1", "Behind it"));
    assertThat(values(r, TagField.TITLE)).containsExactly(title);
    assertThat(values(r, TagField.ARTIST)).containsExactly("Behind it");
  }

  @Test
  void several_values_of_2_4_stay_several() {
    AudioReading.Read r = tagged(4, utf8("TPE1", "Sasha\0John Digweed"));
    assertThat(values(r, TagField.ARTIST)).containsExactly("Sasha", "John Digweed");
  }

  @Test
  void utf_16_values_may_each_have_a_byte_order_mark_or_two() {
    byte[] body =
        join(
            bytes(1, 0xff, 0xfe),
            "One".getBytes(UTF_16LE),
            bytes(0, 0, 0xfe, 0xff, 0xfe, 0xff),
            "Two".getBytes(UTF_16BE));
    AudioReading.Read r = tagged(3, frame(3, "TPE1", body));
    assertThat(values(r, TagField.ARTIST)).containsExactly("One", "Two");
  }

  /** {@code TXXX} with a NUL behind its name, and a value filled up with NULs. */
  @Test
  void nuls_around_names_and_values_are_dropped() {
    AudioReading.Read r =
        tagged(
            3,
            userText(3, "LABEL", "Hooj\0\0\0"),
            text(3, "TIT2", "Title\0\0\0\0"),
            text(3, "TALB", "\0\0"));
    assertThat(values(r, TagField.LABEL)).containsExactly("Hooj");
    assertThat(values(r, TagField.TITLE)).containsExactly("Title");
    assertThat(r.tags().fields()).doesNotContainKey(TagField.ALBUM);
  }

  @Test
  void unsynchronised_tags_get_their_bytes_back() {
    byte[] plain = utf16(3, "TIT2", "A\u00ffB");
    byte[] stuffed = stuff(plain);
    byte[] tag = join(ascii("ID3"), bytes(3, 0, 0x80), syncsafe(stuffed.length), stuffed);
    assertThat(values(read(tag, mp3()), TagField.TITLE)).containsExactly("A\u00ffB");
  }

  /** Some set the flag and leave the bytes as they were. */
  @Test
  void unsynchronisation_announced_but_not_done_harms_nothing() {
    byte[] tag = id3v2(4, 0x80, utf16(4, "TIT2", "Plain"));
    assertThat(values(read(tag, mp3()), TagField.TITLE)).containsExactly("Plain");
  }

  private static byte[] stuff(byte[] b) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < b.length; i++) {
      out.write(b[i]);
      if (b[i] == (byte) 0xff) {
        out.write(0);
      }
    }
    return out.toByteArray();
  }

  @Test
  void an_extended_header_is_stepped_over_there_or_not() {
    byte[] extended = join(be(6, 4), be(0, 2), be(0, 4));
    byte[] with = id3v2(3, 0x40, extended, text(3, "TIT2", "Behind"));
    byte[] without = id3v2(3, 0x40, text(3, "TIT2", "At once"));
    assertThat(values(read(with, mp3()), TagField.TITLE)).containsExactly("Behind");
    assertThat(values(read(without, mp3()), TagField.TITLE)).containsExactly("At once");
  }

  @Test
  void compressed_frames_are_unpacked_and_bombs_are_not() {
    byte[] small = deflated(join(bytes(0), ascii("Packed")));
    byte[] frame = join(ascii("TIT2"), be(small.length + 4L, 4), bytes(0, 0x80), be(7, 4), small);
    assertThat(values(tagged(3, frame), TagField.TITLE)).containsExactly("Packed");

    byte[] bomb = deflated(new byte[64 << 20]);
    byte[] bombFrame = join(ascii("TIT2"), be(bomb.length + 4L, 4), bytes(0, 0x80), be(7, 4), bomb);
    AudioReading.Read r = tagged(3, bombFrame);
    assertThat(r.tags().fields()).isEmpty();
    assertThat(r.notes()).anyMatch(n -> n.contains("beyond the limit"));
  }

  private static byte[] deflated(byte[] plain) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(plain);
      deflater.finish();
      byte[] out = new byte[plain.length + 100];
      return Arrays.copyOf(out, deflater.deflate(out));
    }
  }

  @Test
  void numbered_genres_have_names() {
    assertThat(values(tagged(3, text(3, "TCON", "(18)")), TagField.GENRE))
        .containsExactly("Techno");
    assertThat(values(tagged(4, utf8("TCON", "35")), TagField.GENRE)).containsExactly("House");
    assertThat(values(tagged(3, text(3, "TCON", "(4)Eurodisco")), TagField.GENRE))
        .containsExactly("Disco", "Eurodisco");
    assertThat(values(tagged(3, text(3, "TCON", "((Odd)")), TagField.GENRE))
        .containsExactly("(Odd)");
    assertThat(values(tagged(3, text(3, "TCON", "Breaks")), TagField.GENRE))
        .containsExactly("Breaks");
  }

  /** Mixed In Key writes base64 of JSON where the key should be. */
  @Test
  void mixed_in_keys_base64_is_a_key() {
    String json = "{\"algorithm\":94,\"key\":\"7A\",\"source\":\"mixedinkey\"}";
    String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.ISO_8859_1));
    AudioReading.Read r = tagged(3, userText(3, "KEY", base64));
    assertThat(values(r, TagField.KEY)).containsExactly("7A");
  }

  @Test
  void stars_are_counted_from_a_popularimeter() {
    AudioReading.Read r = tagged(3, frame(3, "POPM", join(ascii("someone\0"), bytes(196, 0))));
    assertThat(values(r, TagField.RATING)).containsExactly("4");
    assertThat(r.tags().raw()).isEmpty();
  }

  @Test
  void a_comment_with_a_description_stays_under_its_name() {
    byte[] bare = frame(3, "COMM", join(bytes(0), ascii("eng\0Great tune")));
    byte[] norm = frame(3, "COMM", join(bytes(0), ascii("engiTunNORM\0 00000A")));
    AudioReading.Read r = tagged(3, norm, bare);
    assertThat(values(r, TagField.COMMENT)).containsExactly("Great tune");
    assertThat(r.tags().raw()).containsKey("COMM:iTunNORM");
  }

  @Test
  void a_picture_of_880_kilobytes_is_not_copied() {
    byte[] picture = frame(3, "APIC", new byte[880_000]);
    AudioReading.Read r = tagged(3, picture, text(3, "TIT2", "Behind the picture"));
    assertThat(values(r, TagField.TITLE)).containsExactly("Behind the picture");
  }

  @Test
  void who_bought_the_file_is_dropped() {
    AudioReading.Read r =
        tagged(3, userText(3, "apID", "someone@example.org"), text(3, "TOWN", "Someone"));
    assertThat(r.tags().raw()).isEmpty();
  }

  @Test
  void the_label_is_never_taken_from_the_album_artist() {
    AudioReading.Read r = tagged(3, text(3, "TPE2", "Renaissance"));
    assertThat(r.tags().fields()).doesNotContainKey(TagField.LABEL);
    assertThat(values(r, TagField.ALBUM_ARTIST)).containsExactly("Renaissance");
  }

  @Property(tries = 300)
  void any_text_survives_in_utf_8(@ForAll @StringLength(min = 1, max = 60) String text) {
    String clean = TagCollector.clean(text.replace("\0", ""));
    AudioReading.Read r =
        tagged(
            4,
            utf8(
                "TIT2",
                new String(clean.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)));
    assertThat(r.tags().first(TagField.TITLE).orElse("")).isEqualTo(TagCollector.clean(clean));
  }
}
