package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.ByteRange;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Both hashes of a file in one pass over it.
 *
 * <p>Hashing is what analysis costs, so the second hash must not double it. Where the audio begins
 * with the file, one digest serves both: its state is copied where the audio ends. Otherwise the
 * payload's digest runs on another processor, a block behind nobody: wall time is that of one hash
 * as long as a processor is free. With a single processor both run in turn.
 */
final class FileHash {
  private static final int BLOCK = 1 << 20;

  /** Smaller files aren't worth a hand-over. */
  private static final int ALONE = 1 << 20;

  private static final Executor SECOND = secondLane();

  private FileHash() {}

  private static @Nullable Executor lane(long size) {
    return size > ALONE && Runtime.getRuntime().availableProcessors() > 1 ? SECOND : null;
  }

  private static Executor secondLane() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            Runtime.getRuntime().availableProcessors(),
            Runtime.getRuntime().availableProcessors(),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread t = new Thread(task, "payload-hash");
              t.setDaemon(true);
              return t;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Hashes the source; the payload too when the reading tells where it lies. */
  static HashedReading of(AudioSource source, AudioReading reading) throws IOException {
    MessageDigest whole = sha256();
    List<ByteRange> ranges = reading instanceof AudioReading.Read read ? read.payload() : List.of();
    boolean ogg =
        reading instanceof AudioReading.Read read
            && read.stream().container().equals(Container.OGG.title);
    if (ranges.isEmpty()) {
      pass(source, whole, null, -1);
      return new HashedReading(reading, hex(whole), null);
    }
    if (!ogg && ranges.size() == 1 && ranges.getFirst().from() == 0) {
      MessageDigest[] copy = new MessageDigest[1];
      pass(source, whole, null, ranges.getFirst().to(), copy);
      String payload = copy[0] == null ? null : hex(copy[0]);
      return new HashedReading(reading, hex(whole), payload);
    }
    Payload payload = ogg ? new OggBodies(ranges.getFirst().from()) : new Ranges(ranges);
    pass(source, whole, payload, -1);
    return new HashedReading(
        reading, hex(whole), payload.length() == 0 ? null : hex(payload.digest()));
  }

  private static void pass(
      AudioSource source, MessageDigest whole, @Nullable Payload payload, long copyAt)
      throws IOException {
    pass(source, whole, payload, copyAt, new MessageDigest[1]);
  }

  private static void pass(
      AudioSource source,
      MessageDigest whole,
      @Nullable Payload payload,
      long copyAt,
      MessageDigest[] copy)
      throws IOException {
    int block = Math.clamp(source.size(), 1, BLOCK);
    Executor lane = payload == null ? null : lane(source.size());
    byte[][] buffers = new byte[lane == null ? 1 : 2][block];
    CompletableFuture<?>[] running = new CompletableFuture<?>[buffers.length];
    long p = 0;
    for (int turn = 0; ; turn = (turn + 1) % buffers.length) {
      settle(running[turn]);
      byte[] buffer = buffers[turn];
      int n = source.read(p, buffer, 0, block);
      if (n <= 0) {
        break;
      }
      if (payload != null && lane == null) {
        payload.feed(buffer, n, p);
      } else if (payload != null && lane != null) {
        CompletableFuture<?> before = running[(turn + 1) % buffers.length];
        settle(before);
        long at = p;
        running[turn] = CompletableFuture.runAsync(() -> payload.feed(buffer, n, at), lane);
      }
      if (copyAt > p && copyAt <= p + n) {
        int head = (int) (copyAt - p);
        whole.update(buffer, 0, head);
        copy[0] = copyOf(whole);
        whole.update(buffer, head, n - head);
      } else {
        whole.update(buffer, 0, n);
      }
      p += n;
    }
    for (CompletableFuture<?> r : running) {
      settle(r);
    }
  }

  private static void settle(@Nullable CompletableFuture<?> task) {
    if (task != null) {
      try {
        task.join();
      } catch (CompletionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private static MessageDigest copyOf(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes the file block by block and digests what of it is audio. */
  private abstract static class Payload {
    private final MessageDigest digest = sha256();
    private long length;

    abstract void feed(byte[] block, int n, long position);

    final void take(byte[] block, int from, int n) {
      digest.update(block, from, n);
      length += n;
    }

    final MessageDigest digest() {
      return digest;
    }

    final long length() {
      return length;
    }
  }

  private static final class Ranges extends Payload {
    private final List<ByteRange> ranges;
    private int next;

    Ranges(List<ByteRange> ranges) {
      this.ranges = ranges;
    }

    @Override
    void feed(byte[] block, int n, long position) {
      while (next < ranges.size()) {
        ByteRange r = ranges.get(next);
        long from = Math.max(r.from(), position);
        long to = Math.min(r.to(), position + n);
        if (from < to) {
          take(block, (int) (from - position), (int) (to - from));
        }
        if (r.to() > position + n) {
          return;
        }
        next++;
      }
    }
  }

  /**
   * The bodies of Ogg pages without their headers: a longer comment shifts the page numbers and
   * checksums of all pages behind it, and leaves the audio in them as it was.
   */
  private static final class OggBodies extends Payload {
    private static final int FIXED = 27;
    private final byte[] header = new byte[FIXED + 255];
    private long skip;
    private int have;
    private int body;

    OggBodies(long start) {
      this.skip = start;
    }

    @Override
    void feed(byte[] block, int n, long position) {
      int p = (int) Math.min(n, skip);
      skip -= p;
      while (p < n) {
        if (body > 0) {
          int part = Math.min(body, n - p);
          take(block, p, part);
          body -= part;
          p += part;
          continue;
        }
        header[have++] = block[p++];
        if (have == 4 && !(header[0] == 'O' && header[1] == 'g' && header[2] == 'g' && header[3] == 'S')) {
          // No page: what lies between pages is told byte by byte.
          take(header, 0, 1);
          System.arraycopy(header, 1, header, 0, 3);
          have = 3;
        } else if (have >= FIXED && have == FIXED + (header[26] & 0xff)) {
          for (int i = FIXED; i < have; i++) {
            body += header[i] & 0xff;
          }
          have = 0;
        }
      }
    }
  }
}
