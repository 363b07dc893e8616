package culturalintelligence.localdev.sample;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows into one table, created in the same transaction, by COPY in text format: bytes go out as
 * they are made, whatever the number of rows. Closing without {@link #finish} cancels the copy.
 */
final class CopyRows implements AutoCloseable {
  private static final int FLUSH_AT = 1 << 16;

  private final CopyIn copy;
  private byte[] buffer = new byte[FLUSH_AT + (1 << 12)];
  private char[] characters = new char[1 << 12];
  private int length;
  private boolean firstColumn = true;

  CopyRows(Connection connection, String tableAndColumns) throws SQLException {
    copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + tableAndColumns + " FROM STDIN WITH (FREEZE)");
  }

  CopyRows nothing() {
    separate();
    room(2);
    buffer[length++] = '\\';
    buffer[length++] = 'N';
    return this;
  }

  CopyRows number(long value) {
    separate();
    plain(Long.toString(value));
    return this;
  }

  CopyRows number(double value) {
    separate();
    plain(Double.toString(value));
    return this;
  }

  CopyRows truth(boolean value) {
    separate();
    plain(value ? "t" : "f");
    return this;
  }

  CopyRows bytes(byte @Nullable [] value) {
    if (value == null) {
      return nothing();
    }
    separate();
    room(value.length * 2 + 3);
    plain("\\\\x");
    for (byte b : value) {
      buffer[length++] = (byte) Character.forDigit((b >> 4) & 15, 16);
      buffer[length++] = (byte) Character.forDigit(b & 15, 16);
    }
    return this;
  }

  CopyRows array(@Nullable List<@Nullable String> elements) {
    if (elements == null) {
      return nothing();
    }
    StringBuilder literal = new StringBuilder("{");
    for (String element : elements) {
      if (literal.length() > 1) {
        literal.append(',');
      }
      if (element == null) {
        literal.append("NULL");
      } else {
        literal.append('"').append(element.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      }
    }
    return text(literal.append('}').toString());
  }

  /** Any value in its PostgreSQL text form; null is NULL, which the empty text is not. */
  CopyRows text(@Nullable String value) {
    if (value == null) {
      return nothing();
    }
    int size = value.length();
    scratch(size);
    value.getChars(0, size, characters, 0);
    return characters(size);
  }

  CopyRows json(JsonText json) {
    int size = json.length();
    scratch(size);
    json.getChars(characters);
    return characters(size);
  }

  private void scratch(int size) {
    if (characters.length < size) {
      characters = new char[size * 2];
    }
  }

  /** Escaped and in UTF-8 in one pass over an array, which is where loading spends its time. */
  private CopyRows characters(int size) {
    separate();
    room(size * 3);
    char[] value = characters;
    byte[] out = buffer;
    int at = length;
    for (int i = 0; i < size; i++) {
      char c = value[i];
      if (c < 0x80 && c != '\\' && c >= ' ') {
        out[at++] = (byte) c;
      } else if (c < 0x80) {
        byte escaped =
            switch (c) {
              case '\\' -> '\\';
              case '\n' -> 'n';
              case '\r' -> 'r';
              case '\t' -> 't';
              default -> 0;
            };
        if (escaped == 0) {
          out[at++] = (byte) c;
        } else {
          out[at++] = '\\';
          out[at++] = escaped;
        }
      } else if (c < 0x800) {
        out[at++] = (byte) (0xC0 | (c >> 6));
        out[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < size
          && Character.isLowSurrogate(value[i + 1])) {
        int code = Character.toCodePoint(c, value[++i]);
        out[at++] = (byte) (0xF0 | (code >> 18));
        out[at++] = (byte) (0x80 | ((code >> 12) & 0x3F));
        out[at++] = (byte) (0x80 | ((code >> 6) & 0x3F));
        out[at++] = (byte) (0x80 | (code & 0x3F));
      } else if (Character.isSurrogate(c)) {
        out[at++] = '?'; // half a character, from cutting a name: UTF-8 has no form for it
      } else {
        out[at++] = (byte) (0xE0 | (c >> 12));
        out[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        out[at++] = (byte) (0x80 | (c & 0x3F));
      }
    }
    length = at;
    return this;
  }

  void endRow() throws SQLException {
    room(1);
    buffer[length++] = '\n';
    firstColumn = true;
    if (length >= FLUSH_AT) {
      flush();
    }
  }

  /** The number of rows the server took. */
  long finish() throws SQLException {
    flush();
    return copy.endCopy();
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }

  private void flush() throws SQLException {
    copy.writeToCopy(buffer, 0, length);
    length = 0;
  }

  private void separate() {
    if (!firstColumn) {
      room(1);
      buffer[length++] = '\t';
    }
    firstColumn = false;
  }

  private void plain(String ascii) {
    room(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      buffer[length++] = (byte) ascii.charAt(i);
    }
  }

  private void room(int more) {
    if (buffer.length - length < more) {
      buffer = java.util.Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }
}
