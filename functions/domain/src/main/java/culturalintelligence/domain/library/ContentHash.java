package culturalintelligence.domain.library;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The SHA-256 of a file's bytes.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ContentHash(String hex) {
  public static final int BYTES = 32;

  public ContentHash {
    if (!isWellFormed(hex)) {
      throw new IllegalArgumentException("no SHA-256: " + hex.length() + " characters");
    }
  }

  public static ContentHash of(byte[] digest) {
    return new ContentHash(HexFormat.of().formatHex(digest));
  }

  /** 64 hexadecimal digits of either case; empty for anything else. */
  public static Optional<ContentHash> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return isWellFormed(lower) ? Optional.of(new ContentHash(lower)) : Optional.empty();
  }

  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  private static boolean isWellFormed(String hex) {
    return hex.length() == 2 * BYTES
        && hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
