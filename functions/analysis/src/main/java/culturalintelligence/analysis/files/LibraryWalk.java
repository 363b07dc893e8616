package culturalintelligence.analysis.files;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.library.FileVersion;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that lies under one place of the library, in one order that stays the same from run to run,
 * so that a walk can go on behind any entry. No file is opened, and no link is followed.
 */
public interface LibraryWalk extends AutoCloseable {

  /**
   * The next entry, or null at the end.
   *
   * @throws IOException when the place itself can't be listed any more; its message says why
   */
  @Nullable Entry next() throws IOException;

  @Override
  default void close() {}

  /** What comes of wanting to walk. */
  sealed interface Start {
    /**
     * It can begin.
     *
     * @param below the names from the library root to where it begins, as they are there
     */
    record Ready(LibraryWalk walk, List<String> below) implements Start {
      public Ready {
        below = List.copyOf(below);
      }
    }

    /**
     * Nothing that may be walked.
     *
     * @param sentence why
     */
    record Refused(String sentence) implements Start {}
  }

  /** Something that was met. */
  sealed interface Entry {
    /**
     * Behind which entry a walk goes on to come next to what follows this one. What is written here
     * only a walk of the same kind understands.
     */
    String position();

    /** A folder, entered now. */
    record Folder(String position) implements Entry {}

    /**
     * A regular file, as it was met.
     *
     * @param names below the place where the walk began
     */
    record File(String position, List<String> names, FileVersion version) implements Entry {
      public File {
        names = List.copyOf(names);
      }
    }

    /** A link, a device, a pipe: not followed. */
    record Skipped(String position) implements Entry {}

    /** A file or folder that is there and can't be looked at. */
    record Closed(String position, List<String> names, Failure failure) implements Entry {
      public Closed {
        names = List.copyOf(names);
      }
    }
  }
}
