package culturalintelligence.domain.duplicates;

import java.util.List;

/**
 * The files that hold the same bytes.
 *
 * @param count all of them, from 1
 * @param paths the first {@link #MOST_LISTED} in the order of {@link PrimaryRule}: the first is the
 *     primary
 */
public record Copies(long count, List<String> paths) {
  /** A content may lie at a hundred thousand paths; an answer lists this many. */
  public static final int MOST_LISTED = 100;

  public Copies {
    if (count < 1 || paths.isEmpty()) {
      throw new IllegalArgumentException("a file is at least one copy of itself");
    }
    paths = List.copyOf(paths);
  }

  /** A file without another like it. */
  public static Copies unique(String path) {
    return new Copies(1, List.of(path));
  }

  public String primary() {
    return paths.getFirst();
  }

  public boolean isDuplicate() {
    return count > 1;
  }

  /** What the copies beside the primary take up, in bytes. */
  public long wastedBytes(long sizeBytes) {
    return Math.multiplyExact(count - 1, sizeBytes);
  }
}
