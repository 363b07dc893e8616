package culturalintelligence.domain.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalRowTest {
  @Test
  void aRowIsItsNumberOfFieldsAndEachFieldsTagLengthAndBytes() {
    CanonicalRow row =
        CanonicalRow.of(
            CanonicalField.of(7L),
            CanonicalField.absent(CanonicalType.TEXT),
            CanonicalField.of("é"));

    assertThat(HexFormat.of().formatHex(row.bytes()))
        .isEqualTo(
            "00000003"
                + "00000014000000080000000000000007"
                + "00000019ffffffff"
                + "0000001900000002c3a9");
    // sha256sum of those bytes
    assertThat(row.digest())
        .hasToString("f17b4cfdc160a62a5112a5ace312b9769704f302597727e2d274bfa1732f4829");
  }

  @Test
  void theTypedValueAndTheServersTextAreTheSameField() {
    assertThat(CanonicalField.of(true)).isEqualTo(parsed(CanonicalType.BOOLEAN, "t"));
    assertThat(CanonicalField.of(false)).isEqualTo(parsed(CanonicalType.BOOLEAN, "false"));
    assertThat(CanonicalField.of(0.1f)).isEqualTo(parsed(CanonicalType.FLOAT4, "0.1"));
    assertThat(CanonicalField.of(new BigDecimal("1E+3")))
        .isEqualTo(parsed(CanonicalType.OUTPUT, "1000"));
    assertThat(CanonicalField.of(new byte[] {0, -1}))
        .isEqualTo(parsed(CanonicalType.BYTEA, "\\x00ff"));
    assertThat(CanonicalField.of(new UUID(1, 2)))
        .isEqualTo(parsed(CanonicalType.UUID, "00000000-0000-0001-0000-000000000002"));
    assertThat(CanonicalField.of(LocalDate.of(0, 3, 1)))
        .isEqualTo(parsed(CanonicalType.DATE, "0001-03-01 BC"));
    assertThat(CanonicalField.of(LocalTime.of(1, 2, 3, 4000)))
        .isEqualTo(parsed(CanonicalType.TIME, "01:02:03.000004"));
    assertThat(CanonicalField.of(OffsetTime.parse("01:02:03-01:30")))
        .isEqualTo(parsed(CanonicalType.TIME_WITH_ZONE, "01:02:03-01:30"));
    assertThat(CanonicalField.of(LocalDateTime.of(1999, 12, 31, 23, 59, 59, 1000)))
        .isEqualTo(parsed(CanonicalType.TIMESTAMP, "1999-12-31 23:59:59.000001"));
    assertThat(CanonicalField.of(Instant.parse("2024-01-01T00:00:00Z")))
        .isEqualTo(parsed(CanonicalType.INSTANT, "2024-01-01 05:45:00+05:45"));
  }

  @Test
  void everyNaNIsOneAndEveryZeroItself() {
    assertThat(CanonicalField.of(Double.longBitsToDouble(0xfff8000000000001L)))
        .isEqualTo(CanonicalField.of(Double.NaN));
    assertThat(CanonicalField.of(Float.intBitsToFloat(0xffc00001)))
        .isEqualTo(CanonicalField.of(Float.NaN));
    assertThat(CanonicalField.of(-0.0)).isNotEqualTo(CanonicalField.of(0.0));
    assertThat(CanonicalField.of(-0.0f)).isNotEqualTo(CanonicalField.of(0.0f));
  }

  @Test
  void nullIsNoValueAndNoNullOfAnotherType() {
    CanonicalField absent = CanonicalField.absent(CanonicalType.TEXT);
    assertThat(absent.isAbsent()).isTrue();
    assertThat(CanonicalField.of("").isAbsent()).isFalse();
    assertThat(absent)
        .isEqualTo(CanonicalField.absent(CanonicalType.OUTPUT))
        .hasSameHashCodeAs(CanonicalField.absent(CanonicalType.OUTPUT))
        .isNotEqualTo(CanonicalField.of(""))
        .isNotEqualTo(CanonicalField.absent(CanonicalType.JSON));
    assertThat(CanonicalRow.parse(List.of(CanonicalType.TEXT), Arrays.asList((String) null)))
        .isEqualTo(CanonicalRow.of(absent));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "BOOLEAN|yes",
        "INTEGER|1.0",
        "INTEGER|9223372036854775808",
        "OID|-1",
        "BYTEA|abc",
        "BYTEA|\\x0",
        "DATE|2024-02-30",
        "DATE|01/02/2024",
        "TIME|1:00:00",
        "TIME_WITH_ZONE|01:00:00",
        "TIMESTAMP|2024-01-01",
        "TIMESTAMP|9999999-01-01 00:00:00",
        "INSTANT|2024-01-01 00:00:00",
        "INTERVAL|``",
        "INTERVAL|P1D",
        "INTERVAL|99999999999:00:00",
        "INTERVAL|200000000 years",
        "BITS|012",
        "MONEY|EUR 1",
        "MONEY|$0.001",
        "SINGLE_BYTE|ab",
        "UUID|x",
        "TEXT|\ud800",
      })
  void aTextTheServerWouldNotWriteIsRefused(CanonicalType type, String text) {
    assertThatThrownBy(() -> CanonicalField.parse(type, text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSingleByteIsReadAsAnyServerWritesIt() {
    assertThat(parsed(CanonicalType.SINGLE_BYTE, "")).hasToString("000000120000000100");
    assertThat(parsed(CanonicalType.SINGLE_BYTE, "a")).hasToString("000000120000000161");
    assertThat(parsed(CanonicalType.SINGLE_BYTE, "\\351")).hasToString("0000001200000001e9");
  }

  @Test
  void whatIsFinerThanAMicrosecondIsRefusedNotRounded() {
    assertThatThrownBy(() -> CanonicalField.of(LocalTime.of(0, 0, 0, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CanonicalField.of(LocalDateTime.of(2024, 1, 1, 0, 0, 0, 999)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CanonicalField.of(Instant.ofEpochSecond(0, 1001)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CanonicalField.of(OffsetTime.parse("00:00:00.000000001Z")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRowNeedsFieldsAndATextForEachType() {
    assertThatThrownBy(CanonicalRow::of).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CanonicalRow.parse(List.of(CanonicalType.TEXT), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theBytesHandedOutAreCopies() {
    byte[] given = {1};
    CanonicalField field = CanonicalField.of(given);
    given[0] = 2;
    assertThat(field).isEqualTo(CanonicalField.of(new byte[] {1}));
    RowDigest digest = CanonicalRow.of(field).digest();
    digest.bytes()[0]++;
    assertThat(digest).isEqualTo(RowDigest.of(CanonicalRow.of(field).digest().bytes()));
  }

  @Test
  void aDigestHasTwoHalvesForTheSumsAndABucket() {
    byte[] bytes =
        HexFormat.of().parseHex("ff00000000000001" + "0000000000000002" + "03".repeat(16));
    RowDigest digest = RowDigest.of(bytes);

    assertThat(digest.firstHalf()).isEqualTo(0xff00000000000001L);
    assertThat(digest.secondHalf()).isEqualTo(2);
    assertThat(digest.bucket(1)).isZero();
    assertThat(digest.bucket(1L << 31)).isEqualTo(0x7f000000L);
    bytes[3] = 9;
    assertThat(RowDigest.of(bytes).bucket(8)).isEqualTo(1);
    assertThat(RowDigest.of(bytes)).isNotEqualTo(digest);
    assertThatThrownBy(() -> RowDigest.of(new byte[16]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -2, 6, 1L << 32})
  void bucketsAreAPowerOfTwo(long buckets) {
    RowDigest digest = RowDigest.of(new byte[32]);
    assertThatThrownBy(() -> digest.bucket(buckets)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBucketCountsAndSumsAndDoesNotForgetARowThatCameTwice() {
    RowDigest row = CanonicalRow.of(CanonicalField.of("a")).digest();
    BucketSum once = BucketSum.EMPTY.with(row);

    assertThat(once)
        .isEqualTo(
            new BucketSum(
                1, BigInteger.valueOf(row.firstHalf()), BigInteger.valueOf(row.secondHalf())));
    assertThat(once.with(row)).isEqualTo(once.plus(once)).isNotEqualTo(BucketSum.EMPTY);
    assertThat(once.with(row).rows()).isEqualTo(2);
    assertThatThrownBy(() -> new BucketSum(-1, BigInteger.ZERO, BigInteger.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CanonicalField parsed(CanonicalType type, String text) {
    return CanonicalField.parse(type, text);
  }
}
