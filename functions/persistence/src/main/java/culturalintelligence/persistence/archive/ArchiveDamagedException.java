package culturalintelligence.persistence.archive;

import java.io.IOException;

/** An archive is not what was written: nothing may be dropped on its word, or restored from it. */
public final class ArchiveDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  ArchiveDamagedException(ArchivePlace place, String what) {
    super("the archive in %s is damaged: %s".formatted(place, what));
  }
}
