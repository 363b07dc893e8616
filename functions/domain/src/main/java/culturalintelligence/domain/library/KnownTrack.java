package culturalintelligence.domain.library;

import culturalintelligence.domain.duplicates.Copies;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that is held of one track: enough for an answer.
 *
 * @param id its number here; 0 for a row of MetaCrate's that is not migrated
 * @param path as it was first sent
 * @param sizeBytes null while a migrated track was not read
 * @param modified of the file, to the microsecond; null with sizeBytes
 * @param content null while the bytes were not read
 * @param metadata the answer's metadata part as a JSON object; null when nothing was read
 * @param decision null when nobody decided
 */
public record KnownTrack(
    long id,
    String path,
    String fileName,
    @Nullable Long sizeBytes,
    @Nullable Instant modified,
    @Nullable ContentHash content,
    @Nullable String metadata,
    @Nullable Decision decision,
    Copies copies) {

  /** Whether the file is the one that was read, as far as size and time tell. */
  public boolean isUnchanged(FileVersion file) {
    return content != null
        && metadata != null
        && decision != null
        && sizeBytes != null
        && sizeBytes == file.sizeBytes()
        && file.modified().equals(modified);
  }

  /** Whether this system ever read the file's bytes. */
  public boolean wasRead() {
    return content != null && metadata != null;
  }
}
