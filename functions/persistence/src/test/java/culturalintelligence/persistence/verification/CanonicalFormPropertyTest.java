package culturalintelligence.persistence.verification;

import static culturalintelligence.persistence.verification.CanonicalServer.form;
import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.verification.CanonicalField;
import culturalintelligence.domain.verification.CanonicalRow;
import culturalintelligence.domain.verification.CanonicalType;
import culturalintelligence.testkit.database.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Random rows, written by Java as values, hash in Java as they do on the server that got them. */
class CanonicalFormPropertyTest {
  private static TestDatabase database;

  /** A column of some type: how a random value is made, sent as a literal, and put in its form. */
  record Kind<T>(
      String type,
      CanonicalType form,
      Function<Random, T> random,
      Function<T, String> literal,
      Function<T, CanonicalField> field) {
    Cell cell(Random random) {
      T value = random().apply(random);
      return random.nextInt(8) == 0
          ? new Cell(type, null, CanonicalField.absent(form))
          : new Cell(type, literal.apply(value), field.apply(value));
    }
  }

  record Cell(String type, @Nullable String literal, CanonicalField field) {}

  private static final List<Kind<?>> KINDS =
      List.of(
          new Kind<>(
              "boolean",
              CanonicalType.BOOLEAN,
              Random::nextBoolean,
              String::valueOf,
              CanonicalField::of),
          new Kind<>(
              "bigint",
              CanonicalType.INTEGER,
              random -> random.nextLong() >> random.nextInt(64),
              String::valueOf,
              CanonicalField::of),
          new Kind<>(
              "real",
              CanonicalType.FLOAT4,
              random -> Float.intBitsToFloat(random.nextInt()),
              String::valueOf,
              CanonicalField::of),
          new Kind<>(
              "double precision",
              CanonicalType.FLOAT8,
              random -> Double.longBitsToDouble(random.nextLong()),
              String::valueOf,
              CanonicalField::of),
          new Kind<>(
              "numeric",
              CanonicalType.OUTPUT,
              random -> BigDecimal.valueOf(random.nextLong(), random.nextInt(30)),
              BigDecimal::toPlainString,
              CanonicalField::of),
          new Kind<>(
              "text",
              CanonicalType.TEXT,
              CanonicalFormPropertyTest::text,
              Function.identity(),
              CanonicalField::of),
          new Kind<>(
              "json",
              CanonicalType.JSON,
              random -> "{\"a\" : [" + random.nextInt() + ",  1.0]}",
              Function.identity(),
              text -> CanonicalField.parse(CanonicalType.JSON, text)),
          new Kind<>(
              "bytea",
              CanonicalType.BYTEA,
              random -> {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                return bytes;
              },
              bytes -> "\\x" + HexFormat.of().formatHex(bytes),
              CanonicalField::of),
          new Kind<>(
              "uuid",
              CanonicalType.UUID,
              random -> new UUID(random.nextLong(), random.nextLong()),
              UUID::toString,
              CanonicalField::of),
          new Kind<>(
              "date",
              CanonicalType.DATE,
              random -> LocalDate.of(1, 1, 1).plusDays(random.nextInt(3_600_000)),
              LocalDate::toString,
              CanonicalField::of),
          new Kind<>(
              "time",
              CanonicalType.TIME,
              random -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000),
              LocalTime::toString,
              CanonicalField::of),
          new Kind<>(
              "timetz",
              CanonicalType.TIME_WITH_ZONE,
              random ->
                  OffsetTime.of(
                      LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1000),
                      ZoneOffset.ofTotalSeconds(random.nextInt(-57_000, 57_000))),
              OffsetTime::toString,
              CanonicalField::of),
          new Kind<>(
              "timestamp",
              CanonicalType.TIMESTAMP,
              random ->
                  LocalDateTime.of(1, 1, 1, 0, 0)
                      .plus(random.nextLong(300_000_000_000_000_000L), ChronoUnit.MICROS),
              LocalDateTime::toString,
              CanonicalField::of),
          new Kind<>(
              "timestamptz",
              CanonicalType.INSTANT,
              random ->
                  Instant.parse("0001-01-01T00:00:00Z")
                      .plus(random.nextLong(300_000_000_000_000_000L), ChronoUnit.MICROS),
              Instant::toString,
              CanonicalField::of));

  @BeforeContainer
  static void start() {
    database = TestDatabase.empty();
  }

  @AfterContainer
  static void stop() {
    database.close();
  }

  @Property(tries = 150)
  void aRowOfJavasValuesHashesAsTheServersRow(@ForAll long seed) throws SQLException {
    Random random = new Random(seed);
    List<Cell> cells = new ArrayList<>();
    for (int i = random.nextInt(1, 24); i > 0; i--) {
      cells.add(KINDS.get(random.nextInt(KINDS.size())).cell(random));
    }
    List<CanonicalColumn> columns = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      columns.add(CanonicalColumn.named("c" + i, cells.get(i).type()));
      values.add("CAST(? AS %s) AS c%d".formatted(cells.get(i).type(), i));
    }
    CanonicalSql.Supported form = form(columns.toArray(CanonicalColumn[]::new));
    CanonicalRow expected = new CanonicalRow(cells.stream().map(Cell::field).toList());

    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      pin(connection);
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT %s, %s FROM (SELECT %s OFFSET 0) AS t"
                  .formatted(
                      form.bytes(),
                      String.join(", ", form.fieldTexts()),
                      String.join(", ", values)))) {
        for (int i = 0; i < cells.size(); i++) {
          select.setString(i + 1, cells.get(i).literal());
        }
        try (ResultSet result = select.executeQuery()) {
          assertThat(result.next()).isTrue();
          List<@Nullable String> texts = new ArrayList<>();
          for (int i = 0; i < cells.size(); i++) {
            texts.add(result.getString(i + 2));
          }
          assertThat(HexFormat.of().formatHex(result.getBytes(1)))
              .as("%s", cells)
              .isEqualTo(HexFormat.of().formatHex(expected.bytes()));
          assertThat(CanonicalRow.parse(form.types(), texts)).isEqualTo(expected);
        }
      }
    }
  }

  private static void pin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String setting : CanonicalSql.sessionSettings()) {
        statement.execute(setting);
      }
    }
  }

  /** Any Unicode but NUL, which PostgreSQL has no text for, and half characters. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int point = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(1, 0x250);
      boolean unsendable = point == 0 || (point >= 0xD800 && point < 0xE000);
      text.appendCodePoint(unsendable ? ' ' : point);
    }
    return text.toString();
  }
}
