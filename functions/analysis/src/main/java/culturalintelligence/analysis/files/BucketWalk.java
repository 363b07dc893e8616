package culturalintelligence.analysis.files;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.Location;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Walks the objects under one place of a bucket, in the order the bucket lists them: by the bytes
 * of their keys in UTF-8.
 *
 * <p><b>Bounded.</b> One page of a thousand keys is held; the next is asked for by the token the
 * page ended with.
 *
 * <p><b>Goes on anywhere.</b> A token is the server's, and may not outlive the worker that was
 * given it. So a position is a key, and a walk that goes on begins its listing behind that key. The
 * objects of one folder stand together in that order; a folder was met already when the position
 * lies in it.
 *
 * <p>A bucket has no folders, only keys with slashes; the objects with nothing behind the last
 * slash, which some programs leave in place of a folder, count as one.
 */
final class BucketWalk implements LibraryWalk {
  private final S3Client client;
  private final Location.Bucket bucket;
  private final String prefix;
  private final Deque<Entry> ready = new ArrayDeque<>();
  private String behind;
  private @Nullable String token;
  private boolean last;

  /**
   * A walk.
   *
   * @param prefix of the keys, ending in a slash or empty; not in the entries
   * @param position behind which it goes on; null from the beginning
   */
  BucketWalk(S3Client client, Location.Bucket bucket, String prefix, @Nullable String position) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
    this.behind = position == null ? "" : position;
  }

  @Override
  public @Nullable Entry next() throws IOException {
    while (ready.isEmpty() && !last) {
      readPage();
    }
    return ready.poll();
  }

  private void readPage() throws IOException {
    String from = behind;
    String continued = token;
    ListObjectsV2Response page;
    try {
      page =
          client.listObjectsV2(
              r -> {
                r.bucket(bucket.name()).prefix(prefix.isEmpty() ? null : prefix);
                if (continued != null) {
                  r.continuationToken(continued);
                } else if (!from.isEmpty()) {
                  r.startAfter(prefix + from);
                }
              });
    } catch (SdkException e) {
      Failure failure = BucketFiles.failure(e);
      if (failure.code() == FailureCode.STORAGE_UNAVAILABLE) {
        // Of no fault of the bucket's: the walk is put back, and goes on here.
        throw e;
      }
      throw new FileFailure(BucketFiles.listing(failure), e);
    }
    for (S3Object object : page.contents()) {
      String key = object.key().substring(prefix.length());
      // Some servers that speak S3 begin with the key a listing is to begin behind.
      if (key.isEmpty() || key.equals(behind)) {
        continue;
      }
      meet(object, key);
      behind = key;
    }
    token = page.nextContinuationToken();
    last = !Boolean.TRUE.equals(page.isTruncated()) || token == null;
  }

  private void meet(S3Object object, String key) {
    for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      String folder = key.substring(0, slash + 1);
      if (!behind.startsWith(folder)) {
        ready.add(new Entry.Folder(folder));
      }
    }
    if (key.endsWith("/")) {
      return;
    }
    List<String> names = Arrays.asList(key.split("/", -1));
    try {
      ready.add(
          new Entry.File(
              key,
              names,
              BucketFiles.version(object.size(), object.lastModified(), object.eTag())));
    } catch (FileFailure e) {
      ready.add(new Entry.Closed(key, names, e.failure()));
    }
  }
}
