package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.music.AudioReading;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is in a library's folders beside audio. */
class SnifferTest {

  private static String refusal(byte[]... parts) {
    AudioReading reading = reading(parts);
    assertThat(reading).isInstanceOf(AudioReading.NotAudio.class);
    return ((AudioReading.NotAudio) reading).reason();
  }

  @Test
  void scores_modules_pictures_and_texts_are_refused_with_the_reason() {
    assertThat(refusal(ascii("MThd"), be(6, 4), new byte[100])).contains("MIDI");
    assertThat(refusal(ascii("RIFF"), le(100, 4), ascii("RMID"), new byte[100])).contains("MIDI");
    byte[] mod = new byte[3000];
    put(mod, 1080, "M.K.");
    assertThat(refusal(mod)).contains("tracker");
    assertThat(refusal(ascii("Extended Module: a song"), new byte[400])).contains("tracker");
    assertThat(refusal(ascii("IMPM"), new byte[400])).contains("tracker");
    assertThat(refusal(bytes(0x89), ascii("PNG\r\n"), new byte[400])).contains("picture");
    assertThat(refusal(bytes(0xff, 0xd8, 0xff, 0xe0), new byte[400])).contains("picture");
    // A Go module, by its name a tracker module.
    assertThat(refusal(ascii("module example.org/player\n\ngo 1.22\n"))).contains("text");
    assertThat(refusal(new byte[0])).contains("empty");
  }

  /** A tag saved on its own is no track. */
  @Test
  void a_bare_id3_tag_is_refused() {
    assertThat(refusal(id3v2(3, 0, text(3, "TIT2", "Alone")))).contains("ID3");
  }

  @Test
  void a_name_is_not_asked_but_the_bytes_are() {
    assertThat(read(flac()).stream().container()).isEqualTo("FLAC");
    assertThat(read(new byte[700], mp3()).stream().container()).isEqualTo("MP3");
  }

  @Test
  void noise_is_not_taken_for_audio() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[20_000];
      random.nextBytes(noise);
      assertThat(reading(noise)).isNotInstanceOf(AudioReading.Read.class);
    }
  }
}
