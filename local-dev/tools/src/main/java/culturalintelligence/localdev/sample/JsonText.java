package culturalintelligence.localdev.sample;

import org.jspecify.annotations.Nullable;

/**
 * JSON written as it comes: no tree, so names may come twice and values may be of the wrong type,
 * as in real rows.
 */
final class JsonText {
  private final StringBuilder out = new StringBuilder(2048);
  private boolean first = true;

  JsonText clear() {
    out.setLength(0);
    first = true;
    return this;
  }

  JsonText open() {
    separate();
    out.append('{');
    first = true;
    return this;
  }

  JsonText close() {
    out.append('}');
    first = false;
    return this;
  }

  JsonText openList(String name) {
    name(name);
    out.append('[');
    first = true;
    return this;
  }

  JsonText closeList() {
    out.append(']');
    first = false;
    return this;
  }

  JsonText open(String name) {
    name(name);
    out.append('{');
    first = true;
    return this;
  }

  JsonText item(String value) {
    separate();
    quote(value);
    return this;
  }

  JsonText put(String name, @Nullable String value) {
    name(name);
    if (value == null) {
      out.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  JsonText put(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  JsonText put(String name, boolean value) {
    name(name);
    out.append(value);
    return this;
  }

  /**
   * A value that is JSON already: a number with its own digits, {@code null}, {@code []}, spaces,
   * an escape.
   */
  JsonText raw(String name, String json) {
    name(name);
    out.append(json);
    return this;
  }

  /** Left out when null, as most writers do. */
  JsonText maybe(String name, @Nullable String value) {
    return value == null ? this : put(name, value);
  }

  private void name(String name) {
    separate();
    quote(name);
    out.append(": ");
  }

  private void separate() {
    if (!first) {
      out.append(", ");
    }
    first = false;
  }

  private void quote(String value) {
    out.append('"');
    int plain = 0;
    int length = value.length();
    while (plain < length && isPlain(value.charAt(plain))) {
      plain++;
    }
    if (plain == length) {
      out.append(value);
    } else {
      escaped(value);
    }
    out.append('"');
  }

  private static boolean isPlain(char c) {
    return c >= 0x20 && c != '"' && c != '\\';
  }

  private void escaped(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (isPlain(c)) {
            out.append(c);
          } else {
            out.append("\\u00")
                .append(Character.forDigit(c >> 4, 16))
                .append(Character.forDigit(c & 15, 16));
          }
        }
      }
    }
  }

  int length() {
    return out.length();
  }

  /** Copies the whole text to the beginning of an array that has room for it. */
  void getChars(char[] to) {
    out.getChars(0, out.length(), to, 0);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
