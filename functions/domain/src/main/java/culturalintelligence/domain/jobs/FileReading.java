package culturalintelligence.domain.jobs;

import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.music.StreamFacts;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of one file of a job.
 *
 * @param trackId the track it was asked for, where one was
 * @param code the failure's stable code, see {@code FailureCode}; null where nothing failed
 * @param reason a sentence beside the code
 * @param version the state of the file that was met or read; null when none was there
 * @param facts what the file is; null when its bytes were not read through
 * @param readAt when the answer was stored
 */
public record FileReading(
    String path,
    @Nullable Long trackId,
    FileOutcome outcome,
    @Nullable String code,
    @Nullable String reason,
    @Nullable FileVersion version,
    @Nullable Facts facts,
    Instant readAt) {

  /**
   * What the bytes are and say.
   *
   * @param payload a digest of the audio without its tags, the same for retagged copies; null when
   *     the reader does not know where it is
   * @param stream null when it could not be read
   * @param said null when neither tags nor name say anything
   * @param metadata the answer's metadata part as a JSON object: {@code normalized}, {@code
   *     raw_tags}, {@code extraction_success}
   */
  public record Facts(
      ContentHash content,
      @Nullable ContentHash payload,
      @Nullable StreamFacts stream,
      @Nullable Said said,
      String metadata) {}

  /**
   * What tags and name say of the music, without anything learned from other tracks.
   *
   * @param mix as a person writes it
   * @param bpm beats per minute, two decimals
   * @param key canonical, such as {@code F#m}
   */
  public record Said(
      @Nullable String artist,
      @Nullable String title,
      @Nullable String mix,
      @Nullable String label,
      @Nullable String catalogueNumber,
      @Nullable String genre,
      @Nullable String subgenre,
      @Nullable BigDecimal bpm,
      @Nullable String key) {}
}
