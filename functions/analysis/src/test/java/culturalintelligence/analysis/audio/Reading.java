package culturalintelligence.analysis.audio;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Read;
import culturalintelligence.domain.music.StreamFacts;
import culturalintelligence.domain.music.TagField;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the reader says of bytes, for tests that read like sentences. */
final class Reading {
  private final AudioReading answer;

  private Reading(AudioReading answer) {
    this.answer = answer;
  }

  static Reading of(FileBytes file) {
    return of(file.bytes());
  }

  static Reading of(byte[] file) {
    try {
      return new Reading(new AudioReader().read(AudioSource.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static @Nullable String payloadHash(FileBytes file) {
    try {
      return new AudioReader().readAndHash(AudioSource.of(file.bytes())).payloadHash();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  AudioReading answer() {
    return answer;
  }

  Read read() {
    assertThat(answer).isInstanceOf(Read.class);
    return (Read) answer;
  }

  StreamFacts stream() {
    return read().stream();
  }

  List<String> values(TagField field) {
    return read().tags().fields().getOrDefault(field, List.of());
  }

  @Nullable String first(TagField field) {
    return read().tags().first(field).orElse(null);
  }
}
