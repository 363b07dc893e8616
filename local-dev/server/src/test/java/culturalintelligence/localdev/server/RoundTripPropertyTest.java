package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.CopyOutcome;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.persistence.carried.BinaryChunk;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * {@code get(put(row)) = row}: tables of random columns, names, keys and values go to the target
 * and come back through their views, text for text, and by our own comparison besides. Each try is
 * two real databases and some tables; a seed gives the same ones again.
 */
class RoundTripPropertyTest {
  private static final int TABLES = 4;

  /** A type and a random value of it as an SQL expression. */
  private record Kind(String type, Function<Random, String> value) {}

  private static final List<Kind> PLAIN =
      List.of(
          new Kind("boolean", r -> Boolean.toString(r.nextBoolean())),
          new Kind("smallint", r -> "'%d'".formatted((short) r.nextInt())),
          new Kind("integer", r -> "'%d'".formatted(r.nextInt())),
          new Kind("bigint", r -> "'%d'".formatted(r.nextLong())),
          new Kind("real", r -> one(r, "NaN", "-0", "Infinity", "1e-40", r.nextFloat() + "")),
          new Kind(
              "double precision",
              r -> one(r, "NaN", "-0", "-Infinity", "0.1", r.nextGaussian() + "")),
          new Kind(
              "numeric",
              r -> one(r, "NaN", "0.000", "1E100", "-1.50", r.nextLong() + "." + r.nextInt(9999))),
          new Kind(
              "numeric(8,3)", r -> one(r, "0", "12345.678", "-0.001", r.nextInt(99999) + ".5")),
          new Kind("text", RoundTripPropertyTest::text),
          new Kind("character varying(12)", r -> "left(%s, 12)".formatted(text(r))),
          new Kind("character(6)", r -> "left(%s, 6)".formatted(text(r))),
          new Kind("uuid", r -> "'%s'".formatted(new java.util.UUID(r.nextLong(), r.nextLong()))),
          new Kind("bytea", r -> "decode('%s', 'hex')".formatted("00ff5c0a".repeat(r.nextInt(4)))),
          new Kind(
              "json",
              r ->
                  one(
                      r,
                      " {\"a\":1,  \"a\":2}",
                      "[1.0, 1]",
                      "\"\\u0000\"",
                      "null",
                      "{\"artist\": \"x\\\\ty\"}")),
          new Kind(
              "jsonb",
              r ->
                  one(
                      r,
                      "{\"b\": 1.50, \"a\": [null, \"é\"]}",
                      "\"x\"",
                      "1e3",
                      "[]",
                      "{\"bpm\": 128}")),
          new Kind("date", r -> one(r, "infinity", "0044-03-15 BC", "2024-02-29", "5874897-12-31")),
          new Kind(
              "timestamp",
              r ->
                  one(
                      r,
                      "-infinity",
                      "2024-01-01 00:00:00.000001",
                      "0001-01-01 BC",
                      "294276-12-31 23:59:59.999999")),
          new Kind(
              "timestamp(3)", r -> one(r, "2024-01-01 00:00:00.123", "1999-12-31 23:59:59.999")),
          new Kind(
              "timestamptz",
              r -> one(r, "infinity", "2024-01-01 00:00:00.5+05:30", "4713-01-01 00:00:00+00 BC")),
          new Kind("time", r -> one(r, "24:00:00", "00:00", "12:34:56.789012")),
          new Kind("timetz", r -> one(r, "24:00:00-15:59", "01:02:03.4+05:30")),
          new Kind(
              "interval",
              r -> one(r, "1 day", "24 hours", "1 mon -1 day 00:00:00.000001", "-178000000 years")),
          new Kind("inet", r -> one(r, "10.0.0.1/8", "::1", "fe80::/10")),
          new Kind("text[]", r -> "array[%s, null, %s]".formatted(text(r), text(r))),
          new Kind("integer[]", r -> one(r, "{}", "{{1,2},{3,4}}", "[5:6]={7,8}", "{NULL}")));

  private static final List<Kind> OTHERS =
      List.of(
          new Kind("mood", r -> one(r, "calm", "o''k", "")),
          new Kind("mood[]", r -> one(r, "{calm,NULL}", "{}")),
          new Kind("int4range", r -> one(r, "[1,5)", "empty", "(,)")),
          new Kind("bit varying(9)", r -> one(r, "101", "")),
          new Kind("money", r -> one(r, "12.34", "-0.01")),
          new Kind("xml", r -> one(r, "<a b=\"c\"/>", "text")),
          new Kind("point", r -> one(r, "(1,2)", "(0,-0)")),
          new Kind("stars", r -> one(r, "0", "5")));

  private static String one(Random random, String... values) {
    String value = values[random.nextInt(values.length)];
    return "'" + (value.contains("''") ? value : value.replace("'", "''")) + "'";
  }

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\\N",
          "\\.",
          "a\tb",
          "a\nb\rc",
          "\\\\x",
          "NULL",
          "é",
          "e\u0301",
          "🎵",
          "'",
          "\"",
          "%s",
          "\u0001",
          "X:\\Music\\a.mp3");

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(TEXTS.get(random.nextInt(TEXTS.size())));
    }
    return Sql.literal(text.toString()) + "::text";
  }

  private static final List<String> NAMES =
      List.of(
          "a",
          "select",
          "Mixed Case",
          "quo\"te",
          "ünïcode",
          "x'y",
          "with.dot",
          "tab\\slash",
          "order",
          "🎧",
          "ctid2",
          "name");

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void whatGoesInComesOut(@ForAll long seed) throws SQLException {
    Random random = new Random(seed);
    StringBuilder sql =
        new StringBuilder(
            "create type mood as enum ('calm', 'o''k', ''); create domain stars as int check (value between 0 and 5);");
    for (int i = 0; i < TABLES; i++) {
      table(random, i, sql);
    }
    try (Scene scene = Scene.of(sql.toString())) {
      assertThat(scene.copy())
          .allMatch(o -> o instanceof CopyOutcome.Copied c && c.quarantined() == 0);
      assertThat(scene.verify()).as("seed " + seed).isEmpty();
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
      List<PlannedTable> tables = scene.plans.carriedTables(scene.plan());
      assertThat(tables).hasSize(TABLES);
      for (PlannedTable table : tables) {
        String columns =
            table.source().columns().stream()
                .map(SourceColumn::name)
                .map(Sql::identifier)
                .map(c -> "coalesce(quote_literal(%s::text), 'NULL')".formatted(c))
                .collect(Collectors.joining(" || ',' || "));
        String rows = "select %s as r from %s";
        assertThat(scene.target(rows.formatted(columns, table.carried().view())))
            .as("seed %d, %s", seed, table.source())
            .containsExactlyInAnyOrderElementsOf(
                scene.source(rows.formatted(columns, new SourceRows(table.source()).from())));
      }
      // Both ways of copying are tried: of four tables one never has any but plain types.
      assertThat(tables).anyMatch(t -> BinaryChunk.of(t.carried()).isPresent());
    }
  }

  private static void table(Random random, int number, StringBuilder sql) {
    boolean plain = number == 0 || random.nextBoolean();
    boolean tracks = random.nextInt(3) == 0;
    List<Function<Random, String>> values = new ArrayList<>();
    List<String> definitions = new ArrayList<>();
    Map<Integer, String> keys =
        Map.of(0, "integer", 1, "uuid", 2, "text", 3, "timestamp", 4, "numeric", 5, "none");
    String key = keys.getOrDefault(random.nextInt(tracks || number == 0 ? 5 : 6), "none");
    int rows = random.nextInt(60);
    if (!key.equals("none")) {
      definitions.add("the_key %s primary key".formatted(key));
    }
    if (tracks) {
      definitions.add("file_path text" + (random.nextBoolean() ? " not null" : ""));
      definitions.add("metacrate_classification jsonb");
      definitions.add("confidence_score float8");
      definitions.add("processing_timestamp timestamp");
    }
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      boolean other = !plain && random.nextInt(3) == 0;
      List<Kind> kinds = other ? OTHERS : PLAIN;
      Kind kind = kinds.get(random.nextInt(kinds.size()));
      String name = Sql.identifier(NAMES.get(random.nextInt(NAMES.size())) + i);
      values.add(kind.value());
      definitions.add(name + " " + kind.type());
    }
    String name = (tracks ? "tracks_" : "audio_") + number;
    sql.append("create table %s (%s);\n".formatted(name, String.join(", ", definitions)));
    for (int row = 0; row < rows; row++) {
      List<String> line = new ArrayList<>();
      if (!key.equals("none")) {
        line.add(keyValue(key, row));
      }
      if (tracks) {
        line.add(Sql.literal("/m/" + row % 40 + TEXTS.get(random.nextInt(TEXTS.size())) + ".mp3"));
        line.add(
            random.nextInt(5) == 0
                ? "null"
                : "'{\"artist\": \"A%d\", \"bpm\": %d}'".formatted(row, random.nextInt(200)));
        line.add(random.nextInt(5) == 0 ? "null" : Double.toString(random.nextInt(11) / 10.0));
        line.add(
            random.nextInt(5) == 0
                ? "null"
                : "'2024-01-0%d 10:00:00.%03d'"
                    .formatted(1 + random.nextInt(9), random.nextInt(1000)));
      }
      for (Function<Random, String> value : values) {
        line.add(random.nextInt(6) == 0 ? "null" : value.apply(random));
      }
      sql.append("insert into %s values (%s);\n".formatted(name, String.join(", ", line)));
    }
  }

  private static String keyValue(String key, int row) {
    return switch (key) {
      case "uuid" -> "md5('%d')::uuid".formatted(row);
      case "timestamp" ->
          "'2024-01-01'::timestamp + interval '%d microseconds'".formatted(row * 7919);
      case "numeric" -> "%d.%d".formatted(row, row % 3);
      case "text" -> Sql.literal("k" + TEXTS.get(row % TEXTS.size()) + row);
      default -> Integer.toString(row * 31 - 500);
    };
  }
}
