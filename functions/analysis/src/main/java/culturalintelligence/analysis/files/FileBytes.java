package culturalintelligence.analysis.files;

import java.io.Closeable;
import java.io.IOException;

/** The bytes of one file, opened once, read by position. */
public interface FileBytes extends Closeable {

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
}
