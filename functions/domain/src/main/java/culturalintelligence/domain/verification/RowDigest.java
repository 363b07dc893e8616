package culturalintelligence.domain.verification;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The SHA-256 (FIPS 180-4) of a row's canonical bytes: 32 bytes. */
public final class RowDigest {
  private static final int LENGTH = 32;

  private final byte[] bytes;

  private RowDigest(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The digest of a row in its canonical bytes. */
  public static RowDigest ofCanonicalBytes(byte[] canonicalBytes) {
    try {
      return new RowDigest(MessageDigest.getInstance("SHA-256").digest(canonicalBytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * A digest some server computed.
   *
   * @throws IllegalArgumentException if it isn't 32 bytes long
   */
  public static RowDigest of(byte[] digest) {
    if (digest.length != LENGTH) {
      throw new IllegalArgumentException("a row digest has 32 bytes, not " + digest.length);
    }
    return new RowDigest(digest.clone());
  }

  /** The first eight bytes as a signed number: what a bucket's first sum adds up. */
  public long firstHalf() {
    return ByteBuffer.wrap(bytes).getLong();
  }

  /** The next eight bytes as a signed number: what a bucket's second sum adds up. */
  public long secondHalf() {
    return ByteBuffer.wrap(bytes).getLong(Long.BYTES);
  }

  /**
   * The bucket of the row whose key has this digest: its first four bytes, unsigned, modulo.
   *
   * @param buckets a power of two, at most 2^31
   */
  public long bucket(long buckets) {
    if (buckets < 1 || buckets > 1L << 31 || Long.bitCount(buckets) != 1) {
      throw new IllegalArgumentException("not a power of two up to 2^31: " + buckets);
    }
    return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt()) & (buckets - 1);
  }

  /** The 32 bytes; a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowDigest digest && Arrays.equals(bytes, digest.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
