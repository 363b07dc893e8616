package culturalintelligence.localdev.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real audio files that some rows point to, as the library's Windows machine names them: {@code
 * X:\Music\…}.
 */
record AudioFolder(List<AudioOnDisk> files) {
  static final String PREFIX = "X:\\Music\\";
  private static final int MOST = 1000;

  /**
   * @param path from the library's Windows machine
   */
  record AudioOnDisk(
      String path, String artist, String title, String extension, long size, String hash) {
    AudioOnDisk tagged(AudioOnDisk other) {
      return new AudioOnDisk(path, other.artist, other.title, extension, size, hash);
    }
  }

  static AudioFolder read(@Nullable Path folder) throws IOException {
    if (folder == null) {
      return new AudioFolder(List.of());
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      Map<String, AudioOnDisk> firsts = new HashMap<>();
      List<AudioOnDisk> files = new ArrayList<>();
      for (Path file :
          walk.filter(Files::isRegularFile)
              .filter(found -> !found.getFileName().toString().startsWith("."))
              .sorted(Comparator.comparing(Path::toString))
              .limit(MOST)
              .toList()) {
        AudioOnDisk described = describe(folder, file);
        AudioOnDisk first = firsts.putIfAbsent(described.hash(), described);
        // The same bytes have the same tags, whatever the copy is called.
        files.add(first == null ? described : described.tagged(first));
      }
      return new AudioFolder(List.copyOf(files));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The file that this row points to; every seventh row has one until all have been pointed to. */
  @Nullable AudioOnDisk of(long row) {
    return row % 7 == 3 && row / 7 < files.size() ? files.get((int) (row / 7)) : null;
  }

  private static AudioOnDisk describe(Path folder, Path file) {
    StringBuilder path = new StringBuilder(PREFIX);
    for (Path part : folder.relativize(file)) {
      path.append(path.length() == PREFIX.length() ? "" : "\\").append(part);
    }
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    int dash = stem.indexOf(" - ");
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[1 << 16];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        sha.update(block, 0, n);
      }
      return new AudioOnDisk(
          path.toString(),
          dash < 0 ? "" : stem.substring(0, dash),
          dash < 0 ? stem : stem.substring(dash + 3),
          dot < 0 ? "" : name.substring(dot + 1),
          Files.size(file),
          HexFormat.of().formatHex(sha.digest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
