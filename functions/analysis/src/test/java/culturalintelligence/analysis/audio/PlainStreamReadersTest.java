package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.TagField;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The formats that are a header and frames, tagged by APE or ID3: one test each. */
class PlainStreamReadersTest {

  private static byte[] blank(int n) {
    byte[] b = new byte[n];
    Arrays.fill(b, (byte) 0x11);
    return b;
  }

  private static final byte[] TAG = apeTag(apeItem("Title", "Song"), apeItem("Label", "Kompakt"));

  private static void hasTag(AudioReading.Read r) {
    assertThat(values(r, TagField.TITLE)).containsExactly("Song");
    assertThat(values(r, TagField.LABEL)).containsExactly("Kompakt");
  }

  private static void is(AudioReading.Read r, String container, double seconds, int rate, int ch) {
    assertThat(r.stream().container()).isEqualTo(container);
    assertThat(r.stream().durationSeconds()).isCloseTo(seconds, within(0.02));
    assertThat(r.stream().sampleRate()).isEqualTo(rate);
    assertThat(r.stream().channels()).isEqualTo(ch);
  }

  @Test
  void monkeys_audio_since_3_98() {
    byte[] descriptor =
        join(ascii("MAC "), le(3990, 2), le(0, 2), le(52, 4), le(24, 4), new byte[36]);
    byte[] header =
        join(
            le(2000, 2),
            le(0, 2),
            le(73_728, 4),
            le(14_472, 4),
            le(2, 4),
            le(16, 2),
            le(2, 2),
            le(44_100, 4));
    AudioReading.Read r = read(descriptor, header, blank(5000), TAG);
    is(r, "Monkey's Audio", 2.0, 44_100, 2);
    assertThat(r.stream().bitDepth()).isEqualTo(16);
    assertThat(r.stream().lossless()).isTrue();
    hasTag(r);
  }

  @Test
  void monkeys_audio_before_3_98() {
    byte[] header =
        join(
            ascii("MAC "),
            le(3970, 2),
            le(2000, 2),
            le(0, 2),
            le(2, 2),
            le(44_100, 4),
            le(0, 8),
            le(1, 4),
            le(88_200, 4));
    is(read(header, blank(5000), TAG), "Monkey's Audio", 2.0, 44_100, 2);
  }

  private static byte[] wavPackBlock(long total, long index, int flags, byte[] sub) {
    return join(
        ascii("wvpk"),
        le(24L + sub.length, 4),
        le(0x410, 2),
        le(0, 2),
        le(total, 4),
        le(index, 4),
        le(44_100, 4),
        le(flags, 4),
        le(0, 4),
        sub);
  }

  @Test
  void wavpack_with_and_without_a_length_in_its_header() {
    int flags = 1 | 0x1800 | 9 << 23;
    byte[] sub = join(bytes(0x0a, 100), blank(200));
    AudioReading.Read r =
        read(wavPackBlock(88_200, 0, flags, sub), wavPackBlock(88_200, 44_100, flags, sub), TAG);
    is(r, "WavPack", 2.0, 44_100, 2);
    assertThat(r.stream().bitDepth()).isEqualTo(16);
    hasTag(r);
    // Recorded to a pipe: nobody went back to write the length.
    AudioReading.Read piped =
        read(
            wavPackBlock(0xffffffffL, 0, flags, sub),
            wavPackBlock(0xffffffffL, 44_100, flags, sub));
    is(piped, "WavPack", 2.0, 44_100, 2);
  }

  @Test
  void musepack_7_and_8() {
    byte[] seven = join(ascii("MP+"), bytes(7), le(77, 4), le(0, 4), blank(2000));
    is(read(seven, TAG), "Musepack", (77 * 1152 - 576) / 44_100.0, 44_100, 2);
    // SH: CRC, version 8, 88,200 samples, none silent, 44.1 kHz, 2 channels.
    byte[] sh = join(be(0, 4), bytes(8, 0x85, 0xb1, 0x08, 0, 0x1b, 0x18));
    byte[] eight =
        join(
            ascii("MPCK"),
            ascii("SH"),
            bytes(3 + sh.length),
            sh,
            ascii("AP"),
            bytes(100),
            blank(2000));
    AudioReading.Read r = read(eight, TAG);
    is(r, "Musepack", 2.0, 44_100, 2);
    hasTag(r);
  }

  @Test
  void true_audio_tagged_by_id3() {
    byte[] tta =
        join(
            ascii("TTA1"),
            le(1, 2),
            le(2, 2),
            le(24, 2),
            le(48_000, 4),
            le(96_000, 4),
            le(0, 4),
            blank(3000));
    AudioReading.Read r = read(id3v2(4, 0, utf8("TIT2", "Song")), tta);
    is(r, "TTA", 2.0, 48_000, 2);
    assertThat(values(r, TagField.TITLE)).containsExactly("Song");
  }

  @Test
  void tak_packs_its_fields_from_the_low_bit() {
    long[] fields = {88_200, 0, 44_100 - 6000, 16 - 8, 2 - 1};
    int[] at = {14, 49, 52, 70, 75};
    int[] width = {35, 3, 18, 5, 4};
    byte[] info = new byte[10];
    for (int f = 0; f < fields.length; f++) {
      for (int i = 0; i < width[f]; i++) {
        int bit = at[f] + i;
        info[bit >> 3] |= (byte) ((fields[f] >> i & 1) << (bit & 7));
      }
    }
    byte[] tak = join(ascii("tBaK"), bytes(1), le(10, 3), info, bytes(0), le(0, 3), blank(3000));
    AudioReading.Read r = read(tak, TAG);
    is(r, "TAK", 2.0, 44_100, 2);
    hasTag(r);
  }

  @Test
  void optimfrog_counts_the_samples_of_all_channels() {
    byte[] ofr =
        join(ascii("OFR "), le(15, 4), le(176_400, 6), bytes(2, 1), le(44_100, 4), blank(3000));
    is(read(ofr, TAG), "OptimFROG", 2.0, 44_100, 2);
  }

  @Test
  void aac_frames_are_counted() {
    // LC, 44.1 kHz, 2 channels, 200 bytes.
    byte[] frame = new byte[200];
    System.arraycopy(bytes(0xff, 0xf1, 0x50, 0x80, 200 >> 3, 0x1f, 0xfc), 0, frame, 0, 7);
    byte[][] frames = new byte[86][];
    Arrays.fill(frames, frame);
    AudioReading.Read r = read(id3v2(3, 0, text(3, "TIT2", "Song")), join(frames));
    is(r, "AAC", 86 * 1024 / 44_100.0, 44_100, 2);
    assertThat(values(r, TagField.TITLE)).containsExactly("Song");
  }

  @Test
  void ac_3_frames_are_counted() {
    // 48 kHz, 192 kbit/s (768 bytes), 2/0.
    byte[] frame = new byte[768];
    System.arraycopy(bytes(0x0b, 0x77, 0, 0, 0x14, 0x40, 0x40), 0, frame, 0, 7);
    byte[][] frames = new byte[62][];
    Arrays.fill(frames, frame);
    AudioReading.Read r = read(frames);
    is(r, "AC-3", 62 * 0.032, 48_000, 2);
    assertThat(r.stream().bitrate()).isEqualTo(192_000);
  }

  /** Two bytes that look like the start of AC-3 are not enough. */
  @Test
  void one_sync_word_is_no_ac_3() {
    assertThat(reading(bytes(0x0b, 0x77), blank(2000))).isInstanceOf(AudioReading.NotAudio.class);
  }

  /** Rice codes of the header's fields and of the WAV header behind them. */
  @Test
  void shorten_carries_the_wav_header_it_was_made_from() {
    StringBuilder bits = new StringBuilder();
    for (long field : new long[] {5, 2, 256, 0, 4, 0}) {
      // The width, then the number in it.
      int width = 64 - Long.numberOfLeadingZeros(field);
      rice(bits, width, 2);
      rice(bits, field, width);
    }
    byte[] wav =
        join(
            ascii("RIFF"),
            le(0, 4),
            ascii("WAVEfmt "),
            le(16, 4),
            le(1, 2),
            le(2, 2),
            le(44_100, 4),
            le(176_400, 4),
            le(4, 2),
            le(16, 2),
            ascii("data"),
            le(352_800, 4));
    rice(bits, 9, 2);
    rice(bits, wav.length, 5);
    for (byte b : wav) {
      rice(bits, b & 0xff, 8);
    }
    byte[] packed = new byte[bits.length() / 8 + 1];
    for (int i = 0; i < bits.length(); i++) {
      if (bits.charAt(i) == '1') {
        packed[i >> 3] = (byte) (packed[i >> 3] | 0x80 >> (i & 7));
      }
    }
    is(read(ascii("ajkg"), bytes(2), packed, blank(1000)), "Shorten", 2.0, 44_100, 2);
  }

  private static void rice(StringBuilder bits, long value, int width) {
    bits.append("0".repeat((int) (value >> width))).append('1');
    for (int i = width - 1; i >= 0; i--) {
      bits.append(value >> i & 1);
    }
  }
}
