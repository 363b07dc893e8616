package culturalintelligence.analysis.jobs;

import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.LibraryRoot;
import culturalintelligence.domain.library.LibraryRoots;
import culturalintelligence.domain.library.Location;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.library.Resolution;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A folder as an operator gives it, in the library's terms. It may be written as MetaCrate writes
 * it, or as the place where a library root's bytes are; the paths under it are told as MetaCrate
 * writes them either way.
 */
final class ScanRoot {
  private ScanRoot() {}

  /** What the text comes to. */
  sealed interface Found {
    record Inside(LibraryPath path) implements Found {}

    record Refused(String sentence) implements Found {}
  }

  static Found of(LibraryRoots roots, String text) {
    return switch (roots.resolve(text)) {
      case Resolution.Inside inside -> new Found.Inside(inside.path());
      case Resolution.Refused refused -> new Found.Refused(refused.failure().sentence());
      case Resolution.Outside _ -> byLocation(roots, text);
    };
  }

  private static Found byLocation(LibraryRoots roots, String text) {
    Optional<LibraryRoot> root =
        roots.roots().stream()
            .filter(candidate -> covers(location(candidate), text))
            // The nearest; of several names for one place the one MetaCrate uses, on Windows.
            .max(
                Comparator.comparingInt((LibraryRoot r) -> location(r).length())
                    .thenComparing(r -> PathKey.isWindows(r.prefix())));
    if (root.isEmpty()) {
      return new Found.Refused(outside(roots));
    }
    String below = text.substring(location(root.get()).length());
    List<String> names =
        Arrays.stream(below.split("/", -1)).filter(name -> !name.isEmpty()).toList();
    return roots.resolve(spelled(root.get(), names)) instanceof Resolution.Inside inside
            && inside.path().root().equals(root.get())
        ? new Found.Inside(inside.path())
        : new Found.Refused(outside(roots));
  }

  private static String outside(LibraryRoots roots) {
    String known =
        roots.roots().isEmpty()
            ? "none is configured"
            : roots.roots().stream()
                .map(root -> root.prefix() + " = " + location(root))
                .collect(Collectors.joining(", "));
    return "The folder is under no library root ("
        + known
        + "); name one in LIBRARY_ROOTS, such as /music=/music, and start again";
  }

  private static String location(LibraryRoot root) {
    String location =
        switch (root.location()) {
          case Location.Folder folder -> folder.path();
          case Location.Bucket bucket ->
              "s3://" + bucket.name() + (bucket.prefix().isEmpty() ? "" : "/" + bucket.prefix());
        };
    return location.length() > 1 && location.endsWith("/")
        ? location.substring(0, location.length() - 1)
        : location;
  }

  private static boolean covers(String location, String text) {
    return text.equals(location)
        || (location.equals("/") && text.startsWith("/"))
        || text.startsWith(location + "/");
  }

  /** The path of something under a root, as MetaCrate writes it. */
  static String spelled(LibraryRoot root, List<String> names) {
    String separator = PathKey.isWindows(root.prefix()) ? "\\" : "/";
    String prefix =
        root.prefix().endsWith(separator)
            ? root.prefix().substring(0, root.prefix().length() - 1)
            : root.prefix();
    return names.isEmpty() ? root.prefix() : prefix + separator + String.join(separator, names);
  }
}
