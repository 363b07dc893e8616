package culturalintelligence.domain.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowComparisonTest {
  static final List<Arguments> KINDS =
      List.of(
          Arguments.of(DifferenceKind.NULL_AND_EMPTY, null, ""),
          Arguments.of(DifferenceKind.NULL_AND_VALUE, null, " "),
          Arguments.of(DifferenceKind.NULL_AND_VALUE, "null", null),
          Arguments.of(DifferenceKind.OUTER_SPACE, "House", "House "),
          Arguments.of(DifferenceKind.OUTER_SPACE, "House", "\tHouse"),
          Arguments.of(DifferenceKind.UNICODE_FORM, "é", "e\u0301"),
          Arguments.of(DifferenceKind.WRONG_ENCODING, "Beyoncé", "BeyoncÃ©"),
          Arguments.of(DifferenceKind.WRONG_ENCODING, "â€™", "’"),
          Arguments.of(DifferenceKind.LETTER_CASE, "House", "HOUSE"),
          Arguments.of(DifferenceKind.CUT_SHORT, "Afro House", "Afro"),
          Arguments.of(DifferenceKind.CUT_SHORT, "", "Afro"),
          Arguments.of(DifferenceKind.SIGN_OF_ZERO, "0", "-0"),
          Arguments.of(DifferenceKind.SIGN_OF_ZERO, "-0.0", "0.0"),
          Arguments.of(DifferenceKind.NUMBER_SPELLING, "1", "1.0"),
          Arguments.of(DifferenceKind.NUMBER_SPELLING, "100", "1e2"),
          Arguments.of(DifferenceKind.ROUNDING, "0.3", "0.30000000000000004"),
          Arguments.of(DifferenceKind.ROUNDING, "-1.1", "-1.1000000000000001"),
          Arguments.of(DifferenceKind.VALUE, "0.3", "0.4"),
          Arguments.of(DifferenceKind.VALUE, "9007199254740993", "9007199254740992"),
          Arguments.of(DifferenceKind.VALUE, "0.3", "0.301"),
          Arguments.of(
              DifferenceKind.MICROSECONDS,
              "2024-01-01 00:00:00.123456",
              "2024-01-01 00:00:00.123457"),
          Arguments.of(
              DifferenceKind.MICROSECONDS, "2024-01-01 00:00:00.123456", "2024-01-01 00:00:00.123"),
          Arguments.of(DifferenceKind.VALUE, "2024-01-01 00:00:00.123", "2024-01-01 00:00:00.124"),
          Arguments.of(
              DifferenceKind.TIME_ZONE, "2024-01-01 00:00:00+00", "2023-12-31 18:15:00+00"),
          Arguments.of(DifferenceKind.TIME_ZONE, "2024-01-01T00:00:00Z", "2024-01-02T02:00:00Z"),
          Arguments.of(DifferenceKind.VALUE, "2024-01-01 00:00:00", "2024-01-05 00:00:00"),
          Arguments.of(DifferenceKind.KEY_ORDER, "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}"),
          Arguments.of(DifferenceKind.ARRAY_ORDER, "[1, 2, 2]", "[2, 1, 2]"),
          Arguments.of(DifferenceKind.ARRAY_ORDER, "{a,\"b,c\"}", "{\"b,c\",a}"),
          Arguments.of(DifferenceKind.VALUE, "{a,b,a}", "{b,a,b}"),
          Arguments.of(DifferenceKind.MEMBER, "[1, 2, 2]", "[1, 2]"),
          Arguments.of(DifferenceKind.MEMBER, "{}", "{\"a\": 1}"),
          Arguments.of(DifferenceKind.JSON_SPELLING, "{\"a\":1}", "{\"a\": 1}"),
          Arguments.of(DifferenceKind.JSON_SPELLING, "[\"\\u00e9\\/\"]", "[\"é/\"]"),
          Arguments.of(DifferenceKind.JSON_SPELLING, "{\"a\":1,\"a\":1}", "{\"a\":1}"),
          Arguments.of(DifferenceKind.ONE_CHARACTER, "Gqom", "Gqon"),
          Arguments.of(DifferenceKind.VALUE, "Gqom", "Kwai"),
          Arguments.of(DifferenceKind.VALUE, "{\"a\": 1}", "{\"a\": \"1\"}"));

  @ParameterizedTest(name = "{0}: {1} / {2}")
  @FieldSource("KINDS")
  void aDifferenceHasAKindWhicheverSideItIsOn(
      DifferenceKind kind, @Nullable String one, @Nullable String other) {
    assertThat(only("c", one, other).kind()).isEqualTo(kind);
    assertThat(only("c", other, one).kind()).isEqualTo(kind);
  }

  @Test
  void equalRowsDifferNowhere() {
    assertThat(RowComparison.compare(List.of("a", "b"), row("x", null), row("x", null))).isEmpty();
  }

  @Test
  void everyColumnThatDiffersIsNamedInOrder() {
    assertThat(
            RowComparison.compare(
                List.of("id", "title", "genre", "energy"),
                row("1", "Water", null, "7"),
                row("1", "Water ", "", "8")))
        .containsExactly(
            new ColumnDifference("title", "", DifferenceKind.OUTER_SPACE, "'Water'", "'Water '"),
            new ColumnDifference("genre", "", DifferenceKind.NULL_AND_EMPTY, "NULL", "''"),
            new ColumnDifference("energy", "", DifferenceKind.VALUE, "'7'", "'8'"));
  }

  @Test
  void rowsOfDifferentWidthAreAMistake() {
    assertThatThrownBy(() -> RowComparison.compare(List.of("a"), row("1"), row("1", "2")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RowComparison.compare(List.of("a"), row("1", "2"), row("1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDifferenceInsideJsonIsFoundAtItsPath() {
    assertThat(
            only(
                "extraction_metadata",
                "{\"bpm\": 120, \"tags\": {\"TXXX:ENERGY\": [{\"v\": 1.0}, {\"v\": 7}]}}",
                "{\"bpm\": 120, \"tags\": {\"TXXX:ENERGY\": [{\"v\": 1.0}, {\"v\": 7.0}]}}"))
        .isEqualTo(
            new ColumnDifference(
                "extraction_metadata",
                "tags.\"TXXX:ENERGY\"[1].v",
                DifferenceKind.NUMBER_SPELLING,
                "'7'",
                "'7.0'"));
    assertThat(only("m", "{\"a\": {\"b\": \"x\"}}", "{\"a\": {}}"))
        .isEqualTo(new ColumnDifference("m", "a.b", DifferenceKind.MEMBER, "'\"x\"'", "NULL"));
    assertThat(only("m", "[true, null]", "[true, false]"))
        .isEqualTo(new ColumnDifference("m", "[1]", DifferenceKind.VALUE, "'null'", "'false'"));
    assertThat(only("m", "[[1], []]", "[[1], [{\"q\\\"\": \"\\\\\"}]]"))
        .isEqualTo(
            new ColumnDifference(
                "m", "[1][0]", DifferenceKind.MEMBER, "NULL", "'{\"q\\\"\": \"\\\\\"}'"));
  }

  @Test
  void aLongValueIsCutAroundItsFirstDifference() {
    String left = "x".repeat(500) + "A" + "y".repeat(500);
    ColumnDifference difference = only("c", left, left.replace('A', 'B'));

    assertThat(difference.source())
        .isEqualTo("…'" + "x".repeat(40) + "A" + "y".repeat(79) + "'… (1001 characters, from 460)");
    assertThat(difference.target()).contains("xB" + "y");
    assertThat(only("c", "a".repeat(121), "a".repeat(120)))
        .satisfies(
            cut -> {
              assertThat(cut.source())
                  .isEqualTo("…'" + "a".repeat(120) + "' (121 characters, from 1)");
              assertThat(cut.target()).isEqualTo("'" + "a".repeat(120) + "'");
            });
  }

  @Test
  void noCharacterIsCutInHalf() {
    String faces = "😀".repeat(200);
    ColumnDifference difference = only("c", "a" + faces, "b" + faces);
    assertThat(difference.source()).doesNotContain("u{d8").contains("😀'…");
    ColumnDifference late = only("c", faces + "xa", faces + "xb");
    assertThat(late.source()).doesNotContain("u{d").startsWith("…'😀");
  }

  @Test
  void whatLooksLikeNothingIsWrittenOut() {
    assertThat(only("c", "é\u00a0\u0007", "e\u0301 \u200b").source())
        .isEqualTo("'é\\u{00a0}\\u{0007}'");
    assertThat(only("c", "é\u00a0\u0007", "e\u0301 \u200b").target())
        .isEqualTo("'e\\u{0301} \\u{200b}'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ownr",
        "apID",
        "iTunes_apID",
        "owner_email",
        "E-Mail",
        "purchaserName",
        "user_name",
        "mail"
      })
  void aPersonsDataIsMaskedByTheNameOfItsColumnOrKey(String name) {
    assertThat(only(name, "Jane Doe", "Jane Do").source()).isEqualTo("‹personal, 8 characters›");
    assertThat(
            only(
                "extraction_metadata",
                "{\"%s\": \"Jane Doe\"}".formatted(name),
                "{\"%s\": \"Jane Do\"}".formatted(name)))
        .satisfies(
            difference -> {
              assertThat(difference.source()).isEqualTo("‹personal, 8 characters›");
              assertThat(difference.target()).isEqualTo("‹personal, 7 characters›");
              assertThat(difference.kind()).isEqualTo(DifferenceKind.CUT_SHORT);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1, \"ownr\": \"Jane Doe\", \"apID\": [\"jane@example.org\"]}",
        "{\"a\": 1, \"purchase\": {\"name\": \"Jane Doe\"}}",
        "{\"a\": 1, \"comment\": \"bought by jane@example.org\"}",
        "{\"a\": 1, \"jane@example.org\": true}",
        "{\"a\": 1, \"raw\": \"ownr=Jane Doe\"}",
        "\"a\"=>\"1\", \"ownr\"=>\"Jane Doe\"",
        "(a,jane.doe+music@mail.example.org)",
        "{\"a\": 1, \"ownr\": \"Jane Doe\"",
      })
  void aPersonsDataInsideAValueIsMasked(String value) {
    for (String other :
        Arrays.asList("{}", "{\"b\": 1}", "x", "", null, value.replace("a", "b"), value + " ")) {
      ColumnDifference difference = only("extraction_metadata", value, other);
      assertThat(difference.toString())
          .as("against %s", other)
          .doesNotContain("Jane")
          .doesNotContain("jane");
    }
  }

  @Test
  void onlyWhatIsPersonalIsMasked() {
    assertThat(only("m", "{\"a\":1,\"ownr\":\"Jane Doe\"}", "{\"ownr\":\"Jane Doe\",\"a\":1}"))
        .isEqualTo(
            new ColumnDifference(
                "m",
                "",
                DifferenceKind.KEY_ORDER,
                "'{\"a\": 1, \"ownr\": ‹personal, 10 characters›}'",
                "'{\"ownr\": ‹personal, 10 characters›, \"a\": 1}'"));
    assertThat(only("artist", "DJ @ Home", "DJ @ home").source()).isEqualTo("'DJ @ Home'");
  }

  @Test
  void jsonThatIsTooDeepIsStillCompared() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(only("c", deep, deep + " ").kind()).isEqualTo(DifferenceKind.OUTER_SPACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1]",
        "[1",
        "[1 2]",
        "[tru]",
        "[\"\\x\"]",
        "[\"\\u12g4\"]",
        "[\"\\u12",
        "[1]x",
        "{a:1}",
        "[,]",
        "{\"a\" 1}"
      })
  void brokenJsonIsComparedAsText(String broken) {
    assertThat(only("c", broken, broken + " ").kind()).isEqualTo(DifferenceKind.OUTER_SPACE);
  }

  private static ColumnDifference only(
      String column, @Nullable String one, @Nullable String other) {
    List<ColumnDifference> differences =
        RowComparison.compare(List.of(column), row(one), row(other));
    assertThat(differences).hasSize(1);
    return differences.getFirst();
  }

  private static List<@Nullable String> row(@Nullable String... fields) {
    return Arrays.asList(fields);
  }
}
