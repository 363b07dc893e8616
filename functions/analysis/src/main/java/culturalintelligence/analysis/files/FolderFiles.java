package culturalintelligence.analysis.files;

import culturalintelligence.analysis.audio.AudioSource;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.PathKey;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Library files in a folder of this machine.
 *
 * <p><b>Never outside the root.</b> {@link #locate} resolves every link once and looks whether the
 * result is still below the root. Between that look and the opening somebody could put a link where
 * a folder was; so {@link #open} does not trust the path again, it walks from the root downwards,
 * one directory handle after the other ({@code openat}), and follows no link at all: the resolved
 * path has none. What it opens is then what was judged, or nothing. A file system without such
 * handles gets the plain opening, which refuses a link in the last name only.
 *
 * <p>A pipe put in a file's place in that same moment would block the opening. Openings run under
 * the deadline of the readers, so this costs one of them for a time, not the service.
 */
final class FolderFiles {
  /** A folder larger than this is not searched for a name in another case. */
  private static final int LARGEST_FOLDER = 50_000;

  private final Path root;

  FolderFiles(Path root) {
    this.root = root;
  }

  Located locate(LibraryPath path) {
    try {
      Path realRoot = root.toRealPath();
      Path real = real(realRoot, path);
      if (real == null) {
        return missing(FailureCode.FILE_NOT_FOUND, "File not found or file_path not provided");
      }
      if (!real.startsWith(realRoot)) {
        return missing(
            FailureCode.LINK_OUTSIDE_LIBRARY, "The path leads out of the music library by a link");
      }
      return judge(realRoot, real, attributes(real));
    } catch (InvalidPathException e) {
      return missing(
          FailureCode.NAME_NOT_ENCODABLE,
          "This process cannot hand that name to its operating system; run it under a UTF-8 locale");
    } catch (NoSuchFileException | NotDirectoryException e) {
      return missing(FailureCode.FILE_NOT_FOUND, "File not found or file_path not provided");
    } catch (AccessDeniedException e) {
      return missing(FailureCode.FILE_NOT_READABLE, "The system may not read this file");
    } catch (FileSystemLoopException e) {
      return missing(FailureCode.FILE_NOT_READABLE, "The path is a circle of links");
    } catch (FileSystemException e) {
      return missing(reason(e), sentence(reason(e)));
    } catch (IOException e) {
      return missing(FailureCode.FILE_NOT_READABLE, "The file could not be looked at");
    }
  }

  /**
   * Walks a folder of the library.
   *
   * @param position behind which it goes on; null from the beginning
   */
  LibraryWalk.Start walk(LibraryPath path, @Nullable String position) {
    try {
      Path realRoot = root.toRealPath();
      Path real = real(realRoot, path);
      if (real == null) {
        return new LibraryWalk.Start.Refused("There is no such folder");
      }
      if (!real.startsWith(realRoot)) {
        return new LibraryWalk.Start.Refused("The folder leads out of the music library by a link");
      }
      if (!attributes(real).isDirectory()) {
        return new LibraryWalk.Start.Refused("The path is no folder");
      }
      List<String> below = new ArrayList<>();
      if (!real.equals(realRoot)) {
        realRoot.relativize(real).forEach(name -> below.add(name.toString()));
      }
      return new LibraryWalk.Start.Ready(
          new FolderWalk(realRoot, below, position, FolderWalk.WINDOW), below);
    } catch (InvalidPathException e) {
      return new LibraryWalk.Start.Refused(
          "This process cannot hand that name to its operating system; run it under a UTF-8 locale");
    } catch (NoSuchFileException | NotDirectoryException e) {
      return new LibraryWalk.Start.Refused("There is no such folder");
    } catch (IOException e) {
      return new LibraryWalk.Start.Refused("The folder could not be looked at");
    }
  }

  private static Located judge(Path realRoot, Path real, BasicFileAttributes attributes) {
    if (attributes.isDirectory()) {
      return missing(FailureCode.IS_A_DIRECTORY, "The path is a folder, not a file");
    }
    if (!attributes.isRegularFile()) {
      return missing(
          FailureCode.NOT_A_REGULAR_FILE, "The path is a device, a pipe or a socket, not a file");
    }
    return new Located.Found(
        version(attributes),
        new Located.Opening() {
          @Override
          public AudioSource open() throws IOException {
            return FolderFiles.open(realRoot, real);
          }

          @Override
          public FileVersion version() throws IOException {
            return FolderFiles.version(attributes(real));
          }
        });
  }

  private static BasicFileAttributes attributes(Path real) throws IOException {
    return Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  static FileVersion version(BasicFileAttributes attributes) {
    return new FileVersion(attributes.size(), attributes.lastModifiedTime().toInstant());
  }

  private static Located missing(FailureCode code, String sentence) {
    return new Located.Missing(new Failure(code, sentence));
  }

  /** The kernel's own words are all that tells these apart. */
  private static FailureCode reason(FileSystemException e) {
    String reason = String.valueOf(e.getReason());
    if (reason.contains("name too long")) {
      return FailureCode.PATH_TOO_LONG;
    }
    if (reason.contains("Not a directory")) {
      return FailureCode.FILE_NOT_FOUND;
    }
    return FailureCode.FILE_NOT_READABLE;
  }

  private static String sentence(FailureCode code) {
    return switch (code) {
      case PATH_TOO_LONG -> "A name in the path is longer than the file system allows";
      case FILE_NOT_FOUND -> "File not found or file_path not provided";
      default -> "The file could not be looked at";
    };
  }

  private static @Nullable Path real(Path realRoot, LibraryPath path) throws IOException {
    Path at = realRoot;
    for (String name : path.names()) {
      at = at.resolve(name);
    }
    try {
      return at.toRealPath();
    } catch (NoSuchFileException e) {
      if (!PathKey.isWindows(path.key().path())) {
        throw e;
      }
      Path other = otherCase(realRoot, path.names());
      return other == null ? null : other.toRealPath();
    }
  }

  /**
   * Where Windows would find it: name by name, whatever the case. A share that a Mac wrote to holds
   * decomposed letters, so these count as the same here too.
   */
  private static @Nullable Path otherCase(Path realRoot, List<String> names) throws IOException {
    Path at = realRoot;
    for (String name : names) {
      Path exact = at.resolve(name);
      if (!Files.exists(exact, LinkOption.NOFOLLOW_LINKS)) {
        exact = sameName(at, name);
      }
      if (exact == null) {
        return null;
      }
      at = exact;
      // A folder reached by a link may be outside: nothing there is listed.
      if (!at.toRealPath().startsWith(realRoot)) {
        return at;
      }
    }
    return at;
  }

  private static @Nullable Path sameName(Path folder, String name) throws IOException {
    String wanted = fold(name);
    int seen = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (++seen > LARGEST_FOLDER) {
          return null;
        }
        if (fold(entry.getFileName().toString()).equals(wanted)) {
          return entry;
        }
      }
    }
    return null;
  }

  private static String fold(String name) {
    return PathKey.fold(Normalizer.normalize(name, Normalizer.Form.NFC));
  }

  /** One handle is open at a time, however deep the path: hence no try-with-resources. */
  @SuppressWarnings("StreamResourceLeak")
  private static AudioSource open(Path realRoot, Path real) throws IOException {
    List<Path> names = new ArrayList<>();
    realRoot.relativize(real).forEach(names::add);
    Path last = names.removeLast();
    DirectoryStream<Path> top = Files.newDirectoryStream(realRoot);
    if (!(top instanceof SecureDirectoryStream<Path> handle)) {
      top.close();
      return new ChannelSource(
          FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }
    SecureDirectoryStream<Path> at = handle;
    try {
      for (Path name : names) {
        SecureDirectoryStream<Path> below = at.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        at.close();
        at = below;
      }
      BasicFileAttributes attributes =
          at.getFileAttributeView(last, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
      if (!attributes.isRegularFile()) {
        throw new FileSystemException(real.toString(), null, "no longer a regular file");
      }
      return new ChannelSource(
          at.newByteChannel(last, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    } finally {
      at.close();
    }
  }

  private static final class ChannelSource implements AudioSource {
    private final SeekableByteChannel channel;
    private final long size;

    ChannelSource(SeekableByteChannel channel) throws IOException {
      this.channel = channel;
      this.size = channel.size();
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("reading was given up");
      }
      int done = 0;
      while (done < length) {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset + done, length - done);
        int n;
        if (channel instanceof FileChannel file) {
          n = file.read(buffer, position + done);
        } else {
          n = channel.position(position + done).read(buffer);
        }
        if (n <= 0) {
          break;
        }
        done += n;
      }
      return done;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
