package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.music.DjData;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SeratoTest {

  private static byte[] entry(String name, byte[] data) {
    return join(ascii(name + "\0"), be(data.length, 4), data);
  }

  private static byte[] markers() {
    byte[] cue =
        join(bytes(0, 2), be(12_345, 4), bytes(0, 0xcc, 0x88, 0x00), bytes(0, 0), ascii("Drop\0"));
    byte[] loop =
        join(
            bytes(0, 0),
            be(60_000, 4),
            be(64_000, 4),
            be(0xffffffffL, 4),
            be(0, 4),
            bytes(0, 0),
            ascii("Loop\0"));
    byte[] plain = join(bytes(1, 1), entry("CUE", cue), entry("LOOP", loop), bytes(0));
    String base64 = Base64.getEncoder().withoutPadding().encodeToString(plain);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < base64.length(); i += 72) {
      lines.append(base64, i, Math.min(base64.length(), i + 72)).append('\n');
    }
    return join(bytes(1, 1), ascii(lines.toString()), new byte[100]);
  }

  private static void hasMarkers(DjData dj) {
    assertThat(dj.cues())
        .containsExactly(
            new DjData.Cue(2, 12.345, null, "Drop", 0xcc8800),
            new DjData.Cue(0, 60.0, 64.0, "Loop", null));
  }

  @Test
  void cues_loops_grid_tempo_and_gain_come_out_of_mp3() {
    byte[] autotags = join(bytes(1, 1), ascii("124.00\0-3.257\0" + "0.000\0"));
    byte[] grid =
        join(
            bytes(1, 0),
            be(2, 4),
            be(Float.floatToIntBits(0.5f), 4),
            be(64, 4),
            be(Float.floatToIntBits(31.25f), 4),
            be(Float.floatToIntBits(124f), 4),
            bytes(0));
    DjData dj =
        read(
                id3v2(
                    3,
                    0,
                    geob("Serato Autotags", autotags),
                    geob("Serato Markers2", markers()),
                    geob("Serato BeatGrid", grid)),
                mp3())
            .dj();
    assertThat(dj.analysedBpm()).isEqualTo(124.0);
    assertThat(dj.autoGain()).isEqualTo(-3.257);
    hasMarkers(dj);
    assertThat(dj.beatGrid())
        .containsExactly(
            new DjData.BeatMarker(0.5, 64, null), new DjData.BeatMarker(31.25, null, 124.0));
    assertThat(dj.sources()).hasSize(3);
  }

  @Test
  void flac_holds_the_same_as_text() {
    byte[] wrapped = join(ascii("application/octet-stream\0\0Serato Markers2\0"), markers());
    String text = new String(Base64.getMimeEncoder().encode(wrapped), ISO_8859_1);
    hasMarkers(read(flac("SERATO_MARKERS_V2=" + text)).dj());
  }

  @Test
  void a_file_never_analysed_has_nothing() {
    DjData dj = read(id3v2(3, 0, geob("Serato Autotags", bytes(1, 1, 0, 0, 0))), mp3()).dj();
    assertThat(dj.analysedBpm()).isNull();
    assertThat(dj.cues()).isEmpty();
  }

  @Test
  void lengths_that_lie_end_the_list() {
    byte[] m = join(bytes(1, 1), ascii("CUE\0"), be(0xfffffff0L, 4), bytes(1, 2, 3));
    assertThat(read(id3v2(3, 0, geob("Serato Markers2", m)), mp3()).dj().cues()).isEmpty();
  }
}
