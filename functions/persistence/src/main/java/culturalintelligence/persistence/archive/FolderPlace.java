package culturalintelligence.persistence.archive;

import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** An archive in a folder of its own. */
public final class FolderPlace implements ArchivePlace {
  private final Path folder;

  public FolderPlace(Path folder) {
    this.folder = folder;
  }

  @Override
  public OutputStream create(String name) throws IOException {
    Path whole = folder.resolve(name);
    if (Files.exists(whole)) {
      throw new FileAlreadyExistsException(whole.toString());
    }
    Files.createDirectories(folder);
    Path part = folder.resolve(name + ".part");
    FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    return new FilterOutputStream(Channels.newOutputStream(channel)) {
      private boolean closed;

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        if (closed) {
          return;
        }
        closed = true;
        // The old table is dropped on the word of this file: it must be on the disk first.
        channel.force(true);
        channel.close();
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      }
    };
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(folder.resolve(name));
  }

  @Override
  public void setAside(String name) throws IOException {
    if (exists(name)) {
      Files.move(
          folder.resolve(name),
          folder.resolve(name + ".unfinished"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public InputStream open(String name) throws IOException {
    return new BufferedInputStream(Files.newInputStream(folder.resolve(name)));
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
