package culturalintelligence.domain.library;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some groups of files with the same audio, in the order of their payload hashes.
 *
 * @param groups may be fewer than asked for, even none, with more to come: see {@link
 *     DuplicatePage}
 * @param next where the next page begins; null on the last
 */
public record RelatedPage(List<RelatedGroup> groups, @Nullable ContentHash next) {
  public RelatedPage {
    groups = List.copyOf(groups);
  }
}
