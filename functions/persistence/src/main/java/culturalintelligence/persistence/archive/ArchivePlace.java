package culturalintelligence.persistence.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Where one archive's files lie. */
public interface ArchivePlace {
  /**
   * A new file, seen by nobody before it is closed.
   *
   * @throws IOException also when a file of that name is there: an archive is never written over
   */
  OutputStream create(String name) throws IOException;

  /** Whether a file of that name is there, whole. */
  boolean exists(String name);

  /** Gives an unfinished archive's file another name, if it is there. */
  void setAside(String name) throws IOException;

  /** A file that was created here. */
  InputStream open(String name) throws IOException;
}
