package culturalintelligence.domain.verification;

import culturalintelligence.domain.verification.Json.Member;
import culturalintelligence.domain.verification.Json.Members;
import culturalintelligence.domain.verification.Json.Numeral;
import culturalintelligence.domain.verification.Json.Sequence;
import culturalintelligence.domain.verification.Json.Text;
import culturalintelligence.domain.verification.Json.Word;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the columns in which two rows of one key differ, and says how. It works on the exact texts
 * of the fields, which are equal if and only if the fields' canonical bytes are, so it sees every
 * difference a digest sees (but that of a column's type, where both sides write the same text).
 */
public final class RowComparison {
  /** Values are cut to this many characters around their first difference. */
  public static final int SHOWN = 120;

  private static final int BEFORE_DIFFERENCE = 40;

  private RowComparison() {}

  /**
   * Compares two rows.
   *
   * @param columns the names, in the order of the texts
   * @param source the exact text of each field, null for NULL
   * @param target likewise
   * @return an entry for each column that differs, in order; empty: the rows are equal
   */
  public static List<ColumnDifference> compare(
      List<String> columns, List<@Nullable String> source, List<@Nullable String> target) {
    if (source.size() != columns.size() || target.size() != columns.size()) {
      throw new IllegalArgumentException(
          "%d columns, %d and %d fields".formatted(columns.size(), source.size(), target.size()));
    }
    List<ColumnDifference> differences = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String left = source.get(i);
      String right = target.get(i);
      if (!Objects.equals(left, right)) {
        differences.add(difference(columns.get(i), left, right));
      }
    }
    return differences;
  }

  private static ColumnDifference difference(
      String column, @Nullable String left, @Nullable String right) {
    boolean personal = PersonalData.isNamed(column);
    Optional<Json> leftJson = json(left);
    Optional<Json> rightJson = json(right);
    boolean bothJson = leftJson.isPresent() && rightJson.isPresent();
    if (bothJson) {
      Spot spot = spot(leftJson.get(), rightJson.get(), new Path("", personal));
      if (spot != null) {
        return spot.in(column);
      }
    }
    boolean masked = personal || isPersonal(left) || isPersonal(right);
    DifferenceKind kind = bothJson ? DifferenceKind.JSON_SPELLING : kind(left, right);
    return show(column, "", kind, left, right, masked);
  }

  private static Optional<Json> json(@Nullable String text) {
    boolean bracketed = text != null && (text.startsWith("{") || text.startsWith("["));
    return text != null && bracketed ? Json.parse(text) : Optional.empty();
  }

  /** A place in a JSON value, and whether a key on the way there names personal data. */
  private record Path(String text, boolean personal) {
    Path member(String key) {
      String step = key.matches("[\\p{L}_][\\p{L}\\p{N}_]*") ? key : '"' + key + '"';
      if (PersonalData.holdsAddress(key)) {
        step = PersonalData.mask(key);
      }
      return new Path(
          text.isEmpty() ? step : text + "." + step, personal || PersonalData.isNamed(key));
    }

    Path element(int index) {
      return new Path(text + "[" + index + "]", personal);
    }
  }

  /**
   * The first difference inside a JSON value; the values are leaves, or written with their masks.
   */
  private record Spot(
      Path path,
      DifferenceKind kind,
      @Nullable String source,
      @Nullable String target,
      boolean masked) {
    ColumnDifference in(String column) {
      boolean personal = path.personal() || (!masked && (isPersonal(source) || isPersonal(target)));
      return show(column, path.text(), kind, source, target, personal);
    }

    static Spot leaf(Path path, String source, String target) {
      return new Spot(path, RowComparison.kind(source, target), source, target, false);
    }

    static Spot of(Path path, DifferenceKind kind, @Nullable Json source, @Nullable Json target) {
      return new Spot(
          path,
          kind,
          source == null ? null : written(source),
          target == null ? null : written(target),
          true);
    }
  }

  private static @Nullable Spot spot(Json left, Json right, Path path) {
    if (left.equals(right)) {
      return null;
    }
    if (left instanceof Members(List<Member> a) && right instanceof Members(List<Member> b)) {
      return members(a, b, path);
    }
    if (left instanceof Sequence(List<Json> a) && right instanceof Sequence(List<Json> b)) {
      return elements(a, b, path);
    }
    if (left instanceof Text(String a) && right instanceof Text(String b)) {
      return Spot.leaf(path, a, b);
    }
    if (left instanceof Numeral(String a) && right instanceof Numeral(String b)) {
      return Spot.leaf(path, a, b);
    }
    return Spot.of(path, DifferenceKind.VALUE, left, right);
  }

  private static @Nullable Spot members(List<Member> left, List<Member> right, Path path) {
    List<String> leftKeys = left.stream().map(Member::key).toList();
    List<String> rightKeys = right.stream().map(Member::key).toList();
    Map<String, Json> leftValues = new HashMap<>();
    left.forEach(member -> leftValues.put(member.key(), member.value()));
    Map<String, Json> rightValues = new HashMap<>();
    right.forEach(member -> rightValues.put(member.key(), member.value()));
    for (String key : leftKeys) {
      Json value = Objects.requireNonNull(leftValues.get(key));
      Json other = rightValues.get(key);
      if (other == null) {
        return Spot.of(path.member(key), DifferenceKind.MEMBER, value, null);
      }
      Spot inside = spot(value, other, path.member(key));
      if (inside != null) {
        return inside;
      }
    }
    for (String key : rightKeys) {
      if (!leftValues.containsKey(key)) {
        Json value = Objects.requireNonNull(rightValues.get(key));
        return Spot.of(path.member(key), DifferenceKind.MEMBER, null, value);
      }
    }
    Set<String> distinct = new HashSet<>(leftKeys);
    DifferenceKind kind =
        distinct.size() == leftKeys.size() && distinct.size() == rightKeys.size()
            ? DifferenceKind.KEY_ORDER
            : DifferenceKind.JSON_SPELLING;
    return Spot.of(path, kind, new Members(left), new Members(right));
  }

  private static @Nullable Spot elements(List<Json> left, List<Json> right, Path path) {
    if (left.size() == right.size() && counted(left).equals(counted(right))) {
      return Spot.of(path, DifferenceKind.ARRAY_ORDER, new Sequence(left), new Sequence(right));
    }
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      Spot inside = spot(left.get(i), right.get(i), path.element(i));
      if (inside != null) {
        return inside;
      }
    }
    return Spot.of(
        path.element(common),
        DifferenceKind.MEMBER,
        common < left.size() ? left.get(common) : null,
        common < right.size() ? right.get(common) : null);
  }

  private static Map<Json, Integer> counted(List<Json> elements) {
    Map<Json, Integer> counts = new HashMap<>();
    elements.forEach(element -> counts.merge(element, 1, Integer::sum));
    return counts;
  }

  /** JSON again, with what is personal in it masked; the caller cuts it. */
  private static String written(Json json) {
    return switch (json) {
      case Text(String value) ->
          '"'
              + (isPersonal(value) ? PersonalData.mask(value) : value)
                  .replace("\\", "\\\\")
                  .replace("\"", "\\\"")
              + '"';
      case Numeral(String digits) -> digits;
      case Word(String word) -> word;
      case Sequence(List<Json> elements) ->
          "[" + String.join(", ", elements.stream().map(RowComparison::written).toList()) + "]";
      case Members(List<Member> members) ->
          "{" + String.join(", ", members.stream().map(RowComparison::written).toList()) + "}";
    };
  }

  private static String written(Member member) {
    String value = written(member.value());
    String key = written(new Text(member.key()));
    return key + ": " + (PersonalData.isNamed(member.key()) ? PersonalData.mask(value) : value);
  }

  private static ColumnDifference show(
      String column,
      String path,
      DifferenceKind kind,
      @Nullable String left,
      @Nullable String right,
      boolean masked) {
    int first = left == null || right == null ? 0 : firstDifference(left, right);
    return new ColumnDifference(
        column, path, kind, shown(left, first, masked), shown(right, first, masked));
  }

  /** Whether a text must not be shown. */
  private static boolean isPersonal(@Nullable String value) {
    return value != null && (PersonalData.holdsAddress(value) || PersonalData.isNamedInside(value));
  }

  private static int firstDifference(String left, String right) {
    int common = Math.min(left.length(), right.length());
    int at = 0;
    while (at < common && left.charAt(at) == right.charAt(at)) {
      at++;
    }
    return at;
  }

  private static String shown(@Nullable String value, int difference, boolean personal) {
    if (value == null) {
      return "NULL";
    }
    if (personal) {
      return PersonalData.mask(value);
    }
    if (value.length() <= SHOWN) {
      return "'" + visible(value) + "'";
    }
    int from = Math.max(0, Math.min(difference - BEFORE_DIFFERENCE, value.length() - SHOWN));
    int to = from + SHOWN;
    // A pair of surrogates is one character; half of one is none.
    if (from > 0 && Character.isLowSurrogate(value.charAt(from))) {
      from--;
    }
    if (to < value.length() && Character.isLowSurrogate(value.charAt(to))) {
      to++;
    }
    return "%s'%s'%s (%d characters, from %d)"
        .formatted(
            from > 0 ? "…" : "",
            visible(value.substring(from, to)),
            to < value.length() ? "…" : "",
            value.length(),
            from);
  }

  /** Accents of their own, controls and odd spaces would look like nothing: é is not e\u0301. */
  private static String visible(String value) {
    StringBuilder shown = new StringBuilder(value.length());
    value
        .codePoints()
        .forEach(
            point -> {
              boolean hidden =
                  switch (Character.getType(point)) {
                    case Character.NON_SPACING_MARK,
                        Character.ENCLOSING_MARK,
                        Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED ->
                        true;
                    case Character.SPACE_SEPARATOR -> point != ' ';
                    default -> false;
                  };
              if (hidden) {
                shown.append("\\u{%04x}".formatted(point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }

  /** The kind of difference between two values that are no JSON, or leaves of one. */
  static DifferenceKind kind(@Nullable String left, @Nullable String right) {
    if (left == null || right == null) {
      String other = left == null ? right : left;
      return other != null && other.isEmpty()
          ? DifferenceKind.NULL_AND_EMPTY
          : DifferenceKind.NULL_AND_VALUE;
    }
    DifferenceKind kind = TimeDifference.kind(left, right);
    if (kind == null) {
      kind = numbers(left, right);
    }
    return kind == null ? texts(left, right) : kind;
  }

  private static @Nullable DifferenceKind numbers(String left, String right) {
    BigDecimal a = number(left);
    BigDecimal b = number(right);
    if (a == null || b == null) {
      return null;
    }
    if (a.signum() == 0 && b.signum() == 0 && left.startsWith("-") != right.startsWith("-")) {
      return DifferenceKind.SIGN_OF_ZERO;
    }
    if (a.compareTo(b) == 0) {
      return DifferenceKind.NUMBER_SPELLING;
    }
    double x = a.doubleValue();
    double y = b.doubleValue();
    boolean close = Math.abs(x - y) <= 4 * Math.ulp(Math.max(Math.abs(x), Math.abs(y)));
    return close && (left + right).indexOf('.') >= 0
        ? DifferenceKind.ROUNDING
        : DifferenceKind.VALUE;
  }

  private static @Nullable BigDecimal number(String text) {
    if (text.length() > 400 || !text.matches("-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d{1,9})?")) {
      return null;
    }
    return new BigDecimal(text);
  }

  private static DifferenceKind texts(String left, String right) {
    if (isReordered(left, right)) {
      return DifferenceKind.ARRAY_ORDER;
    }
    if (left.strip().equals(right.strip())) {
      return DifferenceKind.OUTER_SPACE;
    }
    if (nfc(left).equals(nfc(right))) {
      return DifferenceKind.UNICODE_FORM;
    }
    if (misread(left, right) || misread(right, left)) {
      return DifferenceKind.WRONG_ENCODING;
    }
    if (left.toLowerCase(Locale.ROOT).equals(right.toLowerCase(Locale.ROOT))) {
      return DifferenceKind.LETTER_CASE;
    }
    if (left.length() == right.length()) {
      int at = firstDifference(left, right);
      return left.regionMatches(at + 1, right, at + 1, left.length() - at - 1)
          ? DifferenceKind.ONE_CHARACTER
          : DifferenceKind.VALUE;
    }
    return left.startsWith(right) || right.startsWith(left)
        ? DifferenceKind.CUT_SHORT
        : DifferenceKind.VALUE;
  }

  /** PostgreSQL's own arrays: {a,"b,c",NULL}. */
  private static boolean isReordered(String left, String right) {
    return left.length() == right.length()
        && left.startsWith("{")
        && right.startsWith("{")
        && arrayElements(left).equals(arrayElements(right));
  }

  private static Map<String, Integer> arrayElements(String array) {
    Map<String, Integer> counts = new HashMap<>();
    boolean quoted = false;
    int start = 1;
    for (int i = 1; i < array.length(); i++) {
      char c = array.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '{' || c == '}')) {
        counts.merge(array.substring(start, i), 1, Integer::sum);
        start = i + 1;
      }
    }
    return counts;
  }

  private static String nfc(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static boolean misread(String right, String wrong) {
    byte[] utf8 = right.getBytes(StandardCharsets.UTF_8);
    return wrong.equals(new String(utf8, StandardCharsets.ISO_8859_1))
        || wrong.equals(new String(utf8, Charset.forName("windows-1252")));
  }
}
