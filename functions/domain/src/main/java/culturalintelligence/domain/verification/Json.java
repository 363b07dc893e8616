package culturalintelligence.domain.verification;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * JSON (RFC 8259) as it is written: members in order, doubled keys kept, numbers as text. For
 * locating a difference, not for validating: a text that isn't JSON, too long or nested too deep
 * gives nothing.
 */
sealed interface Json {
  record Text(String value) implements Json {}

  record Numeral(String digits) implements Json {}

  /** true, false or null. */
  record Word(String word) implements Json {}

  record Sequence(List<Json> elements) implements Json {}

  record Members(List<Member> members) implements Json {}

  record Member(String key, Json value) {}

  int MAX_LENGTH = 16 * 1024 * 1024;
  int MAX_DEPTH = 256;

  static Optional<Json> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      Reader reader = new Reader(text);
      Json json = reader.value(0);
      reader.end();
      return Optional.of(json);
    } catch (NotJson e) {
      return Optional.empty();
    }
  }

  /** The text is no JSON, or deeper than the limit. */
  final class NotJson extends Exception {
    private NotJson() {
      super("not JSON", null, false, false);
    }
  }

  /** A recursive descent over one text. */
  final class Reader {
    private final String text;
    private int at;

    private Reader(String text) {
      this.text = text;
    }

    private Json value(int depth) throws NotJson {
      if (depth > MAX_DEPTH) {
        throw new NotJson();
      }
      skipSpace();
      return switch (peek()) {
        case '{' -> members(depth);
        case '[' -> sequence(depth);
        case '"' -> new Text(string());
        case 't' -> word("true");
        case 'f' -> word("false");
        case 'n' -> word("null");
        default -> numeral();
      };
    }

    private Json members(int depth) throws NotJson {
      List<Member> members = new ArrayList<>();
      at++;
      if (!closes('}')) {
        do {
          skipSpace();
          String key = string();
          expect(':');
          members.add(new Member(key, value(depth + 1)));
        } while (continues('}'));
      }
      return new Members(List.copyOf(members));
    }

    private Json sequence(int depth) throws NotJson {
      List<Json> elements = new ArrayList<>();
      at++;
      if (!closes(']')) {
        do {
          elements.add(value(depth + 1));
        } while (continues(']'));
      }
      return new Sequence(List.copyOf(elements));
    }

    private Json word(String word) throws NotJson {
      if (!text.startsWith(word, at)) {
        throw new NotJson();
      }
      at += word.length();
      return new Word(word);
    }

    private Json numeral() throws NotJson {
      int start = at;
      while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      if (at == start) {
        throw new NotJson();
      }
      return new Numeral(text.substring(start, at));
    }

    private String string() throws NotJson {
      if (peek() != '"') {
        throw new NotJson();
      }
      at++;
      StringBuilder read = new StringBuilder();
      while (true) {
        char c = peek();
        at++;
        if (c == '"') {
          return read.toString();
        }
        read.append(c == '\\' ? escaped() : c);
      }
    }

    private char escaped() throws NotJson {
      char c = peek();
      at++;
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> {
          int unit = 0;
          for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
              throw new NotJson();
            }
            unit = unit * 16 + digit;
            at++;
          }
          yield (char) unit;
        }
        default -> throw new NotJson();
      };
    }

    private boolean closes(char bracket) throws NotJson {
      skipSpace();
      if (peek() != bracket) {
        return false;
      }
      at++;
      return true;
    }

    private boolean continues(char bracket) throws NotJson {
      skipSpace();
      char c = peek();
      at++;
      if (c != ',' && c != bracket) {
        throw new NotJson();
      }
      return c == ',';
    }

    private void expect(char wanted) throws NotJson {
      skipSpace();
      if (peek() != wanted) {
        throw new NotJson();
      }
      at++;
    }

    private char peek() throws NotJson {
      if (at >= text.length()) {
        throw new NotJson();
      }
      return text.charAt(at);
    }

    private void skipSpace() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private void end() throws NotJson {
      skipSpace();
      if (at < text.length()) {
        throw new NotJson();
      }
    }
  }
}
