package culturalintelligence.persistence.carried;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.testkit.database.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.copy.CopyIn;

/** The server itself says whether what it received is what was meant. */
class CopyBinaryTest {
  private static TestDatabase database;

  @BeforeAll
  static void start() {
    database = TestDatabase.empty();
    database.execute(
        "create table number (id int generated always as identity, value numeric);"
            + "create table moment (id int generated always as identity, value timestamptz);"
            + "create table thing (a uuid, b text, c boolean, d bytea)");
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void numbersArriveToTheLastDigitAndZero() throws SQLException {
    List<BigDecimal> numbers = new ArrayList<>();
    for (String number :
        List.of(
            "0",
            "0.00",
            "0.000000000000000",
            "1",
            "1.0",
            "-1",
            "10000",
            "9999",
            "100000000",
            "0.0001",
            "0.00001",
            "0.1",
            "124.00",
            "9999.99",
            "0.950000000000000",
            "0.300000000000000",
            "-0.5",
            "12345678901234567890.123456789",
            "1E+9",
            "1.000000000000001",
            "99999999",
            "10000.0001")) {
      numbers.add(new BigDecimal(number));
    }
    Random random = new Random(20_260_101);
    for (int i = 0; i < 2_000; i++) {
      numbers.add(
          new BigDecimal(
              new java.math.BigInteger(random.nextInt(1, 90), random), random.nextInt(0, 24)));
    }
    CopyBinary rows = new CopyBinary();
    for (BigDecimal number : numbers) {
      rows.startRow(1);
      rows.number(number);
    }
    try (Connection connection = database.connect()) {
      send(rows, connection, "number (value)");
    }

    assertThat(texts("select value::text from number order by id"))
        .isEqualTo(numbers.stream().map(BigDecimal::toPlainString).toList());
  }

  @Test
  void momentsArriveAsTheServerWroteThem() throws SQLException {
    List<String> written =
        texts(
            """
            set timezone = 'UTC';
            select t::timestamptz::text from unnest(array['2024-07-03 20:01:39.442373', '2024-07-03 20:01:39',
              '1999-12-31 23:59:59.999999', '2000-01-01', '0001-01-01', '0044-03-15 12:00:00 BC', '4713-01-01 BC',
              '0001-02-29 BC', '294276-12-31 23:59:59.999999', '12024-01-01 00:00:00.1', 'infinity', '-infinity',
              '1900-02-28 23:59:59.5']) t
            """);
    CopyBinary rows = new CopyBinary();
    for (String moment : written) {
      rows.startRow(1);
      rows.time(CopyBinary.micros(moment).orElseThrow());
    }
    try (Connection connection = database.connect()) {
      send(rows, connection, "moment (value)");
    }

    assertThat(texts("set timezone = 'UTC'; select value::text from moment order by id"))
        .isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tomorrow",
        "2024-07-03",
        "2024-07-03 20:01:39+02",
        "03.07.2024 20:01:39",
        "2024-07-03T20:01:39",
        "2024-07-03 20:01:39.1234567",
        "2024-13-03 20:01:39",
        "99999999999-01-01 00:00:00"
      })
  void whatIsWrittenInAnotherWayIsLeftToTheServer(String text) {
    assertThat(CopyBinary.micros(text)).isEqualTo(OptionalLong.empty());
  }

  @Test
  void theOtherTypesArriveToo() throws SQLException {
    CopyBinary rows = new CopyBinary();
    UUID id = UUID.fromString("ffeeddcc-bbaa-9988-7766-554433221100");
    rows.startRow(4);
    rows.id(id).text("tab\tnew\nline \\ ö 𝄞").truth(true).hex("00ff7f");
    rows.startRow(4);
    rows.id(id).text(null).truth(false).hex(null);
    rows.startRow(4);
    rows.id(id).text("x".repeat(200_000)).truth(false).hex("");
    try (Connection connection = database.connect()) {
      send(rows, connection, "thing");
    }

    assertThat(
            texts(
                "select a || ' ' || coalesce(left(b, 30), '-') || ' ' || c || ' ' || coalesce(d::text, '-') from thing"))
        .containsExactly(
            id + " tab\tnew\nline \\ ö 𝄞 true \\x00ff7f",
            id + " - false -",
            id + " " + "x".repeat(30) + " false \\x");
    assertThat(texts("select length(b) from thing where length(b) > 30")).containsExactly("200000");
  }

  private static List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      if (!rows) {
        statement.getMoreResults();
      }
      try (ResultSet row = statement.getResultSet()) {
        while (row.next()) {
          texts.add(row.getString(1));
        }
      }
    }
    return texts;
  }

  private static void send(CopyBinary rows, Connection connection, String into)
      throws SQLException {
    CopyIn in = CopyBinary.open(connection, into);
    rows.send(in);
    CopyBinary.end(in);
  }
}
