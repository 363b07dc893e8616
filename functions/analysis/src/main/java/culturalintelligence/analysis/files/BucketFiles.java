package culturalintelligence.analysis.files;

import culturalintelligence.analysis.audio.AudioSource;
import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.FileVersion;
import culturalintelligence.domain.library.LibraryPath;
import culturalintelligence.domain.library.Location;
import culturalintelligence.domain.library.PathKey;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Library files that are objects of a bucket.
 *
 * <p>Finding one costs one HEAD. Only when there is none more is asked, in order to say why: a
 * listing of one name tells a folder, and a bucket that is not there. A Windows client's path that
 * fits no object is looked for in another case, folder by folder, as on a disk.
 *
 * <p>An object's time has whole seconds, and one that is replaced within a second by another of the
 * same size would look unchanged. So the entity tag is mixed into the time below the second: see
 * {@link #version}.
 */
final class BucketFiles {
  /** In UTF-8 bytes; S3's own limit. */
  private static final int LONGEST_KEY = 1024;

  /** Pages of a thousand names in which a name in another case is looked for, in all. */
  private static final int MOST_PAGES = 50;

  private static final Failure NOT_FOUND =
      new Failure(FailureCode.FILE_NOT_FOUND, "File not found or file_path not provided");

  private final S3Client client;
  private final Location.Bucket bucket;
  private final int attempts;

  BucketFiles(S3Client client, Location.Bucket bucket, int attempts) {
    this.client = client;
    this.bucket = bucket;
    this.attempts = attempts;
  }

  Located locate(LibraryPath path) {
    String key = path.objectKey(bucket);
    if (path.names().isEmpty()) {
      return new Located.Missing(
          new Failure(FailureCode.IS_A_DIRECTORY, "The path is a folder, not a file"));
    }
    if (key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
      return new Located.Missing(
          new Failure(
              FailureCode.PATH_TOO_LONG,
              "The path is longer than the " + LONGEST_KEY + " bytes a bucket's key may have"));
    }
    try {
      return found(key, head(key));
    } catch (SdkException e) {
      Failure failure = failure(e);
      return failure.code() == FailureCode.FILE_NOT_FOUND ? missing(path, key) : failed(failure);
    } catch (FileFailure e) {
      return failed(e.failure());
    }
  }

  /** Why no object has this key; or the object, under a name Windows does not tell from it. */
  private Located missing(LibraryPath path, String key) {
    try {
      ListObjectsV2Response below =
          client.listObjectsV2(r -> r.bucket(bucket.name()).prefix(key + "/").maxKeys(1));
      if (!below.contents().isEmpty()) {
        return new Located.Missing(
            new Failure(FailureCode.IS_A_DIRECTORY, "The path is a folder, not a file"));
      }
      String other = PathKey.isWindows(path.key().path()) ? otherCase(path.names(), false) : null;
      return other == null ? failed(NOT_FOUND) : found(other, head(other));
    } catch (SdkException e) {
      Failure failure = failure(e);
      // Who may read but not list learns no more.
      return failed(failure.code() == FailureCode.STORAGE_DENIED ? NOT_FOUND : failure);
    } catch (FileFailure e) {
      return failed(e.failure());
    }
  }

  private static Located failed(Failure failure) {
    return new Located.Missing(failure);
  }

  /**
   * Walks what lies under a path.
   *
   * @param position behind which it goes on; null from the beginning
   */
  LibraryWalk.Start walk(LibraryPath path, @Nullable String position) {
    try {
      String root = bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/";
      String prefix = path.names().isEmpty() ? root : path.objectKey(bucket) + "/";
      if (prefix.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
        return new LibraryWalk.Start.Refused("There is no such folder");
      }
      // Of a root an empty listing will do; it must be there to be listed.
      if (!isFolder(prefix) && !path.names().isEmpty()) {
        String other = PathKey.isWindows(path.key().path()) ? otherCase(path.names(), true) : null;
        if (other == null) {
          return new LibraryWalk.Start.Refused(
              locate(path) instanceof Located.Found
                  ? "The path is no folder"
                  : "There is no such folder");
        }
        prefix = other;
      }
      String below = prefix.substring(root.length());
      return new LibraryWalk.Start.Ready(
          new BucketWalk(client, bucket, prefix, position),
          below.isEmpty() ? List.of() : List.of(below.split("/", -1)).subList(0, parts(below)));
    } catch (SdkException e) {
      Failure failure = failure(e);
      if (failure.code() == FailureCode.STORAGE_UNAVAILABLE) {
        // No answer about the folder: whoever asked is to ask again.
        throw e;
      }
      return new LibraryWalk.Start.Refused(listing(failure).sentence());
    }
  }

  private boolean isFolder(String prefix) {
    return !client
        .listObjectsV2(r -> r.bucket(bucket.name()).prefix(prefix).maxKeys(1))
        .contents()
        .isEmpty();
  }

  private static int parts(String below) {
    return (int) below.chars().filter(c -> c == '/').count();
  }

  /** What a failed listing says; reading a file and listing need different rights. */
  static Failure listing(Failure failure) {
    return failure.code() == FailureCode.STORAGE_DENIED
        ? new Failure(
            FailureCode.STORAGE_DENIED,
            "The storage refuses to list the folder; the service needs s3:ListBucket")
        : failure;
  }

  /** The key of what Windows takes for these names; a folder's ends in a slash. */
  private @Nullable String otherCase(List<String> names, boolean folder) {
    String at = bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/";
    int pages = 0;
    for (int i = 0; i < names.size(); i++) {
      String prefix = at;
      String wanted = fold(names.get(i));
      boolean last = i == names.size() - 1 && !folder;
      String next = null;
      String token = null;
      do {
        if (++pages > MOST_PAGES) {
          return null;
        }
        String from = token;
        ListObjectsV2Response page =
            client.listObjectsV2(
                r -> r.bucket(bucket.name()).prefix(prefix).delimiter("/").continuationToken(from));
        Stream<String> keys =
            last
                ? page.contents().stream().map(S3Object::key)
                : page.commonPrefixes().stream().map(CommonPrefix::prefix);
        next = keys.filter(key -> fold(name(key, prefix)).equals(wanted)).findFirst().orElse(null);
        token = page.nextContinuationToken();
      } while (next == null && token != null);
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at;
  }

  private static String name(String key, String prefix) {
    String name = key.substring(prefix.length());
    return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
  }

  private static String fold(String name) {
    return PathKey.fold(Normalizer.normalize(name, Normalizer.Form.NFC));
  }

  private HeadObjectResponse head(String key) {
    return client.headObject(r -> r.bucket(bucket.name()).key(key));
  }

  private Located found(String key, HeadObjectResponse head) throws FileFailure {
    return new Located.Found(version(head), new ObjectOpening(key, head));
  }

  /**
   * Size and time of an object. The microseconds, which its time has not, are a digest of its
   * entity tag: two states of one key in one second differ in it but for one time in a million.
   */
  static FileVersion version(HeadObjectResponse head) throws FileFailure {
    return version(head.contentLength(), head.lastModified(), head.eTag());
  }

  /** As a listing and a HEAD say alike. */
  static FileVersion version(@Nullable Long size, @Nullable Instant modified, @Nullable String tag)
      throws FileFailure {
    if (size == null || size < 0 || modified == null) {
      throw new FileFailure(
          FailureCode.STORAGE_UNAVAILABLE, "The storage does not say how large or old the file is");
    }
    if (tag == null) {
      return new FileVersion(size, modified.truncatedTo(ChronoUnit.SECONDS));
    }
    CRC32C digest = new CRC32C();
    digest.update(tag.getBytes(StandardCharsets.UTF_8));
    return new FileVersion(
        size,
        modified
            .truncatedTo(ChronoUnit.SECONDS)
            .plus(digest.getValue() % 1_000_000, ChronoUnit.MICROS));
  }

  /** What a call's failure is, for whom. */
  static Failure failure(SdkException e) {
    if (!(e instanceof S3Exception s3)) {
      // No answer, too late an answer, or no credentials to ask with.
      return String.valueOf(e.getMessage()).contains("credentials")
          ? new Failure(
              FailureCode.STORAGE_DENIED,
              "The service has no credentials for the library's storage")
          : new Failure(
              FailureCode.STORAGE_UNAVAILABLE, "The library's storage does not answer in time");
    }
    String code = s3.awsErrorDetails() == null ? null : s3.awsErrorDetails().errorCode();
    if ("NoSuchBucket".equals(code)) {
      return new Failure(FailureCode.BUCKET_NOT_FOUND, "The library root's bucket does not exist");
    }
    if ("InvalidObjectState".equals(code)) {
      return new Failure(
          FailureCode.FILE_ARCHIVED, "The file lies in an archive and must be restored first");
    }
    return switch (s3.statusCode()) {
      case 404 -> NOT_FOUND;
      case 401, 403 ->
          new Failure(
              FailureCode.STORAGE_DENIED,
              "The storage refuses to show the file; the service needs s3:GetObject, and"
                  + " s3:ListBucket to be told that a file is not there");
      case 412, 416 ->
          new Failure(FailureCode.FILE_CHANGING, "The file was replaced while it was read");
      default ->
          s3.statusCode() == 429 || s3.statusCode() >= 500
              ? new Failure(FailureCode.STORAGE_UNAVAILABLE, "The library's storage fails just now")
              : new Failure(
                  FailureCode.STORAGE_DENIED,
                  "The storage takes no such request (" + s3.statusCode() + " " + code + ")");
    };
  }

  /** One object in one state. Only when that state proves gone it is asked for anew. */
  private final class ObjectOpening implements Located.Opening {
    private final String key;
    private @Nullable HeadObjectResponse head;

    ObjectOpening(String key, HeadObjectResponse head) {
      this.key = key;
      this.head = head;
    }

    @Override
    public synchronized AudioSource open() throws FileFailure {
      HeadObjectResponse now = current();
      return new BucketSource(
          client, bucket.name(), key, BucketFiles.version(now).sizeBytes(), now.eTag(), attempts) {
        @Override
        void replaced() {
          forget();
        }
      };
    }

    @Override
    public synchronized FileVersion version() throws FileFailure {
      return BucketFiles.version(current());
    }

    private synchronized void forget() {
      head = null;
    }

    private HeadObjectResponse current() throws FileFailure {
      HeadObjectResponse now = head;
      if (now == null) {
        try {
          now = head(key);
        } catch (SdkException e) {
          throw new FileFailure(failure(e), e);
        }
        head = now;
      }
      return now;
    }
  }
}
