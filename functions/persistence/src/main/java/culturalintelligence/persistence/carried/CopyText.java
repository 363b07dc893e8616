package culturalintelligence.persistence.carried;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows in COPY's text form, one behind the other in one buffer, made to be sent in few large
 * pieces: the driver looks for the server's word between any two, which costs a system call each
 * time.
 */
final class CopyText {
  private static final int PIECE = 1 << 16;

  private byte[] bytes = new byte[PIECE];
  private int length;
  private boolean firstField = true;

  int length() {
    return length;
  }

  byte[] copyOf(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  void clear() {
    length = 0;
    firstField = true;
  }

  /** A field that may hold anything. */
  CopyText text(@Nullable String value) {
    separate();
    if (value == null) {
      return nothing();
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int plain = 0;
    while (plain < utf8.length && escape(utf8[plain]) == 0) {
      plain++;
    }
    room(2 * utf8.length);
    System.arraycopy(utf8, 0, bytes, length, plain);
    length += plain;
    for (int i = plain; i < utf8.length; i++) {
      byte b = utf8[i];
      byte letter = escape(b);
      if (letter != 0) {
        bytes[length++] = '\\';
        bytes[length++] = letter;
      } else {
        bytes[length++] = b;
      }
    }
    return this;
  }

  /** A field of letters that need no escape. */
  CopyText plain(@Nullable String value) {
    separate();
    if (value == null) {
      return nothing();
    }
    byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
    return append(ascii, 0, ascii.length);
  }

  CopyText id(UUID value) {
    return plain(value.toString());
  }

  CopyText truth(boolean value) {
    return plain(value ? "t" : "f");
  }

  /** A bytea field. */
  CopyText hex(@Nullable String digits) {
    return plain(digits == null ? null : "\\\\x" + digits);
  }

  /** Fields that are in this form already, with the tabs between them. */
  CopyText raw(byte[] from, int start, int end) {
    separate();
    return append(from, start, end - start);
  }

  /** Whole rows of another text. */
  void rowsOf(CopyText other, int from, int to) {
    append(other.bytes, from, to - from);
  }

  void endRow() {
    room(1);
    bytes[length++] = '\n';
    firstField = true;
  }

  /**
   * Copies the rows between two offsets.
   *
   * @param into table and columns
   */
  void copyInto(Connection target, String into, int from, int to) throws SQLException {
    CopyIn in =
        target.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + into + " FROM STDIN");
    try {
      for (int at = from; at < to; at += PIECE) {
        in.writeToCopy(bytes, at, Math.min(PIECE, to - at));
      }
      in.endCopy();
    } finally {
      if (in.isActive()) {
        in.cancelCopy();
      }
    }
  }

  private CopyText nothing() {
    room(2);
    bytes[length++] = '\\';
    bytes[length++] = 'N';
    return this;
  }

  private void separate() {
    if (firstField) {
      firstField = false;
    } else {
      room(1);
      bytes[length++] = '\t';
    }
  }

  private CopyText append(byte[] from, int start, int count) {
    room(count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
    return this;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
    }
  }

  private static byte escape(byte b) {
    return switch (b) {
      case '\\' -> '\\';
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\t' -> 't';
      default -> 0;
    };
  }
}
