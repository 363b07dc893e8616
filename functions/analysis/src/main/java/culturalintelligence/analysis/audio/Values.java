package culturalintelligence.analysis.audio;

import culturalintelligence.analysis.audio.TagNames.Dialect;
import culturalintelligence.domain.music.TagField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a field's text is read: {@code 3/12} is two fields, {@code (17)} is Rock. */
final class Values {
  private Values() {}

  record Piece(TagField field, String value) {}

  private static final Pattern NUMBER_OF_TOTAL =
      Pattern.compile("0*(\\d{1,6})?\\s*(?:(?:/|\\bof\\b)\\s*0*(\\d{1,6})?.*)?");
  private static final Pattern JSON_STRING_OR_NUMBER =
      Pattern.compile("\"(key|energyLevel|energy|bpm)\"\\s*:\\s*\"?([^\",}]{1,20})");

  static List<Piece> read(TagField field, String name, @Nullable Dialect dialect, String value) {
    return switch (field) {
      case TRACK_NUMBER -> numberAndTotal(TagField.TRACK_NUMBER, TagField.TRACK_TOTAL, value);
      case DISC_NUMBER -> numberAndTotal(TagField.DISC_NUMBER, TagField.DISC_TOTAL, value);
      case TRACK_TOTAL, DISC_TOTAL -> {
        String n = stripZeros(value);
        yield n.isEmpty() ? List.of() : List.of(new Piece(field, n));
      }
      case GENRE -> dialect == Dialect.ID3 ? genres(value) : List.of(new Piece(field, value));
      case KEY -> one(field, mixedInKey(value, "key"));
      case ENERGY -> one(field, mixedInKey(value, "energy"));
      case RATING -> one(field, stars(name, value));
      default -> List.of(new Piece(field, value));
    };
  }

  private static List<Piece> one(TagField field, @Nullable String value) {
    return value == null || value.isEmpty() ? List.of() : List.of(new Piece(field, value));
  }

  private static List<Piece> genres(String value) {
    List<Piece> out = new ArrayList<>(1);
    for (String g : Genres.ofId3(value)) {
      out.add(new Piece(TagField.GENRE, g));
    }
    return out;
  }

  private static List<Piece> numberAndTotal(TagField number, TagField total, String value) {
    Matcher m = NUMBER_OF_TOTAL.matcher(value);
    if (!m.matches()) {
      return List.of(new Piece(number, value));
    }
    List<Piece> out = new ArrayList<>(2);
    if (m.group(1) != null && !m.group(1).equals("0")) {
      out.add(new Piece(number, m.group(1)));
    }
    if (m.group(2) != null && !m.group(2).equals("0")) {
      out.add(new Piece(total, m.group(2)));
    }
    return out;
  }

  private static String stripZeros(String value) {
    int i = 0;
    while (i < value.length() && value.charAt(i) == '0') {
      i++;
    }
    return value.substring(i).strip();
  }

  /** Mixed In Key keeps its answers as base64 of JSON: {@code {"key":"7A","source":…}}. */
  private static String mixedInKey(String value, String what) {
    String json = value;
    if (value.length() >= 16 && value.startsWith("ey")) {
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(value);
        json = new String(bytes, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return value;
      }
    }
    if (json.startsWith("{")) {
      Matcher m = JSON_STRING_OR_NUMBER.matcher(json);
      while (m.find()) {
        if (m.group(1).startsWith(what)) {
          return m.group(2).strip();
        }
      }
    }
    return value;
  }

  /** 0 to 5 of whatever scale the writer had; null when it is none of them. */
  private static @Nullable String stars(String name, String value) {
    double n;
    try {
      n = Double.parseDouble(value.strip());
    } catch (NumberFormatException e) {
      return null;
    }
    if (!(n >= 0) || n > 255) {
      return null;
    }
    String upper = name.toUpperCase(java.util.Locale.ROOT);
    if (upper.contains("FMPS")) {
      return n <= 1 ? Long.toString(Math.round(n * 5)) : null;
    }
    if (upper.startsWith("POP")) {
      // Windows and Traktor write 1, 64, 128, 196, 255.
      return n == 0 ? "0" : n < 32 ? "1" : n < 96 ? "2" : n < 160 ? "3" : n < 224 ? "4" : "5";
    }
    if (upper.contains("SHAREDUSERRATING")) {
      return n == 0 ? "0" : n < 13 ? "1" : n < 38 ? "2" : n < 63 ? "3" : n < 87 ? "4" : "5";
    }
    if (n <= 5) {
      return Long.toString(Math.round(n));
    }
    return n <= 100 ? Long.toString(Math.round(n / 20)) : Long.toString(Math.round(n / 51));
  }
}
