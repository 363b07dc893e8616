package culturalintelligence.domain.library;

import culturalintelligence.domain.duplicates.Copies;

/**
 * The identical files of one content.
 *
 * @param sizeBytes of one of them
 */
public record DuplicateGroup(ContentHash content, long sizeBytes, Copies copies) {
  /** What all but the primary take up. */
  public long wastedBytes() {
    return copies.wastedBytes(sizeBytes);
  }
}
