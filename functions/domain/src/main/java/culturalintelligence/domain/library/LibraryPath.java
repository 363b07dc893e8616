package culturalintelligence.domain.library;

import java.util.List;

/**
 * A client's path that lies, as far as its text goes, under a library root. What the file system
 * makes of it (a link that leads out, a pipe) shows only when it is opened.
 *
 * @param key the path as sent
 * @param names the names below the root, outermost first; none of them empty, {@code .} or {@code
 *     ..}
 */
public record LibraryPath(PathKey key, LibraryRoot root, List<String> names) {
  public LibraryPath {
    names = List.copyOf(names);
  }

  /** The object's key, for a root whose bytes are in a bucket. */
  public String objectKey(Location.Bucket bucket) {
    String below = String.join("/", names);
    return bucket.prefix().isEmpty() ? below : bucket.prefix() + "/" + below;
  }
}
