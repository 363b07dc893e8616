package culturalintelligence.operations;

import culturalintelligence.persistence.archive.FolderPlace;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where archives of old tables lie: one folder each, named for its table, below ARCHIVE_FOLDER. An
 * archive is never written over: a table that is retired once more gets another folder.
 */
@ApplicationScoped
class Archives {
  private static final String SETTING = "ARCHIVE_FOLDER";
  private static final int MOST = 10_000;

  private final Optional<String> configured;

  Archives(@ConfigProperty(name = SETTING) Optional<String> configured) {
    this.configured = configured;
  }

  /** One archive's place, and how the ledger names it. */
  record Named(Path folder, FolderPlace place) {
    static Named of(Path folder) {
      return new Named(folder, new FolderPlace(folder));
    }
  }

  /** The folder of all archives; null when none is set. */
  @Nullable Path root() {
    if (configured.isEmpty() || configured.get().isBlank()) {
      return null;
    }
    String folder = configured.get().strip();
    if (folder.matches("[A-Za-z][A-Za-z0-9+.-]+://.*")) {
      throw new NotReady(
          "archives are written to folders, and %s is %s".formatted(SETTING, folder),
          "set %s to a folder, and copy what is written there to the bucket".formatted(SETTING));
    }
    try {
      return Path.of(folder).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new NotReady("%s is no folder: %s".formatted(SETTING, e.getMessage()), "set it anew");
    }
  }

  /** A place nothing was written to, for a table's next archive; null when no folder is set. */
  @Nullable Named next(String schema, String table) {
    Path root = root();
    if (root == null) {
      return null;
    }
    String name = folderName(schema, table);
    for (int i = 1; i < MOST; i++) {
      Path folder = root.resolve(i == 1 ? name : name + "." + i);
      if (!Files.exists(folder)) {
        return Named.of(folder);
      }
    }
    throw new NotReady(
        "there are %d archives of this table".formatted(MOST), "move some of them elsewhere");
  }

  /**
   * The place of an archive.
   *
   * @param said a folder's name below ARCHIVE_FOLDER, or the path of one that lies there
   * @return null when no folder is set
   */
  @Nullable Named named(String said) {
    Path root = root();
    if (root == null) {
      return null;
    }
    Path folder;
    try {
      folder = root.resolve(said).normalize();
    } catch (InvalidPathException e) {
      throw new NotReady("%s is no folder's name".formatted(said), "cratectl restore --help");
    }
    if (folder.equals(root) || !folder.startsWith(root)) {
      Path below = root.resolve(String.valueOf(folder.getFileName()));
      if (!Files.isDirectory(below)) {
        throw new NotReady(
            "%s does not lie below %s, which is %s".formatted(said, SETTING, root),
            "copy the archive there, or set " + SETTING);
      }
      // The folder of archives was moved since.
      folder = below;
    }
    return Named.of(folder);
  }

  /** A name for any table, that nothing in it can lead elsewhere. */
  static String folderName(String schema, String table) {
    return encoded(schema) + "." + encoded(table);
  }

  private static String encoded(String name) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-')) {
        encoded.append(c);
      } else {
        encoded.append("%%%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }
}
