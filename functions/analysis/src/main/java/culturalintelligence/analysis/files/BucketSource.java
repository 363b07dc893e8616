package culturalintelligence.analysis.files;

import culturalintelligence.analysis.audio.AudioSource;
import culturalintelligence.domain.failure.FailureCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes by ranges.
 *
 * <p>Short reads, which look for tags at head and tail, are served from a few windows, each one
 * request; a window behind the last one is larger, so that a long table costs few. A long read
 * opens a stream that runs to the object's end and is read on from by whoever goes on where it
 * stands: the hash takes the object once, in one request. In memory are four windows of a megabyte
 * at the most, whatever the object's size.
 *
 * <p>Every request names the state of the object that was found (If-Match), and every answer is
 * looked at: another state, another range, or a shorter one than asked for is never taken for the
 * file's bytes. An answer that breaks off is asked for again from there on. Storage that ignores
 * ranges and sends the object whole is read up to what was wanted, and cut off behind it.
 */
abstract class BucketSource implements AudioSource {
  private static final int SMALLEST_WINDOW = 128 << 10;
  private static final int LARGEST_WINDOW = 1 << 20;
  private static final int ALIGNED = 32 << 10;
  private static final int KEPT = 4;

  /** A read this long is worth a stream. */
  private static final int LONG = 128 << 10;

  /** What is read in vain of an object that is sent whole although a range of it was asked for. */
  private static final long MOST_SKIPPED = 256L << 20;

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final long size;
  private final @Nullable String tag;
  private final int attempts;

  private final Window[] windows = new Window[KEPT];
  private int oldest;
  private long behindLast = -1;
  private int lastLength = SMALLEST_WINDOW;
  private @Nullable Stream stream;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Window(long from, byte[] bytes) {
    boolean holds(long position) {
      return position >= from && position < from + bytes.length;
    }
  }

  BucketSource(
      S3Client client, String bucket, String key, long size, @Nullable String tag, int attempts) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.size = size;
    this.tag = tag;
    this.attempts = attempts;
  }

  /** Called when the object is no longer the one that was found. */
  abstract void replaced();

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(long position, byte[] into, int offset, int length) throws IOException {
    int done = 0;
    while (done < length && position + done < size) {
      long at = position + done;
      int wanted = (int) Math.min(length - done, size - at);
      Stream open = stream;
      Window window = window(at);
      if (open != null && open.position == at) {
        open.readFully(into, offset + done, wanted);
        done += wanted;
      } else if (window != null) {
        int from = (int) (at - window.from);
        int n = Math.min(wanted, window.bytes.length - from);
        System.arraycopy(window.bytes, from, into, offset + done, n);
        done += n;
      } else if (wanted >= LONG) {
        closeStream();
        stream = new Stream(at, size);
      } else {
        load(at);
      }
    }
    return done;
  }

  private @Nullable Window window(long position) {
    for (Window window : windows) {
      if (window != null && window.holds(position)) {
        return window;
      }
    }
    return null;
  }

  private void load(long position) throws IOException {
    long from = position / ALIGNED * ALIGNED;
    int length = SMALLEST_WINDOW;
    if (from == behindLast) {
      length = Math.min(LARGEST_WINDOW, lastLength * 2);
    } else if (size - from < SMALLEST_WINDOW) {
      // The tail's structures lie one before the other: what is before them comes along.
      from = Math.max(0, size - SMALLEST_WINDOW);
    }
    long to = Math.min(size, from + length);
    byte[] bytes = new byte[(int) (to - from)];
    try (Stream range = new Stream(from, to)) {
      range.readFully(bytes, 0, bytes.length);
    }
    windows[oldest] = new Window(from, bytes);
    oldest = (oldest + 1) % KEPT;
    behindLast = to;
    lastLength = length;
  }

  private void closeStream() {
    Stream open = stream;
    if (open != null) {
      stream = null;
      open.close();
    }
  }

  @Override
  public void close() {
    closeStream();
    Arrays.fill(windows, null);
  }

  /** One range, read from front to back; taken up again where it broke off. */
  private final class Stream implements AutoCloseable {
    private final long end;
    private long position;
    private @Nullable ResponseInputStream<GetObjectResponse> body;
    private boolean overrun;

    Stream(long from, long to) {
      this.position = from;
      this.end = to;
    }

    void readFully(byte[] into, int offset, int length) throws IOException {
      int done = 0;
      int failed = 0;
      while (done < length) {
        if (Thread.currentThread().isInterrupted()) {
          close();
          throw new InterruptedIOException("reading was given up");
        }
        int n;
        try {
          n = body().read(into, offset + done, length - done);
        } catch (SocketTimeoutException e) {
          n = -1;
        } catch (FileFailure | InterruptedIOException e) {
          close();
          throw e;
        } catch (AbortedException e) {
          close();
          throw new InterruptedIOException("reading was given up");
        } catch (IOException | SdkException e) {
          n = -1;
        }
        if (n > 0) {
          done += n;
          position += n;
          failed = 0;
        } else {
          close();
          if (++failed >= attempts) {
            throw new FileFailure(
                FailureCode.STORAGE_UNAVAILABLE,
                "The library's storage ends its answers before the file's end");
          }
        }
      }
      if (position == end) {
        close();
      }
    }

    private ResponseInputStream<GetObjectResponse> body() throws IOException {
      ResponseInputStream<GetObjectResponse> open = body;
      if (open == null) {
        open = request();
        body = open;
      }
      return open;
    }

    private ResponseInputStream<GetObjectResponse> request() throws IOException {
      ResponseInputStream<GetObjectResponse> answer;
      try {
        answer =
            client.getObject(
                r ->
                    r.bucket(bucket)
                        .key(key)
                        .range("bytes=" + position + "-" + (end - 1))
                        .ifMatch(tag));
      } catch (AbortedException e) {
        throw new InterruptedIOException("reading was given up");
      } catch (SdkException e) {
        FileFailure failure = new FileFailure(BucketFiles.failure(e), e);
        if (failure.failure().code() == FailureCode.FILE_CHANGING) {
          replaced();
        }
        throw failure;
      }
      try {
        check(answer);
        return answer;
      } catch (IOException | RuntimeException e) {
        answer.abort();
        throw e;
      }
    }

    private void check(ResponseInputStream<GetObjectResponse> answer) throws IOException {
      GetObjectResponse head = answer.response();
      if (tag != null && head.eTag() != null && !tag.equals(head.eTag())) {
        throw changed();
      }
      String range = head.contentRange();
      if (range == null) {
        Long length = head.contentLength();
        if (length != null && length != size) {
          throw changed();
        }
        overrun = end < size;
        skip(answer, position);
        return;
      }
      Matcher told = CONTENT_RANGE.matcher(range);
      if (!told.matches() || Long.parseLong(told.group(1)) != position) {
        throw new FileFailure(
            FailureCode.STORAGE_UNAVAILABLE,
            "The library's storage sends another range than asked");
      }
      if (!told.group(3).equals("*") && Long.parseLong(told.group(3)) != size) {
        throw changed();
      }
      overrun = Long.parseLong(told.group(2)) >= end;
    }

    private FileFailure changed() {
      replaced();
      return new FileFailure(FailureCode.FILE_CHANGING, "The file was replaced while it was read");
    }

    private void skip(ResponseInputStream<GetObjectResponse> answer, long bytes)
        throws IOException {
      if (bytes > MOST_SKIPPED) {
        throw new FileFailure(
            FailureCode.STORAGE_UNAVAILABLE,
            "The library's storage does not serve ranges, which a file of this size needs");
      }
      byte[] waste = new byte[(int) Math.min(bytes, 64 << 10)];
      for (long left = bytes; left > 0; ) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("reading was given up");
        }
        int n = answer.read(waste, 0, (int) Math.min(left, waste.length));
        if (n < 0) {
          throw new IOException("the answer ends before the range");
        }
        left -= n;
      }
    }

    /** A body read to its end gives its connection back; any other is cut off, not read on. */
    @Override
    public void close() {
      ResponseInputStream<GetObjectResponse> open = body;
      if (open == null) {
        return;
      }
      body = null;
      if (position == end && !overrun) {
        try {
          open.close();
        } catch (IOException e) {
          open.abort();
        }
      } else {
        open.abort();
      }
    }
  }
}
