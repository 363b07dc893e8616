package culturalintelligence.domain.library;

import culturalintelligence.domain.duplicates.Copies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of different bytes that hold the same audio: one recording, tagged differently.
 *
 * @param payload the hash over the audio without its tags that they share
 * @param count of different contents, from 1
 * @param files the first {@link Copies#MOST_LISTED} contents in the order of the primary rule: the
 *     first one's primary is the group's
 * @param wastedBytes what all contents but the first one's take up, each of them once: what is
 *     redundant beside the identical copies, which {@link DuplicateGroup} counts
 */
public record RelatedGroup(ContentHash payload, long count, List<Content> files, long wastedBytes) {
  public RelatedGroup {
    files = List.copyOf(files);
  }

  /**
   * One content of the group.
   *
   * @param sizeBytes of one of its copies
   * @param copies how many files hold just these bytes
   * @param primary the best of them
   */
  public record Content(
      ContentHash content,
      long sizeBytes,
      @Nullable String codec,
      @Nullable Long bitrate,
      long copies,
      String primary) {}
}
