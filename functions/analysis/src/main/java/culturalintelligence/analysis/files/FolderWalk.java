package culturalintelligence.analysis.files;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.FileVersion;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Walks a folder of this machine: a folder before what is in it, names in the order of their UTF-16
 * units.
 *
 * <p><b>Bounded.</b> Of each folder on the way down a window of names is held, however many it has;
 * behind its last name the folder is listed again. Ten million files in one folder cost more
 * listings, not more memory.
 *
 * <p><b>Never outside.</b> Every folder is opened from the root downwards, one handle after the
 * other, and no link is followed, as in {@link FolderFiles}: a folder that becomes a link while the
 * walk goes on is not entered.
 */
final class FolderWalk implements LibraryWalk {
  /** Some megabytes for each folder on the way down, and one listing for most folders. */
  static final int WINDOW = 50_000;

  private static final String NOT_ENCODABLE =
      "This process cannot read that name as its file system wrote it; rename the file, or run under"
          + " a UTF-8 locale";

  /** Greater than any name, and none itself: the position behind all that is in a folder. */
  private static final String BEHIND_ALL = "\uFFFF";

  private final Path realRoot;
  private final List<String> start;
  private final int size;
  private final Deque<Frame> frames = new ArrayDeque<>();

  /** One folder on the way down, with the names that come next in it. */
  private static final class Frame {
    private final List<String> names;
    private Window window;
    private int next;

    Frame(List<String> names, @Nullable String last) {
      this.names = names;
      this.window = new Window(List.of(), last, !BEHIND_ALL.equals(last));
    }
  }

  /**
   * Some names of a folder in order.
   *
   * @param last behind which the next window begins
   * @param more whether there may be a next one
   */
  private record Window(List<Listed> entries, @Nullable String last, boolean more) {}

  private record Listed(
      String name, boolean isFolder, @Nullable FileVersion version, @Nullable Failure failure) {}

  /**
   * A walk.
   *
   * @param realRoot with no link in it
   * @param start the names from the root to where the walk begins
   * @param position behind which it goes on; null from the beginning
   * @param size of a window
   */
  FolderWalk(Path realRoot, List<String> start, @Nullable String position, int size) {
    this.realRoot = realRoot;
    this.start = List.copyOf(start);
    this.size = size;
    List<String> names = position == null ? List.of() : Arrays.asList(position.split("/", -1));
    for (int i = 0; i < names.size(); i++) {
      frames.push(new Frame(names.subList(0, i), names.get(i)));
    }
    // Where the position is a folder, what is in it comes next; where it is none, nothing is.
    frames.push(new Frame(names, null));
  }

  @Override
  public @Nullable Entry next() throws IOException {
    while (!frames.isEmpty()) {
      Frame frame = frames.element();
      if (frame.next < frame.window.entries().size()) {
        Listed listed = frame.window.entries().get(frame.next++);
        if (listed.isFolder()) {
          frames.push(new Frame(below(frame.names, listed.name()), null));
        }
        return entry(frame, listed);
      }
      if (frame.window.more()) {
        Entry closed = read(frame);
        if (closed != null) {
          return closed;
        }
      } else {
        frames.pop();
      }
    }
    return null;
  }

  /** How many names are held at this moment. */
  int held() {
    return frames.stream().mapToInt(frame -> frame.window.entries().size()).sum();
  }

  private static Entry entry(Frame frame, Listed listed) {
    List<String> names = below(frame.names, listed.name());
    String position = String.join("/", names);
    Failure failure = listed.failure();
    FileVersion version = listed.version();
    if (failure != null) {
      return new Entry.Closed(position, names, failure);
    }
    if (version != null) {
      return new Entry.File(position, names, version);
    }
    return listed.isFolder() ? new Entry.Folder(position) : new Entry.Skipped(position);
  }

  private static List<String> below(List<String> names, String name) {
    List<String> below = new ArrayList<>(names.size() + 1);
    below.addAll(names);
    below.add(name);
    return below;
  }

  /** Reads the next window of a folder; gives an entry when that can't be done. */
  private @Nullable Entry read(Frame frame) throws IOException {
    try {
      frame.window = window(frame.names, frame.window.last());
      frame.next = 0;
      return null;
    } catch (FileSystemException e) {
      if (frame.names.isEmpty()) {
        throw e;
      }
      frame.window = new Window(List.of(), null, false);
      frame.next = 0;
      if (!isFolder(frame.names)) {
        // A file, or gone, or a link by now, since it was met: nothing is in it.
        return null;
      }
      return new Entry.Closed(
          String.join("/", below(frame.names, BEHIND_ALL)),
          frame.names,
          new Failure(
              FailureCode.FILE_NOT_READABLE,
              e instanceof AccessDeniedException
                  ? "The system may not list this folder"
                  : "The folder could not be listed"));
    }
  }

  private boolean isFolder(List<String> names) {
    Path at = realRoot;
    for (String name : below(start, names)) {
      at = at.resolve(name);
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> below(List<String> names, List<String> further) {
    List<String> below = new ArrayList<>(names);
    below.addAll(further);
    return below;
  }

  private Window window(List<String> names, @Nullable String after) throws IOException {
    try (DirectoryStream<Path> folder = open(below(start, names))) {
      List<Path> smallest = smallest(folder, after);
      List<Listed> entries = new ArrayList<>(smallest.size());
      for (Path entry : smallest) {
        Listed listed = look(folder, entry);
        if (listed != null) {
          entries.add(listed);
        }
      }
      return smallest.size() < size
          ? new Window(entries, null, false)
          : new Window(entries, name(smallest.getLast()), true);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private List<Path> smallest(DirectoryStream<Path> folder, @Nullable String after) {
    PriorityQueue<Path> kept = new PriorityQueue<>(BY_NAME.reversed());
    for (Path entry : folder) {
      if (after == null || name(entry).compareTo(after) > 0) {
        kept.add(entry);
        if (kept.size() > size) {
          kept.remove();
        }
      }
    }
    List<Path> names = new ArrayList<>(kept);
    names.sort(BY_NAME);
    return names;
  }

  private static String name(Path entry) {
    return String.valueOf(entry.getFileName());
  }

  /** What an entry is; null when it is gone. */
  private static @Nullable Listed look(DirectoryStream<Path> folder, Path entry)
      throws IOException {
    String name = name(entry);
    try {
      if (!entry.getFileName().equals(entry.getFileSystem().getPath(name))) {
        return closed(name, FailureCode.NAME_NOT_ENCODABLE, NOT_ENCODABLE);
      }
      BasicFileAttributes attributes = attributes(folder, entry);
      if (attributes.isDirectory()) {
        return new Listed(name, true, null, null);
      }
      return attributes.isRegularFile()
          ? new Listed(name, false, FolderFiles.version(attributes), null)
          : new Listed(name, false, null, null);
    } catch (InvalidPathException e) {
      return closed(name, FailureCode.NAME_NOT_ENCODABLE, NOT_ENCODABLE);
    } catch (NoSuchFileException e) {
      return null;
    } catch (FileSystemException e) {
      return closed(name, FailureCode.FILE_NOT_READABLE, "The system may not look at this file");
    }
  }

  private static Listed closed(String name, FailureCode code, String sentence) {
    return new Listed(name, false, null, new Failure(code, sentence));
  }

  private static BasicFileAttributes attributes(DirectoryStream<Path> folder, Path entry)
      throws IOException {
    return folder instanceof SecureDirectoryStream<Path> handle
        ? handle
            .getFileAttributeView(
                entry.getFileName(), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes()
        : Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** One handle is open at a time, however deep the folder: hence no try-with-resources. */
  @SuppressWarnings("StreamResourceLeak")
  private DirectoryStream<Path> open(List<String> names) throws IOException {
    DirectoryStream<Path> top = Files.newDirectoryStream(realRoot);
    if (!(top instanceof SecureDirectoryStream<Path> handle)) {
      top.close();
      return plain(names);
    }
    SecureDirectoryStream<Path> at = handle;
    for (String name : names) {
      try (SecureDirectoryStream<Path> above = at) {
        at = above.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS);
      }
    }
    return at;
  }

  /** A file system without such handles: a link put in a folder's place meanwhile is followed. */
  @SuppressWarnings("StreamResourceLeak")
  private DirectoryStream<Path> plain(List<String> names) throws IOException {
    Path at = realRoot;
    for (String name : names) {
      at = at.resolve(name);
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(at.toString());
      }
    }
    return Files.newDirectoryStream(at);
  }

  private static final Comparator<Path> BY_NAME = Comparator.comparing(FolderWalk::name);
}
