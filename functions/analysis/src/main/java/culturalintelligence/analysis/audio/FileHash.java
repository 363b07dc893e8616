package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.ByteRange;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Both hashes of a file in one pass. */
final class FileHash {
  private FileHash() {}

  static HashedReading of(AudioSource source, AudioReading reading, List<ByteRange> payload)
      throws IOException {
    MessageDigest whole = sha256();
    byte[] buffer = new byte[Math.clamp(source.size(), 1, 1 << 20)];
    long p = 0;
    int n;
    while ((n = source.read(p, buffer, 0, buffer.length)) > 0) {
      whole.update(buffer, 0, n);
      p += n;
    }
    return new HashedReading(reading, HexFormat.of().formatHex(whole.digest()), null);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
