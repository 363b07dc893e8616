package culturalintelligence.analysis.files;

import culturalintelligence.analysis.audio.AudioSource;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.library.FileVersion;
import java.io.IOException;

/** What is at a library path. */
public sealed interface Located {

  /** A regular file inside its root, not opened yet. */
  record Found(FileVersion version, Opening opening) implements Located {}

  /** Nothing that may be read. */
  record Missing(Failure failure) implements Located {}

  /** Opens the file found, and tells which state of it is open now. */
  interface Opening {
    AudioSource open() throws IOException;

    FileVersion version() throws IOException;
  }
}
