package culturalintelligence.persistence.verification;

import static culturalintelligence.persistence.verification.CanonicalServer.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import culturalintelligence.domain.verification.BucketSum;
import culturalintelligence.domain.verification.CanonicalField;
import culturalintelligence.domain.verification.CanonicalRow;
import culturalintelligence.testkit.database.TestDatabase;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The canonical form on a real server: as Java computes it, whatever the session, and seeing all.
 */
class CanonicalSqlTest {
  private static TestDatabase database;

  /** A type and values at its edges, as literals. */
  record Values(String type, List<String> literals) {
    static Values of(String type, String... literals) {
      return new Values(type, List.of(literals));
    }
  }

  static final List<Values> EVERY_TYPE =
      List.of(
          Values.of("boolean", "t", "f"),
          Values.of("smallint", "-32768", "0", "32767"),
          Values.of("integer", "-2147483648", "-1", "2147483647"),
          Values.of("bigint", "-9223372036854775808", "9223372036854775807"),
          Values.of("oid", "0", "4294967295"),
          Values.of("real", "0", "-0", "1e-45", "3.4028235e38", "0.1", "NaN", "-Infinity"),
          Values.of(
              "double precision",
              "0",
              "-0",
              "5e-324",
              "1.7976931348623157e308",
              "0.1",
              "0.30000000000000004",
              "NaN",
              "Infinity",
              "-Infinity"),
          Values.of(
              "numeric",
              "0",
              "0.0",
              "1.00",
              "-1e-30",
              "123456789012345678901234567890.123456789",
              "NaN",
              "Infinity",
              "-Infinity"),
          Values.of("numeric(10,2)", "1", "-99999999.99"),
          Values.of(
              "text", "", " ", "a ", "Amapiano — Gqom", "é", "e\u0301", "😀", "\t\n\\", "NULL"),
          Values.of("character varying(20)", "", "x "),
          Values.of("character(5)", "", "ab", "ab   ", "äöü"),
          Values.of("name", "relname"),
          Values.of("\"char\"", "", "a", "~"),
          Values.of("bytea", "\\x", "\\x00ff5c", "\\xdeadbeef"),
          Values.of(
              "uuid",
              "00000000-0000-0000-0000-000000000000",
              "ffffffff-ffff-ffff-ffff-ffffffffffff",
              "0188a5eb-1f2c-7d3a-9c4b-2a1f00ff7e10"),
          Values.of(
              "date",
              "4713-11-24 BC",
              "0001-12-31 BC",
              "0001-01-01",
              "1999-12-31",
              "2000-01-01",
              "5874897-12-31",
              "infinity",
              "-infinity"),
          Values.of("time", "00:00:00", "23:59:59.999999", "24:00:00", "12:00:00.5"),
          Values.of(
              "time with time zone", "00:00:00+00", "12:34:56.000001+05:30", "24:00:00-15:59:59"),
          Values.of(
              "timestamp",
              "4713-11-24 00:00:00 BC",
              "0044-03-15 12:00:00.1 BC",
              "1999-12-31 23:59:59.999999",
              "2000-01-01 00:00:00",
              "2024-02-29 12:34:56.123456",
              "294276-12-31 23:59:59.999999",
              "infinity",
              "-infinity"),
          Values.of(
              "timestamp(3) with time zone",
              "4714-11-24 00:00:00+00 BC",
              "2024-07-01 00:00:00+05:45",
              "infinity",
              "-infinity"),
          Values.of("timestamptz", "1883-11-18 12:03:57.5-07:52:58", "2024-03-31 02:30:00+01"),
          Values.of(
              "interval",
              "0",
              "1 day",
              "24 hours",
              "-1 day",
              "1 year -2 mons +3 days -04:05:06.000007",
              "-1 mon +00:00:00.1",
              "30 days",
              "-178000000 years",
              "2562047788:00:54.775807",
              "-2562047788:00:54.775807"),
          Values.of("interval day to second", "3 days 04:05:06"),
          Values.of(
              "json",
              "{\"b\":1,\"a\" : 1.0}",
              "null",
              "[1, 2]",
              "{\"a\":1,\"a\":2}",
              "\"\\u0000\""),
          Values.of(
              "jsonb", "{\"b\":1,\"a\":1.0}", "null", "1", "1.0", "[]", "\"é\"", "-0.0", "1e400"),
          Values.of("bit(9)", "101010101", "000000000"),
          Values.of("bit varying", "", "1", "00000001"),
          Values.of(
              "money", "0", "-0.01", "92233720368547758.07", "-92233720368547758.08", "1234.5"),
          Values.of("macaddr", "08:00:2b:01:02:03"),
          Values.of("macaddr8", "08:00:2b:01:02:03:04:05"),
          Values.of("inet", "192.168.0.1", "192.168.0.1/24", "::1", "::ffff:1.2.3.4/96"),
          Values.of("cidr", "10.0.0.0/8", "2001:db8::/32"),
          Values.of("xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>é</a>", "<a/>"),
          Values.of("tsvector", "a fat cat:3A,5", ""),
          Values.of("tsquery", "fat & !rat:ab"),
          Values.of("point", "(0,-0)", "(0.1,NaN)"),
          Values.of("polygon", "((0,0),(1,0),(1,1))"),
          Values.of("circle", "<(0.30000000000000004,0),1>"),
          Values.of("int4range", "empty", "[1,5)", "(,)"),
          Values.of("tstzrange", "[2024-01-01 00:00+02,infinity)"),
          Values.of("nummultirange", "{[1.0,2.00),(5,)}"),
          Values.of("text[]", "{}", "{NULL,\"NULL\",\"\",\" a\"}", "[0:1]={a,b}", "{{a,b},{c,d}}"),
          Values.of("double precision[]", "{0.30000000000000004,-0,NaN}"),
          Values.of("timestamp with time zone[]", "{2024-01-01 00:00+02}"),
          Values.of("jsonb[]", "{\"{\\\"a\\\": 1.0}\"}"),
          Values.of("bytea[]", "{\"\\\\x00ff\"}"),
          Values.of("interval[]", "{1 day,24:00:00}"),
          Values.of("mood", "Peak time", "après"),
          Values.of("mood[]", "{Peak time,après}"),
          Values.of("bpm", "120.50"),
          Values.of("code", "ab"),
          Values.of("cue", "(,)", "(0.1,\"a, \"\"b\"\"\")"),
          Values.of("hstore", "b=>NULL,a=>\"NULL\"", "a=>\" 1\""),
          Values.of("citext", "House", "house"),
          Values.of("pg_lsn", "16/B374D848"));

  @BeforeAll
  static void start() {
    database = TestDatabase.empty();
    database.execute(
        """
        create extension hstore;
        create extension citext;
        create type mood as enum ('Peak time', 'après');
        create domain bpm as numeric(6,2) check (value > 0);
        create domain code as char(5);
        create type cue as (at float8, label text);
        """);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @ParameterizedTest
  @FieldSource("EVERY_TYPE")
  void javaComputesTheBytesTheServerComputes(Values values) throws SQLException {
    CanonicalSql.Supported form = form(values.type());
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      Set<String> seen = new HashSet<>();
      for (String literal : values.literals()) {
        String from = row(literal, values.type());
        String bytes = server.bytes(form, from);

        assertThat(bytes)
            .as("%s %s", values.type(), literal)
            .isEqualTo(HexFormat.of().formatHex(server.row(form, from).bytes()));
        assertThat(server.digest(form, from)).isEqualTo(server.row(form, from).digest().toString());
        if (!Set.of("xml", "code").contains(values.type())) {
          assertThat(
                  CanonicalRow.parse(
                      form.types(), server.query("SELECT v FROM " + from).getFirst()))
              .as("the driver's own text of %s %s", values.type(), literal)
              .isEqualTo(server.row(form, from));
        }
        seen.add(bytes);
      }
      int different =
          values.type().equals("character(5)")
              ? values.literals().size() - 1
              : values.literals().size();
      assertThat(seen).as("values of %s are told apart", values.type()).hasSize(different);
    }
  }

  @ParameterizedTest
  @FieldSource("EVERY_TYPE")
  void nullIsAnswerOfItsOwn(Values values) throws SQLException {
    CanonicalSql.Supported form = form(values.type());
    String from = "(SELECT CAST(NULL AS %s) AS v) AS t".formatted(values.type());
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      assertThat(server.bytes(form, from))
          .startsWith("00000001")
          .endsWith("ffffffff")
          .hasSize(24)
          .isEqualTo(HexFormat.of().formatHex(server.row(form, from).bytes()));
    }
  }

  @ParameterizedTest
  @FieldSource("EVERY_TYPE")
  void theSessionDoesNotMatterOncePinned(Values values) throws SQLException {
    CanonicalSql.Supported form = form(values.type());
    String from = row(values.literals().getLast(), values.type());
    try (CanonicalServer plain = CanonicalServer.pinned(database);
        CanonicalServer spoiled = CanonicalServer.unpinned(database)) {
      String expected = plain.digest(form, from);
      // The value is read by the pinned session and kept: reading it depends on settings too.
      spoiled.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM " + from);
      spoil(spoiled);
      spoiled.pin();

      assertThat(spoiled.digest(form, "kept")).isEqualTo(expected);
    }
  }

  @Test
  void aSessionThatIsNotPinnedIsFound() throws SQLException {
    try (CanonicalServer server = CanonicalServer.unpinned(database)) {
      spoil(server);

      assertThat(server.query(CanonicalSql.check()).stream().map(List::getFirst))
          .contains(
              "TimeZone is Asia/Kathmandu, not UTC",
              "DateStyle is ISO, DMY, not ISO, YMD",
              "IntervalStyle is sql_standard, not postgres",
              "extra_float_digits is -15, not 3",
              "bytea_output is escape, not hex");

      server.pin();
      assertThat(server.query(CanonicalSql.check())).isEmpty();
    }
  }

  @Test
  void aDatabaseInLatin1HashesTheSameText() throws SQLException {
    database.execute("CREATE DATABASE latin1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    CanonicalSql.Supported form =
        form(
            CanonicalColumn.named("t", "text"),
            CanonicalColumn.named("c", "character(3)"),
            CanonicalColumn.named("j", "json"),
            CanonicalColumn.named("b", "jsonb"),
            CanonicalColumn.named("a", "text[]"),
            CanonicalColumn.named("x", "xml"));
    String from =
        """
        (SELECT 'Ünïcödé'::text AS t, 'é'::char(3) AS c, '{"é": "ü"}'::json AS j,
                '{"é": "ü"}'::jsonb AS b, ARRAY['ß'] AS a, '<a>é</a>'::xml AS x) AS t""";
    try (CanonicalServer utf8 = CanonicalServer.pinned(database);
        CanonicalServer latin1 = CanonicalServer.pinned(database, "latin1")) {
      assertThat(latin1.query("SHOW server_encoding").getFirst().getFirst()).isEqualTo("LATIN1");
      assertThat(latin1.digest(form, from))
          .isEqualTo(utf8.digest(form, from))
          .isEqualTo(utf8.row(form, from).digest().toString());
    } finally {
      database.execute("DROP DATABASE latin1 WITH (FORCE)");
    }
  }

  @ParameterizedTest(name = "{0}: {1} is not {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text | 'Gqom' | 'Gqon'",
        "text | NULL | ''",
        "text | 'a' | 'a '",
        "text | U&'\\00e9' | U&'e\\0301'",
        "double precision | 0.0 | '-0'",
        "real | 0.0 | '-0'",
        "double precision | 0.3 | 0.1::float8 + 0.2::float8",
        "double precision[] | '{0.3}' | ARRAY[0.1::float8 + 0.2::float8]",
        "timestamp | '2024-01-01 00:00:00' | '2024-01-01 00:00:00.000001'",
        "timestamptz | '2024-01-01 00:00+00' | '2024-01-01 00:00+01'",
        "jsonb | '{\"a\": 1.0}' | '{\"a\": 1}'",
        "jsonb | '{\"a\": \"\"}' | '{\"a\": null}'",
        "jsonb | '{\"a\": null}' | '{}'",
        "jsonb | 'null' | NULL",
        "jsonb | '[1, 2]' | '[2, 1]'",
        "json | '{\"a\":1,\"b\":2}' | '{\"b\":2,\"a\":1}'",
        "json | '{\"a\":1}' | '{\"a\": 1}'",
        "text[] | '{a,b}' | '{b,a}'",
        "text[] | '{NULL}' | '{\"NULL\"}'",
        "text[] | '{a}' | '[0:0]={a}'",
        "numeric | 1.0 | 1.00",
        "interval | '1 day' | '24 hours'",
        "interval | '1 mon' | '30 days'",
        "inet | '10.0.0.1' | '10.0.0.1/24'",
        "bit varying | B'0' | B'00'",
        "cue | ROW(NULL, NULL) | NULL",
        "xml | '<a/>' | '<a></a>'",
      })
  void whatAMigrationCorruptsIsSeen(String type, String one, String other) throws SQLException {
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      String from = "(SELECT CAST(%s AS %s) AS v) AS t";
      assertThat(server.digest(form(type), from.formatted(one, type)))
          .isNotEqualTo(server.digest(form(type), from.formatted(other, type)));
    }
  }

  @Test
  void fieldsCannotFlowIntoEachOther() throws SQLException {
    CanonicalSql.Supported form =
        form(CanonicalColumn.named("a", "text"), CanonicalColumn.named("b", "text"));
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      assertThat(
              List.of(
                  server.digest(form, "(VALUES ('ab', 'c')) AS t(a, b)"),
                  server.digest(form, "(VALUES ('a', 'bc')) AS t(a, b)"),
                  server.digest(form, "(VALUES ('c', 'ab')) AS t(a, b)"),
                  server.digest(form, "(VALUES ('abc', '')) AS t(a, b)"),
                  server.digest(form, "(VALUES ('abc', NULL)) AS t(a, b)"),
                  server.digest(form, "(VALUES (NULL, 'abc')) AS t(a, b)")))
          .doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest(name = "{0} {1} = {2} {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "smallint | 7 | bigint | 7",
        "integer | -7 | bigint | -7",
        "character varying(9) | 'a ' | text | 'a '",
        "name | 'a' | text | 'a'",
        "bit(3) | B'101' | bit varying | B'101'",
        "timestamp(0) | '2024-01-01' | timestamp | '2024-01-01'",
        "mood | 'après' | text | 'après'",
        "bpm | 120.5 | numeric | 120.50",
        "double precision | 'Infinity'::float8 * 0::float8 | double precision | 'NaN'",
      })
  void typesThatHoldTheSameValueShareItsForm(
      String type, String value, String otherType, String otherValue) throws SQLException {
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      String from = "(SELECT CAST(%s AS %s) AS v) AS t";
      if (value.contains("*")) {
        from = "(SELECT 'Infinity'::float8 * x AS v FROM (VALUES (0::float8)) AS z(x)) AS t";
        assertThat(server.query("SELECT v FROM " + from).getFirst().getFirst()).isEqualTo("NaN");
      }
      assertThat(server.digest(form(type), from.formatted(value, type)))
          .isEqualTo(
              server.digest(
                  form(otherType),
                  "(SELECT CAST(%s AS %s) AS v) AS t".formatted(otherValue, otherType)));
    }
  }

  @ParameterizedTest(name = "{1} is no {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bigint | 7.4::float8",
        "bigint | 7.4::numeric",
        "text | 7",
        "text | '{}'::jsonb",
        "jsonb | '{}'::json",
        "jsonb | '{}'::text",
        "boolean | 1",
        "uuid | 'ffffffff-ffff-ffff-ffff-ffffffffffff'::text",
        "timestamp | '2024-01-01'::text",
        "bytea | 'x'::text",
        "double precision | '7'::text",
      })
  void aValueOfAnotherTypeIsNeverCastIntoLookingEqual(String type, String value)
      throws SQLException {
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      String asIs = "(SELECT %s AS v) AS t".formatted(value);
      String castDigest;
      try {
        castDigest =
            server.digest(
                form(type),
                "(SELECT CAST(CAST(%s AS text) AS %s) AS v) AS t".formatted(value, type));
      } catch (SQLException none) {
        castDigest = "";
        server.execute("ROLLBACK");
        server.pin();
      }
      String expected = castDigest;
      try {
        assertThat(server.digest(form(type), asIs)).isNotEqualTo(expected);
      } catch (SQLException refused) {
        // 42804 datatype mismatch, 42846 no such cast, 42883 no such operator: said at planning,
        // before any row.
        assertThat(refused.getSQLState()).isIn("42804", "42883", "42846");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"regclass", "regproc[]", "regrole", "pg_catalog.regtype", "aclitem[]", "record"})
  void whatMeansNothingElsewhereIsRefusedWithAReason(String type) {
    CanonicalSql form =
        CanonicalSql.of(
            List.of(CanonicalColumn.named("id", "uuid"), CanonicalColumn.named("x", type)));

    assertThat(form)
        .isInstanceOfSatisfying(
            CanonicalSql.Unsupported.class,
            unsupported ->
                assertThat(unsupported.reasons())
                    .singleElement()
                    .satisfies(
                        reason -> {
                          assertThat(reason.column()).isEqualTo("x");
                          assertThat(reason.type()).isEqualTo(type);
                          assertThat(reason.sentence()).isNotBlank();
                        }));
  }

  @Test
  void aTypeOfSomebodyElseIsComparedWithACaution() {
    assertThat(form(CanonicalColumn.named("v", "public.hstore")).cautions())
        .containsExactly("v: public.hstore is compared by what its own output function writes");
    assertThat(form(CanonicalColumn.named("v", "numeric(10,2)")).cautions()).isEmpty();
  }

  @Test
  void aRowHasAtLeastOneColumn() {
    assertThatThrownBy(() -> CanonicalSql.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesAreQuotedAndSearchPathsDoNotMatter() throws SQLException {
    CanonicalSql.Supported form = form(CanonicalColumn.named("Odd \"name\"", "double precision"));
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      String from = "(SELECT 1.5::float8 AS \"Odd \"\"name\"\"\") AS t";
      String expected = server.digest(form, from);
      server.execute("CREATE SCHEMA trap");
      server.execute("CREATE FUNCTION trap.sha256(bytea) RETURNS bytea RETURN '\\x00'::bytea");
      server.execute(
          "CREATE FUNCTION trap.eq(float8, float8) RETURNS boolean LANGUAGE sql RETURN true");
      server.execute(
          "CREATE OPERATOR trap.= (LEFTARG = float8, RIGHTARG = float8, FUNCTION = trap.eq)");
      server.execute("SET LOCAL search_path = trap, pg_catalog");

      assertThat(server.digest(form, from)).isEqualTo(expected);
    }
  }

  @Test
  void bucketSumsAreWhatJavaSums() throws SQLException {
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      server.execute(
          "CREATE TEMPORARY TABLE track AS SELECT md5(n::text)::uuid AS id, n || ' title' AS title"
              + " FROM generate_series(1, 2000) AS n");
      CanonicalSql.Supported key = form(CanonicalColumn.named("id", "uuid"));
      CanonicalSql.Supported form =
          form(CanonicalColumn.named("id", "uuid"), CanonicalColumn.named("title", "text"));
      Map<Long, BucketSum> expected = new HashMap<>();
      for (List<@Nullable String> row : server.query("SELECT id, title FROM track")) {
        CanonicalRow canonical = CanonicalRow.parse(form.types(), row);
        long bucket = CanonicalRow.parse(key.types(), row.subList(0, 1)).digest().bucket(64);
        expected.merge(bucket, BucketSum.EMPTY.with(canonical.digest()), BucketSum::plus);
      }

      Map<Long, BucketSum> sums = sums(server, form, key.keyBucket(64));

      assertThat(sums).hasSize(64).isEqualTo(expected);

      server.execute("INSERT INTO track SELECT * FROM track WHERE title IN ('5 title', '6 title')");
      assertThat(sums(server, form, key.keyBucket(64)))
          .as("a batch applied twice")
          .isNotEqualTo(expected);
    }
  }

  @Test
  void twoRowsWhoseKeysAreSwappedAreSeen() throws SQLException {
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      server.execute(
          "CREATE TEMPORARY TABLE t AS SELECT n AS id, n * 10 AS v FROM generate_series(1, 100) n");
      CanonicalSql.Supported form =
          form(CanonicalColumn.named("id", "integer"), CanonicalColumn.named("v", "integer"));
      String bucket = form(CanonicalColumn.named("id", "integer")).keyBucket(1);
      Map<Long, BucketSum> before = sums(server, form, bucket, "t");
      server.execute("UPDATE t SET v = CASE id WHEN 3 THEN 40 ELSE 30 END WHERE id IN (3, 4)");

      assertThat(sums(server, form, bucket, "t")).isNotEqualTo(before);
    }
  }

  @Test
  void rangesOfKeysAreBucketsToo() throws SQLException {
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      CanonicalColumn text = CanonicalColumn.named("k", "text");
      String bucket = CanonicalSql.rangeBucket(text, "ARRAY['B', 'a', 'é']");
      CanonicalColumn number = CanonicalColumn.named("k", "bigint");

      assertThat(
              server.query(
                  "SELECT k, %s FROM (VALUES ('A'), ('B'), ('Z'), ('a'), ('z'), ('é'), ('ü')) AS t(k)"
                      .formatted(bucket)))
          .containsExactly(
              List.of("A", "0"),
              List.of("B", "1"),
              List.of("Z", "1"),
              List.of("a", "2"),
              List.of("z", "2"),
              List.of("é", "3"),
              List.of("ü", "3"));
      assertThat(
              server.query(
                  "SELECT %s FROM (VALUES (9::bigint), (10), (29), (30)) AS t(k)"
                      .formatted(CanonicalSql.rangeBucket(number, "ARRAY[10, 20, 30]::bigint[]"))))
          .containsExactly(List.of("0"), List.of("1"), List.of("2"), List.of("3"));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 3, 1L << 32})
  void bucketsAreAPowerOfTwo(long buckets) {
    assertThatThrownBy(() -> form("uuid").keyBucket(buckets))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sumsOfTheLargestHalvesDoNotOverflow() {
    BucketSum sum = BucketSum.EMPTY;
    for (int i = 0; i < 3; i++) {
      sum =
          sum.plus(
              new BucketSum(
                  1, BigInteger.valueOf(Long.MAX_VALUE), BigInteger.valueOf(Long.MIN_VALUE)));
    }
    assertThat(sum.sum1()).isEqualTo(new BigInteger("27670116110564327421"));
    assertThat(sum.sum2()).isEqualTo(new BigInteger("-27670116110564327424"));
  }

  @Test
  void aFieldOfJavasOwnTypesIsTheServers() throws SQLException {
    CanonicalSql.Supported form =
        form(CanonicalColumn.named("a", "numeric"), CanonicalColumn.named("b", "timestamptz"));
    try (CanonicalServer server = CanonicalServer.pinned(database)) {
      assertThat(
              server.digest(
                  form,
                  "(SELECT 1.50::numeric AS a, timestamptz '2024-01-01 00:00:00.000001+00' AS b) AS t"))
          .isEqualTo(
              CanonicalRow.of(
                      CanonicalField.of(new java.math.BigDecimal("1.50")),
                      CanonicalField.of(java.time.Instant.parse("2024-01-01T00:00:00.000001Z")))
                  .digest()
                  .toString());
    }
  }

  private static void spoil(CanonicalServer server) throws SQLException {
    server.execute("SET LOCAL TimeZone = 'Asia/Kathmandu'");
    server.execute("SET LOCAL DateStyle = 'ISO, DMY'");
    server.execute("SET LOCAL IntervalStyle = 'sql_standard'");
    server.execute("SET LOCAL extra_float_digits = -15");
    server.execute("SET LOCAL bytea_output = 'escape'");
  }

  private static String row(String literal, String type) {
    return "(SELECT CAST('%s' AS %s) AS v) AS t".formatted(literal.replace("'", "''"), type);
  }

  private static Map<Long, BucketSum> sums(
      CanonicalServer server, CanonicalSql.Supported form, String bucket) throws SQLException {
    return sums(server, form, bucket, "track");
  }

  private static Map<Long, BucketSum> sums(
      CanonicalServer server, CanonicalSql.Supported form, String bucket, String from)
      throws SQLException {
    Map<Long, BucketSum> sums = new HashMap<>();
    for (List<@Nullable String> row : server.query(form.bucketSums(from, bucket))) {
      sums.put(
          Long.valueOf(Objects.requireNonNull(row.get(0))),
          new BucketSum(
              Long.parseLong(Objects.requireNonNull(row.get(1))),
              new BigInteger(Objects.requireNonNull(row.get(2))),
              new BigInteger(Objects.requireNonNull(row.get(3)))));
    }
    return sums;
  }
}
