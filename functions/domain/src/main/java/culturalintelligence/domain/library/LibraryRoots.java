package culturalintelligence.domain.library;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folders clients may ask about. Matching is by whole names, the longest prefix first; case
 * matters on POSIX prefixes and not on Windows ones. Pure text: no file system is touched here, so
 * a path that is refused discloses nothing.
 */
public final class LibraryRoots {
  /** Windows' own limit with long paths on, in UTF-16 units; Linux allows 4,096 bytes. */
  private static final int LONGEST_PATH = 32_767;

  /** In UTF-16 units on NTFS. Linux's 255 bytes are its own to enforce: a share may allow more. */
  private static final int LONGEST_NAME = 255;

  private final List<LibraryRoot> configured;
  private final List<Root> roots;

  private record Root(LibraryRoot root, boolean windows, List<String> names) {
    boolean covers(List<String> path, boolean windowsPath) {
      if (windows != windowsPath || path.size() < names.size()) {
        return false;
      }
      for (int i = 0; i < names.size(); i++) {
        String mine = names.get(i);
        String theirs = path.get(i);
        boolean same =
            windows ? PathKey.fold(mine).equals(PathKey.fold(theirs)) : mine.equals(theirs);
        if (!same) {
          return false;
        }
      }
      return true;
    }
  }

  public LibraryRoots(List<LibraryRoot> roots) {
    this.configured = List.copyOf(roots);
    this.roots =
        roots.stream()
            .map(
                root -> {
                  boolean windows = PathKey.isWindows(root.prefix());
                  return new Root(root, windows, names(root.prefix(), windows));
                })
            .sorted(Comparator.comparingInt((Root root) -> root.names().size()).reversed())
            .toList();
  }

  /**
   * Reads {@code prefix=location;prefix=location}, such as {@code
   * X:\Music=/mnt/music;/srv/music=s3://bucket/prefix}.
   *
   * @throws IllegalArgumentException saying which part is wrong
   */
  public static LibraryRoots parse(String configured) {
    List<LibraryRoot> roots = new ArrayList<>();
    for (String entry : configured.split(";", -1)) {
      if (!entry.isBlank()) {
        roots.add(parseOne(entry.strip()));
      }
    }
    return new LibraryRoots(roots);
  }

  private static LibraryRoot parseOne(String entry) {
    int cut = -1;
    // A prefix may hold a '='; what follows the right one begins like a location.
    for (int i = entry.indexOf('='); i >= 0 && cut < 0; i = entry.indexOf('=', i + 1)) {
      String rest = entry.substring(i + 1);
      if (rest.startsWith("/") || rest.startsWith("s3://") || rest.matches("[A-Za-z]:[\\\\/].*")) {
        cut = i;
      }
    }
    if (cut < 1) {
      throw new IllegalArgumentException(
          "a library root is written prefix=location, with an absolute folder or an s3:// address"
              + " for the location; this is not: "
              + entry);
    }
    String prefix = withoutTrailing(entry.substring(0, cut));
    if (PathKey.isWindows(prefix) && prefix.startsWith("\\\\")) {
      throw new IllegalArgumentException("a library root's prefix has a drive letter: " + entry);
    }
    String location = entry.substring(cut + 1);
    if (!location.startsWith("s3://")) {
      return new LibraryRoot(prefix, new Location.Folder(location));
    }
    String[] bucket = location.substring("s3://".length()).split("/", 2);
    if (bucket[0].isEmpty()) {
      throw new IllegalArgumentException("no bucket in " + entry);
    }
    String below = bucket.length == 1 ? "" : bucket[1].replaceAll("^/+|/+$", "");
    return new LibraryRoot(prefix, new Location.Bucket(bucket[0], below));
  }

  private static String withoutTrailing(String prefix) {
    int end = prefix.length();
    while (end > 1 && PathKey.isSeparator(prefix.charAt(end - 1))) {
      end--;
    }
    return prefix.substring(0, end);
  }

  /** As they were configured, in that order. */
  public List<LibraryRoot> roots() {
    return configured;
  }

  /** What a client's path comes to; never throws, whatever the text. */
  public Resolution resolve(String path) {
    Failure failure = refusal(path);
    if (failure != null) {
      return new Resolution.Refused(failure);
    }
    boolean windows = PathKey.isWindows(path);
    List<String> names = names(path, windows);
    failure = refusal(names, windows);
    if (failure != null) {
      return new Resolution.Refused(failure);
    }
    PathKey key = PathKey.of(path);
    Optional<Root> root = roots.stream().filter(r -> r.covers(names, windows)).findFirst();
    if (root.isEmpty()) {
      return new Resolution.Outside(
          key, new Failure(FailureCode.OUTSIDE_LIBRARY, "The path is outside the music library"));
    }
    return new Resolution.Inside(
        new LibraryPath(
            key, root.get().root(), names.subList(root.get().names().size(), names.size())));
  }

  private static @Nullable Failure refusal(String path) {
    if (path.indexOf('\0') >= 0) {
      return new Failure(FailureCode.MALFORMED_PATH, "The path holds a NUL character");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
      return new Failure(FailureCode.MALFORMED_PATH, "The path holds half a surrogate pair");
    }
    if (path.length() > LONGEST_PATH) {
      return new Failure(
          FailureCode.PATH_TOO_LONG, "The path is longer than " + LONGEST_PATH + " characters");
    }
    if (path.length() >= 4
        && PathKey.isSeparator(path.charAt(0))
        && PathKey.isSeparator(path.charAt(1))
        && (path.charAt(2) == '?' || path.charAt(2) == '.')
        && PathKey.isSeparator(path.charAt(3))) {
      return new Failure(
          FailureCode.DEVICE_PATH, "Paths of the device namespace (\\\\?\\, \\\\.\\) are refused");
    }
    if (path.startsWith("\\\\")) {
      return new Failure(FailureCode.NETWORK_PATH, "Network paths (\\\\server\\share) are refused");
    }
    return null;
  }

  private static @Nullable Failure refusal(List<String> names, boolean windows) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.equals("..")) {
        return new Failure(FailureCode.PATH_TRAVERSAL, "The path holds a '..'");
      }
      if (name.length() > LONGEST_NAME) {
        return new Failure(
            FailureCode.PATH_TOO_LONG,
            "A name in the path is longer than " + LONGEST_NAME + " characters");
      }
      boolean drive = i == 0 && name.length() == 2;
      if (windows && !drive && name.indexOf(':') >= 0) {
        // An alternate data stream, or a second drive.
        return new Failure(
            FailureCode.MALFORMED_PATH, "The path holds a ':' where Windows allows none");
      }
    }
    return null;
  }

  /** Absolute POSIX paths begin with an empty name, so that {@code srv} is not under {@code /}. */
  private static List<String> names(String path, boolean windows) {
    List<String> names = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= path.length(); i++) {
      boolean end =
          i == path.length() || path.charAt(i) == '/' || (windows && path.charAt(i) == '\\');
      if (end) {
        String name = path.substring(from, i);
        boolean absolute = i == 0 && !windows;
        if (absolute || !(name.isEmpty() || name.equals("."))) {
          names.add(name);
        }
        from = i + 1;
      }
    }
    return names;
  }
}
