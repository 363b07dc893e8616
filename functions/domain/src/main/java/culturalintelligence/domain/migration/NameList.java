package culturalintelligence.domain.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names in one value: PostgreSQL's array, a JSON list of strings, or a text that separates them.
 */
final class NameList {
  private NameList() {}

  /** The names in order, trimmed, none twice; empty when the text is no such list. */
  static Optional<List<String>> parse(String text) {
    String s = text.strip();
    List<String> raw;
    if (s.startsWith("{") && s.endsWith("}")) {
      raw = quoted(s.substring(1, s.length() - 1), false);
    } else if (s.startsWith("[") && s.endsWith("]")) {
      raw = quoted(s.substring(1, s.length() - 1), true);
    } else {
      raw = List.of(s.split("[,;|]"));
    }
    if (raw.isEmpty() && s.length() > 2) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (String name : raw) {
      String clean = name.replace("\0", "").strip();
      if (!clean.isEmpty() && !names.contains(clean)) {
        names.add(clean);
      }
    }
    return Optional.of(names);
  }

  /**
   * Members between commas, quoted or bare; of a nested list, nothing. A bare NULL is no name, nor
   * is anything bare in JSON.
   */
  private static List<String> quoted(String inside, boolean json) {
    List<String> members = new ArrayList<>();
    StringBuilder member = new StringBuilder();
    boolean inQuotes = false;
    boolean wasQuoted = false;
    for (int i = 0; i < inside.length(); i++) {
      char c = inside.charAt(i);
      if (inQuotes && c == '\\' && i + 1 < inside.length()) {
        i = json ? jsonEscape(inside, i + 1, member) : arrayEscape(inside, i + 1, member);
      } else if (c == '"') {
        inQuotes = !inQuotes;
        wasQuoted = true;
      } else if (c == ',' && !inQuotes) {
        add(members, member, wasQuoted, json);
        wasQuoted = false;
      } else if (!inQuotes && (c == '{' || c == '[')) {
        return List.of();
      } else if (inQuotes || !wasQuoted) {
        member.append(c);
      }
    }
    add(members, member, wasQuoted, json);
    return inQuotes ? List.of() : members;
  }

  private static void add(
      List<String> members, StringBuilder member, boolean wasQuoted, boolean json) {
    boolean bareName = !json && !member.toString().strip().equalsIgnoreCase("null");
    if (wasQuoted || bareName) {
      members.add(member.toString());
    }
    member.setLength(0);
  }

  private static int arrayEscape(String text, int at, StringBuilder out) {
    out.append(text.charAt(at));
    return at;
  }

  private static int jsonEscape(String text, int at, StringBuilder out) {
    char c = text.charAt(at);
    switch (c) {
      case 'n', 'r', 't', 'b', 'f' -> out.append(' ');
      case 'u' -> {
        if (at + 4 < text.length()) {
          try {
            out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          } catch (NumberFormatException e) {
            return at;
          }
          return at + 4;
        }
      }
      default -> out.append(c);
    }
    return at;
  }

  /** As PostgreSQL writes an array of texts: in quotes only what needs them. */
  static String array(List<String> names) {
    StringBuilder array = new StringBuilder("{");
    for (String name : names) {
      String text = Conversion.wellFormed(name);
      array.append(array.length() > 1 ? "," : "");
      if (needsQuotes(text)) {
        array.append('"').append(text.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      } else {
        array.append(text);
      }
    }
    return array.append('}').toString();
  }

  private static boolean needsQuotes(String text) {
    return text.isEmpty()
        || text.equalsIgnoreCase("null")
        || text.chars().anyMatch(c -> "\"\\{}, \t\n\r\f\u000b".indexOf(c) >= 0);
  }
}
