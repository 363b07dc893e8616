package culturalintelligence.analysis.files;

import culturalintelligence.domain.library.ContentHash;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Both hashes of a file, from one pass over its bytes.
 *
 * @param content over all of it
 * @param payload over the audio alone; null when nobody knows where it is
 */
public record Hashes(ContentHash content, @Nullable ContentHash payload) {
  private static final int BLOCK = 1 << 20;

  /** Bytes {@code from} inclusive to {@code to} exclusive. */
  public record Range(long from, long to) {}

  /**
   * Reads the file once, from its first byte to its last.
   *
   * @param ranges the audio, in the order of the file, without overlap
   * @throws IOException if the file ends before its size, or the thread is interrupted
   */
  public static Hashes of(FileBytes file, List<Range> ranges) throws IOException {
    MessageDigest content = sha256();
    boolean all =
        ranges.size() == 1
            && ranges.getFirst().from() == 0
            && ranges.getFirst().to() == file.size();
    MessageDigest payload = ranges.isEmpty() || all ? null : sha256();
    byte[] block = new byte[(int) Math.clamp(file.size(), 1, BLOCK)];
    int next = 0;
    for (long at = 0; at < file.size(); ) {
      int n = file.read(at, block, 0, (int) Math.min(block.length, file.size() - at));
      if (n <= 0) {
        throw new IOException("the file became shorter while it was read");
      }
      content.update(block, 0, n);
      if (payload != null) {
        next = update(payload, ranges, next, block, at, n);
      }
      at += n;
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("reading was given up");
      }
    }
    ContentHash whole = ContentHash.of(content.digest());
    return new Hashes(
        whole, all ? whole : payload == null ? null : ContentHash.of(payload.digest()));
  }

  /** Feeds the parts of a block that lie in a range; returns the first range not passed yet. */
  private static int update(
      MessageDigest digest, List<Range> ranges, int first, byte[] block, long at, int n) {
    int i = first;
    while (i < ranges.size() && ranges.get(i).from() < at + n) {
      long from = Math.max(ranges.get(i).from(), at);
      long to = Math.min(ranges.get(i).to(), at + n);
      if (to > from) {
        digest.update(block, (int) (from - at), (int) (to - from));
      }
      if (ranges.get(i).to() > at + n) {
        break;
      }
      i++;
    }
    return i;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
