package culturalintelligence.analysis.files;

import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.LibraryRoots;
import culturalintelligence.domain.library.Location;
import culturalintelligence.domain.library.Resolution;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The configured library: from a client's path to a file that may be read. */
@ApplicationScoped
public class LibraryFiles {
  private final LibraryRoots roots;
  private final long maxFileSize;

  LibraryFiles(AnalysisSettings settings) {
    this.roots = LibraryRoots.parse(settings.libraryRoots().orElse(""));
    this.maxFileSize = settings.maxFileSize().asLongValue();
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
      case Location.Bucket _ -> new LibraryWalk.Start.Refused("This build walks no buckets");
    };
  }

  /** By what is there; a few system calls, no byte of the file is read. */
  public Located locate(LibraryPath path) {
    Located located =
        switch (path.root().location()) {
          case Location.Folder folder -> new FolderFiles(Path.of(folder.path())).locate(path);
          case Location.Bucket _ ->
              new Located.Missing(
                  new Failure(FailureCode.FILE_NOT_READABLE, "This build reads no buckets"));
        };
    if (located instanceof Located.Found found && found.version().sizeBytes() > maxFileSize) {
      return new Located.Missing(
          new Failure(
              FailureCode.FILE_TOO_LARGE, "The file is larger than " + maxFileSize + " bytes"));
    }
    return located;
  }
}
