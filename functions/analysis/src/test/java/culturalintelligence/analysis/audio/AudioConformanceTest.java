package culturalintelligence.analysis.audio;

import static culturalintelligence.analysis.audio.AudioBytes.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AudioConformanceTest {

  @Test
  void the_table_counts_hits_misses_and_refusals(@TempDir Path folder) throws IOException {
    Files.write(
        folder.resolve("a.mp3"),
        join(id3v2(3, 0, text(3, "TIT2", "Song"), text(3, "TYER", "1999")), mp3()));
    Files.write(folder.resolve("b.mid"), join(ascii("MThd"), be(6, 4), new byte[60]));
    Files.writeString(
        folder.resolve("expected.jsonl"),
        """
        {"file":"a.mp3","origin":"o","format":"MP3","valid_audio":true,"tags":{"TITLE":"Song","YEAR":"1999-01-01","ARTIST":"Nobody"},"stream":{"sr":44100.0,"duration":1.04}}
        {"file":"b.mid","origin":"o","format":"TRACKER/MIDI","valid_audio":false,"tags":{},"stream":{}}
        {"file":"gone.mp3","origin":"o","format":"MP3","valid_audio":true,"tags":{},"stream":{}}
        """);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int crashes =
        AudioConformance.run(folder, new PrintStream(said, true, StandardCharsets.UTF_8), true);
    assertThat(crashes).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("2 files, 1 named but not there")
        .containsPattern("valid audio read +100.00 %")
        .containsPattern("tags, all +66.67 % +2 of +3")
        .containsPattern("duration +100.00 %")
        .containsPattern("MIDI, modules refused +100.00 %")
        .contains("miss ARTIST");
  }
}
