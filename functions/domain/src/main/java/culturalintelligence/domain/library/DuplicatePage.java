package culturalintelligence.domain.library;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some groups of identical files.
 *
 * @param groups may be fewer than asked for, even none, with more to come: a page reads a bounded
 *     part of the library, however rare duplicates are in it
 * @param next where the next page begins; null on the last
 */
public record DuplicatePage(List<DuplicateGroup> groups, @Nullable ContentHash next) {
  public DuplicatePage {
    groups = List.copyOf(groups);
  }
}
