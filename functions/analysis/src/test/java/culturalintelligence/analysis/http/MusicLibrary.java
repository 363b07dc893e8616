package culturalintelligence.analysis.http;

import culturalintelligence.testkit.audio.AudioFixture;
import culturalintelligence.testkit.storage.BucketServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of music the service under test may read, as {@code X:\Music} and as {@code /srv/music}.
 */
public final class MusicLibrary implements QuarkusTestResourceLifecycleManager {
  private static final BucketServer BUCKET = BucketServer.start();
  private static volatile @Nullable Path folder;

  @Override
  public Map<String, String> start() {
    try {
      Path made = Files.createTempDirectory("music-library");
      folder = Files.createDirectory(made.resolve("library"));
      putInBucket("keep.txt", new byte[1]);
      return Map.of(
          "LIBRARY_ROOTS",
              "X:\\Music="
                  + folder
                  + ";/srv/music="
                  + folder
                  + ";/srv/bucket=s3://music/crate;B:\\Crate=s3://music/crate",
          "S3_ENDPOINT", BUCKET.endpoint().toString(),
          "cultural-intelligence.storage.patience", "PT1S",
          "CORS_ORIGINS", "*",
          "cultural-intelligence.request-log.interval", "PT0.1S",
          "cultural-intelligence.max-body-size", "100K");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (Files.notExists(outside())) {
      // Another class's run has put it away.
      return;
    }
    try (Stream<Path> all = Files.walk(outside())) {
      all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The storage behind {@code /srv/bucket}. */
  static BucketServer bucket() {
    return BUCKET;
  }

  /** Puts an object into the bucket and gives the path a POSIX client calls it by. */
  public static String putInBucket(String name, byte[] bytes) {
    BUCKET.put("music", "crate/" + name, bytes);
    return "/srv/bucket/" + name;
  }

  /** Where a name inside the library is on disk. */
  public static Path at(String name) {
    Path library = folder;
    if (library == null) {
      throw new IllegalStateException("the library was not started");
    }
    return library.resolve(name);
  }

  /** The folder above, which no root covers. */
  public static Path outside() {
    return at("").toAbsolutePath().getParent();
  }

  /** Puts a file there and gives the path a POSIX client calls it by. */
  public static String put(String name, AudioFixture audio) {
    return put(name, audio.bytes());
  }

  public static String put(String name, byte[] bytes) {
    try {
      Path file = at(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return "/srv/music/" + name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
