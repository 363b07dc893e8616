package culturalintelligence.domain.library;

import culturalintelligence.domain.duplicates.Copies;
import org.jspecify.annotations.Nullable;

/**
 * The identical files of one content.
 *
 * @param sizeBytes of one of them; null while none of them was read: the migration brought their
 *     hash, and no size
 */
public record DuplicateGroup(ContentHash content, @Nullable Long sizeBytes, Copies copies) {
  /** What all but the primary take up; null when nobody knows. */
  public @Nullable Long wastedBytes() {
    return sizeBytes == null ? null : copies.wastedBytes(sizeBytes);
  }
}
