package culturalintelligence.testkit.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleAudioTest {
  @Test
  void writesTheSameFolderEveryTime(@TempDir Path one, @TempDir Path other) throws IOException {
    int files = SampleAudio.write(one);
    SampleAudio.write(other);
    assertThat(contents(one)).hasSize(files).isEqualTo(contents(other));
  }

  @Test
  void holdsACopyThatIsTheSameBytesUnderAnotherName(@TempDir Path folder) throws IOException {
    SampleAudio.write(folder);
    Map<String, Integer> files = contents(folder);
    assertThat(files.values()).hasSizeGreaterThan((int) files.values().stream().distinct().count());
  }

  @Test
  void leavesFilesAloneThatAreRightAlready(@TempDir Path folder) throws IOException {
    SampleAudio.write(folder);
    Path track = folder.resolve("Unsorted/Track 01.mp3");
    var time = java.nio.file.attribute.FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(track, time);
    SampleAudio.write(folder);
    assertThat(Files.getLastModifiedTime(track)).isEqualTo(time);
  }

  private static Map<String, Integer> contents(Path folder) throws IOException {
    Map<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        contents.put(folder.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }
}
