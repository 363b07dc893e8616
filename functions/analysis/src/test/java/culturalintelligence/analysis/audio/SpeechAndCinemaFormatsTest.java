package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import culturalintelligence.domain.music.TagField;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Formats met beside music: of telephones, sound cards, the Amiga, broadcasts and cinemas. */
class SpeechAndCinemaFormatsTest {

  private static byte[] times(int n, byte[] frame) {
    byte[][] all = new byte[n][];
    Arrays.fill(all, frame);
    return join(all);
  }

  private static byte[] headed(int length, byte[] head) {
    return Arrays.copyOf(head, length);
  }

  private static void is(
      AudioReading.Read r, String codec, double seconds, int rate, int channels, long bitrate) {
    assertThat(r.stream().codec()).isEqualTo(codec);
    assertThat(r.stream().durationSeconds()).isCloseTo(seconds, within(0.005));
    assertThat(r.stream().sampleRate()).isEqualTo(rate);
    assertThat(r.stream().channels()).isEqualTo(channels);
    assertThat(r.stream().bitrate()).isCloseTo(bitrate, within(1L));
    assertThat(r.damage()).isNull();
  }

  @Test
  void amr_counts_its_frames_of_20_ms() {
    // Type 7, 12.2 kbit/s: 31 bytes behind the first.
    byte[] speech = times(100, headed(32, bytes(7 << 3 | 4)));
    is(read(ascii("#!AMR\n"), speech), "AMR", 2.0, 8_000, 1, 12_800);
    // Type 2, 12.65 kbit/s, and ten frames of silence that take a byte each.
    byte[] wide = join(times(90, headed(33, bytes(2 << 3 | 4))), times(10, bytes(15 << 3)));
    is(read(ascii("#!AMR-WB\n"), wide), "AMR-WB", 2.0, 16_000, 1, (90 * 33 + 10) * 4);
  }

  @Test
  void amr_that_breaks_off_keeps_what_is_there() {
    AudioReading.Read r =
        read(ascii("#!AMR\n"), times(50, headed(32, bytes(7 << 3))), bytes(7 << 3, 1));
    assertThat(r.stream().durationSeconds()).isCloseTo(1.0, within(0.001));
    assertThat(r.damage()).isEqualTo(Damage.TRUNCATED);
  }

  private static byte[] voc(byte[]... blocks) {
    return join(
        ascii("Creative Voice File"),
        bytes(26),
        le(26, 2),
        le(0x010a, 2),
        le(0x1129, 2),
        join(blocks),
        bytes(0));
  }

  private static byte[] block(int type, byte[]... body) {
    byte[] b = join(body);
    return join(bytes(type), le(b.length, 3), b);
  }

  @Test
  void voc_adds_up_its_blocks() {
    // 16 bit, stereo, 44.1 kHz; the second block goes on with the first one's sound.
    byte[] format = join(le(44_100, 4), bytes(16, 2), le(4, 2), le(0, 4));
    AudioReading.Read r = read(voc(block(9, format, new byte[88_200]), block(2, new byte[88_200])));
    is(r, "PCM", 1.0, 44_100, 2, 1_411_200);
    assertThat(r.stream().bitDepth()).isEqualTo(16);
    assertThat(r.stream().lossless()).isTrue();
  }

  @Test
  void old_voc_tells_the_rate_as_a_divisor_and_counts_silence() {
    // 1,000,000 / (256 − 156) = 10 kHz, 8 bit; then half a second of silence; then a remark.
    byte[] sound = block(1, bytes(156, 0), new byte[10_000]);
    byte[] silence = block(3, le(4_999, 2), bytes(156));
    AudioReading.Read r = read(voc(sound, silence, block(5, ascii("A remark"), bytes(0))));
    is(r, "PCM", 1.5, 10_000, 1, 80_000);
    assertThat(values(r, TagField.COMMENT)).containsExactly("A remark");
    // Stereo is announced by a block of its own: 256,000,000 / (2 · (65,536 − 59,136)) = 20 kHz.
    byte[] stereo = block(8, le(59_136, 2), bytes(0, 1));
    is(read(voc(stereo, block(1, bytes(0, 0), new byte[40_000]))), "PCM", 1.0, 20_000, 2, 320_000);
  }

  /** One core frame: 512 samples, 1,024 bytes, 48 kHz, five channels and a low one. */
  private static byte[] dts(boolean swapped) {
    StringBuilder bits = new StringBuilder();
    int[][] fields = {{1, 1}, {31, 5}, {0, 1}, {15, 7}, {1023, 14}, {9, 6}, {13, 4}, {15, 5}};
    for (int[] f : fields) {
      bits.append(String.format("%" + f[1] + "s", Integer.toBinaryString(f[0])).replace(' ', '0'));
    }
    bits.append("0".repeat(10)).append("10").append("0".repeat(64));
    byte[] frame = headed(1024, bytes(0x7f, 0xfe, 0x80, 0x01));
    for (int i = 0; i < 12; i++) {
      frame[4 + i] =
          (byte) Integer.parseInt(bits.substring(8 * i, Math.min(8 * i + 8, bits.length())), 2);
    }
    for (int i = 0; swapped && i < frame.length; i += 2) {
      byte b = frame[i];
      frame[i] = frame[i + 1];
      frame[i + 1] = b;
    }
    return frame;
  }

  @Test
  void dts_in_either_order_of_bytes() {
    is(read(times(94, dts(false))), "DTS", 94 * 512 / 48_000.0, 48_000, 6, 768_000);
    is(read(times(94, dts(true))), "DTS", 94 * 512 / 48_000.0, 48_000, 6, 768_000);
  }

  @Test
  void an_extension_behind_each_dts_core_counts_as_its_bits() {
    byte[] extension = headed(3072, bytes(0x64, 0x58, 0x20, 0x25));
    AudioReading.Read r = read(times(94, join(dts(false), extension)));
    is(r, "DTS", 94 * 512 / 48_000.0, 48_000, 6, 4096L * 8 * 48_000 / 512);
  }

  @Test
  void aac_of_broadcasts_tells_its_configuration_in_the_first_frame() {
    // useSameStreamMux 0, version 0, one frame, one program, one layer; AAC LC, 48 kHz, stereo.
    byte[] first = headed(203, join(bytes(0x56, 0xe0, 200), be(0x2000, 2), be(0x1190, 2)));
    byte[] more = headed(203, bytes(0x56, 0xe0, 200, 0x80));
    AudioReading.Read r = read(first, times(93, more));
    is(r, "AAC", 94 * 1024 / 48_000.0, 48_000, 2, 203L * 8 * 48_000 / 1024);
  }

  @Test
  void the_amigas_voices_are_named_and_signed() {
    byte[] vhdr = join(be(8_000, 4), be(0, 4), be(0, 4), be(8_000, 2), bytes(1, 0), be(65_536, 4));
    byte[] chunks =
        join(
            ascii("VHDR"),
            be(20, 4),
            vhdr,
            ascii("NAME"),
            be(4, 4),
            ascii("Tide"),
            ascii("AUTH"),
            be(4, 4),
            ascii("Lena"),
            ascii("BODY"),
            be(8_000, 4),
            new byte[8_000]);
    AudioReading.Read r = read(ascii("FORM"), be(chunks.length + 4, 4), ascii("8SVX"), chunks);
    is(r, "PCM", 1.0, 8_000, 1, 64_000);
    assertThat(values(r, TagField.TITLE)).containsExactly("Tide");
    assertThat(values(r, TagField.ARTIST)).containsExactly("Lena");
  }

  @Test
  void their_first_bytes_alone_are_no_sound() {
    for (byte[] head : new byte[][] {bytes(0x7f, 0xfe, 0x80, 0x01), bytes(0x56, 0xe0, 200)}) {
      assertThat(reading(head, new byte[3000])).isInstanceOf(AudioReading.NotAudio.class);
    }
  }
}
