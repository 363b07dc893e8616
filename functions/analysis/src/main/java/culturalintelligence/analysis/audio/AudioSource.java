package culturalintelligence.analysis.audio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The bytes of one file, opened once, read by position. Not safe for use by several threads. */
public interface AudioSource extends Closeable {

  /** In bytes, as of opening. */
  long size();

  /**
   * Reads up to {@code length} bytes from {@code position}; fewer only at the end of the file.
   *
   * @return how many were read; 0 at or after the end
   */
  int read(long position, byte[] into, int offset, int length) throws IOException;

  @Override
  void close() throws IOException;

  /** Opens a regular file. */
  static AudioSource open(Path file) throws IOException {
    return FileSource.open(file);
  }

  /** Bytes already in memory. */
  static AudioSource of(byte[] bytes) {
    return new MemorySource(bytes);
  }
}
