package culturalintelligence.domain.library;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.UUID;

/**
 * A path as a client wrote it, and what it is known by.
 *
 * <p>Two digests, because two questions are asked. <em>Is this the same string?</em> must never
 * mistake one path for another, nor lose the spelling an old row had: {@link #digest} is over the
 * path exactly as sent. <em>Is this the same file?</em> must know that Windows does not tell {@code
 * x:/music/A.mp3} from {@code X:\Music\a.MP3}: {@link #matchDigest} is over {@link #matchForm}.
 *
 * <p>Folding follows NTFS, whose upcase table maps UTF-16 units one to one and knows no Unicode
 * normalisation: {@code ß} is not {@code SS}, and NFC and NFD are two files. On every other path
 * (POSIX, {@code s3://}) the matching form is the path itself.
 *
 * @param path as sent
 * @param digest first 16 bytes of SHA-256 over the UTF-8 bytes of {@code path}
 * @param matchDigest the same over the matching form
 * @param folder all before the last separator; empty when there is none
 * @param fileName all after the last separator
 * @param extension lower case without the dot; empty when there is none, or when what follows the
 *     last dot is no extension (a space in it, over 16 characters)
 */
public record PathKey(
    String path, UUID digest, UUID matchDigest, String folder, String fileName, String extension) {
  private static final int LONGEST_EXTENSION = 16;

  /**
   * The one place where this is computed, for the service and for the migration.
   *
   * @throws IllegalArgumentException if the path holds half a surrogate pair and so has no UTF-8
   *     form
   */
  public static PathKey of(String path) {
    boolean windows = isWindows(path);
    int cut = path.lastIndexOf(windows ? '\\' : '/');
    if (windows) {
      cut = Math.max(cut, path.lastIndexOf('/'));
    }
    String fileName = path.substring(cut + 1);
    UUID digest = digest(path);
    return new PathKey(
        path,
        digest,
        windows ? digest(matchForm(path)) : digest,
        cut < 0 ? "" : path.substring(0, Math.max(cut, 1)),
        fileName,
        extension(fileName));
  }

  /** A drive letter, a UNC or device prefix, or backslashes and no slash at all. */
  public static boolean isWindows(String path) {
    if (path.length() >= 2 && path.charAt(1) == ':' && isDriveLetter(path.charAt(0))) {
      return path.length() == 2 || isSeparator(path.charAt(2));
    }
    return path.startsWith("\\\\") || (path.indexOf('\\') >= 0 && path.indexOf('/') < 0);
  }

  /** A Windows path with one kind of separator, none doubled, in NTFS's upper case. */
  public static String matchForm(String path) {
    if (!isWindows(path)) {
      return path;
    }
    StringBuilder folded = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i) == '/' ? '\\' : path.charAt(i);
      boolean doubled = c == '\\' && i > 1 && folded.charAt(folded.length() - 1) == '\\';
      if (!doubled) {
        folded.append(Character.toUpperCase(c));
      }
    }
    return folded.toString();
  }

  /** One name of a Windows path in NTFS's upper case. */
  public static String fold(String name) {
    StringBuilder folded = new StringBuilder(name.length());
    name.chars().forEach(unit -> folded.append(Character.toUpperCase((char) unit)));
    return folded.toString();
  }

  /** The file's name without its extension. */
  public String stem() {
    return extension.isEmpty()
        ? fileName
        : fileName.substring(0, fileName.length() - extension.length() - 1);
  }

  static boolean isSeparator(char c) {
    return c == '\\' || c == '/';
  }

  private static boolean isDriveLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static String extension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    String extension = dot > 0 ? fileName.substring(dot + 1) : "";
    boolean plain =
        extension.length() <= LONGEST_EXTENSION
            && extension.chars().allMatch(Character::isLetterOrDigit);
    String lower = extension.toLowerCase(Locale.ROOT);
    // A letter whose lower case is longer would make the stem come out wrong.
    return plain && lower.length() == extension.length() ? lower : "";
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static UUID digest(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      if (hasSurrogates(text)) {
        sha256.update(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
      } else {
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
      }
      ByteBuffer first = ByteBuffer.wrap(sha256.digest());
      return new UUID(first.getLong(), first.getLong());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("half a surrogate pair in a path", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
