package culturalintelligence.analysis.files;

import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.LibraryRoot;
import culturalintelligence.domain.library.LibraryRoots;
import culturalintelligence.domain.library.Location;
import culturalintelligence.domain.library.Resolution;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configured library: from a client's path to a file that may be read.
 *
 * <p>Looking at a file on a share that went away may block for ever. So only so many requests look
 * below one root at a time; whoever finds no room for a while is told so, and the rest of the
 * service's threads stay free for the other roots and for what needs no file.
 */
@ApplicationScoped
public class LibraryFiles {
  /** Of the 200 threads that serve requests. A look takes 20 µs on a disk and 20 ms in a bucket. */
  private static final int LOOKING_AT_ONCE = 64;

  private static final long PATIENCE_MILLIS = 2_000;

  private final LibraryRoots roots;
  private final Buckets buckets;
  private final long maxFileSize;
  private final Map<LibraryRoot, Semaphore> looking;

  LibraryFiles(AnalysisSettings settings, Buckets buckets) {
    this.roots = LibraryRoots.parse(settings.libraryRoots().orElse(""));
    this.buckets = buckets;
    this.maxFileSize = settings.maxFileSize().asLongValue();
    this.looking =
        roots.roots().stream()
            .distinct()
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(), _ -> new Semaphore(LOOKING_AT_ONCE)));
  }

  public List<LibraryRoot> roots() {
    return roots.roots();
  }

  /**
   * What is wrong with the roots, each named by its place in the configuration; empty when all can
   * be read. Takes as long as their storage does.
   */
  public List<String> faults() {
    List<LibraryRoot> all = roots.roots();
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String fault = fault(all.get(i).location());
      if (fault != null) {
        faults.add("library root %d of %d: %s".formatted(i + 1, all.size(), fault));
      }
    }
    return faults;
  }

  private @Nullable String fault(Location location) {
    return switch (location) {
      case Location.Folder(String path) when !Files.isDirectory(Path.of(path)) ->
          "its folder is not there";
      case Location.Folder(String path) when !Files.isReadable(Path.of(path)) ->
          "its folder may not be read";
      case Location.Folder _ -> null;
      case Location.Bucket bucket -> buckets.fault(bucket);
    };
  }

  /** By its text alone. */
  public Resolution resolve(String path) {
    return roots.resolve(path);
  }

  /** The configured roots. */
  public LibraryRoots libraryRoots() {
    return roots;
  }

  /**
   * Walks what lies under a path.
   *
   * @param position behind which it goes on; null from the beginning
   */
  public LibraryWalk.Start walk(LibraryPath path, @Nullable String position) {
    return switch (path.root().location()) {
      case Location.Folder folder -> new FolderFiles(Path.of(folder.path())).walk(path, position);
      case Location.Bucket bucket -> buckets.files(bucket).walk(path, position);
    };
  }

  /** By what is there; a few system calls or one request, no byte of the file is read. */
  public Located locate(LibraryPath path) {
    Located located = look(path);
    if (located instanceof Located.Found found && found.version().sizeBytes() > maxFileSize) {
      return new Located.Missing(
          new Failure(
              FailureCode.FILE_TOO_LARGE, "The file is larger than " + maxFileSize + " bytes"));
    }
    return located;
  }

  private Located look(LibraryPath path) {
    Semaphore room = looking.get(path.root());
    if (room == null) {
      throw new IllegalArgumentException("a path of another library");
    }
    try {
      if (!room.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        return new Located.Missing(
            new Failure(
                FailureCode.STORAGE_UNAVAILABLE, "The library's storage does not answer in time"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Located.Missing(
          new Failure(FailureCode.STORAGE_UNAVAILABLE, "The service is stopping"));
    }
    try {
      return switch (path.root().location()) {
        case Location.Folder folder -> new FolderFiles(Path.of(folder.path())).locate(path);
        case Location.Bucket bucket -> buckets.files(bucket).locate(path);
      };
    } finally {
      room.release();
    }
  }
}
