package culturalintelligence.domain.duplicates;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of several identical files is the one to keep: one that does not lie in a folder of
 * cast-off files, then the one with the shortest path, then the oldest, then the one known longest.
 *
 * <p>The database keeps the copies of a content in this order by an index on {@code track}; {@link
 * #order} is the same rule for those that are in memory.
 */
public final class PrimaryRule {
  /** The rule, as callers are told it. */
  public static final String SENTENCE =
      "Not in a folder of cast-off files (temp, trash, recycle, duplicates and the like), then the"
          + " shortest path, then the oldest file, then the one known longest";

  private static final Set<String> CAST_OFF =
      Set.of(
          "temp",
          "tmp",
          "temporary",
          "trash",
          "trashes",
          "recycle",
          "recycled",
          "recycler",
          "recycle bin",
          "recycle.bin",
          "deleted",
          "duplicate",
          "duplicates",
          "dupes");

  private static final Pattern MARKS_BEFORE = Pattern.compile("^[$._ ]+");
  private static final Pattern NUMBER_BEHIND = Pattern.compile("[-_ ]*\\d*$");

  /** The longest of them with room for marks and a number. */
  private static final int LONGEST_NAME = 40;

  private PrimaryRule() {}

  /** One of the files to choose from; {@code id} is the order in which they became known. */
  public record Candidate(String path, @Nullable Instant modified, long id) {}

  /** Best first. */
  public static Comparator<Candidate> order() {
    return Comparator.comparing((Candidate c) -> isCastOff(c.path()))
        .thenComparingInt(c -> c.path().codePointCount(0, c.path().length()))
        .thenComparing(Candidate::modified, Comparator.nullsLast(Comparator.naturalOrder()))
        .thenComparingLong(Candidate::id);
  }

  /**
   * Whether a whole folder name of the path means that its files were thrown away or set aside:
   * {@code Temp}, {@code .Trash-1000}, {@code $RECYCLE.BIN}, {@code _Duplicates}; not {@code
   * Temptation}. A file's own name does not count.
   */
  public static boolean isCastOff(String path) {
    int from = 0;
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '\\' || path.charAt(i) == '/') {
        if (isCastOffName(path.substring(from, i))) {
          return true;
        }
        from = i + 1;
      }
    }
    return false;
  }

  /** All of the names begin with t, r or d; most folders are told apart by that. */
  private static boolean mayBeginOne(String folder) {
    for (int i = 0; i < folder.length(); i++) {
      switch (folder.charAt(i)) {
        case '$', '.', '_', ' ' -> {}
        case 't', 'T', 'r', 'R', 'd', 'D' -> {
          return true;
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  private static boolean isCastOffName(String folder) {
    if (folder.length() > LONGEST_NAME || !mayBeginOne(folder)) {
      return false;
    }
    String name = MARKS_BEFORE.matcher(folder.toLowerCase(Locale.ROOT)).replaceAll("");
    return CAST_OFF.stream().anyMatch(name::startsWith)
        && CAST_OFF.contains(NUMBER_BEHIND.matcher(name).replaceAll(""));
  }
}
