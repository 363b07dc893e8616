package culturalintelligence.domain.library;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Which state of a file was seen.
 *
 * @param modified to the microsecond, which is what the database keeps
 */
public record FileVersion(long sizeBytes, Instant modified) {
  public FileVersion {
    modified = modified.truncatedTo(ChronoUnit.MICROS);
  }
}
