package culturalintelligence.persistence.verification;

import culturalintelligence.domain.verification.BucketSum;
import culturalintelligence.domain.verification.RowDigest;
import culturalintelligence.persistence.source.SourceRows;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tier 1 over one table, in one look: a count and two sums for each bucket of keys on both sides,
 * computed by the servers in one scan each; then, in a second round, the keys and digests of the
 * buckets that differ.
 *
 * <p>Rows are spread over so many buckets that a bucket holds 32 to 64. A hundred rows that differ,
 * each in a bucket of its own, so bring at most 100 × 64 × 2 = 12,800 rows to us, however large the
 * table is.
 */
final class BucketScan {
  private static final int ROWS_PER_BUCKET = 64;
  private static final long MOST_BUCKETS = 1L << 22;

  /** Buckets of one statement: its list is searched by hash, so long lists cost nothing. */
  private static final int OPENED_AT_ONCE = 10_000;

  /** More differing buckets than that are no hundred rows: the table as a whole is another. */
  private static final int MOST_OPENED = 20_000;

  private static final int FETCH = 2_000;

  private final Sides sides;
  private final ComparedTable table;
  private final long buckets;
  private final String bucket;

  private BucketScan(Sides sides, ComparedTable table, long buckets, String bucket) {
    this.sides = sides;
    this.table = table;
    this.buckets = buckets;
    this.bucket = bucket;
  }

  /**
   * What the scan showed.
   *
   * @param buckets rows were spread over
   * @param differing buckets whose sums are not the same on both sides
   * @param unopened differing buckets that were not opened, because there are too many
   * @param rows counted in the source
   * @param fetched rows that came to us
   * @param suspects the keys that differ in opened buckets
   */
  record Outcome(
      long buckets,
      long differing,
      long unopened,
      long rows,
      long targetRows,
      long fetched,
      Set<List<String>> suspects) {}

  /** How many buckets keep at most 64 rows in each, on average: a power of two. */
  static long bucketsFor(long rows) {
    long wanted = Math.clamp((rows + ROWS_PER_BUCKET - 1) / ROWS_PER_BUCKET, 1, MOST_BUCKETS);
    return Long.highestOneBit(2 * wanted - 1);
  }

  /** Whether this table's rows can be put into buckets: by key, where all text is text. */
  static boolean isPossible(Sides sides, ComparedTable table) throws SQLException {
    return table.hasKey() && !SourceRows.mayHoldAnyBytes(sides.source());
  }

  /** A scan over as many buckets as the source's rows ask for. */
  static BucketScan of(Sides sides, ComparedTable table, long estimatedRows) throws SQLException {
    return over(sides, table, bucketsFor(estimatedRows));
  }

  /** A scan over that many buckets, a power of two. */
  static BucketScan over(Sides sides, ComparedTable table, long buckets) throws SQLException {
    return new BucketScan(sides, table, buckets, BucketOfKey.expression(sides, table, buckets));
  }

  /**
   * Sums anybody can compute again, by the canonical form's page alone: rows lie in the bucket of
   * their key's digest; all in bucket 0 where they have no key.
   */
  static Map<Long, BucketSum> sums(
      Connection connection, ComparedTable table, String from, long buckets) throws SQLException {
    String bucket = table.hasKey() ? table.canonicalKey().keyBucket(buckets) : "0";
    return sums(connection, table, from, bucket);
  }

  /** The sums of both sides; quarantined rows are left out of the source's. */
  Sides.Both<Map<Long, BucketSum>, Map<Long, BucketSum>> sums() throws SQLException {
    Sides.Both<Map<Long, BucketSum>, Map<Long, BucketSum>> sums =
        sides.both(
            source -> sums(source, table, table.rows().from(), bucket),
            target -> sums(target, table, table.carried().rows(), bucket));
    quarantined(sums.source());
    return sums;
  }

  Outcome scan() throws SQLException {
    Sides.Both<Map<Long, BucketSum>, Map<Long, BucketSum>> sums = sums();
    Set<Long> differing = new TreeSet<>();
    Set<Long> all = new TreeSet<>(sums.source().keySet());
    all.addAll(sums.target().keySet());
    for (long number : all) {
      if (!sums.source()
          .getOrDefault(number, BucketSum.EMPTY)
          .equals(sums.target().getOrDefault(number, BucketSum.EMPTY))) {
        differing.add(number);
      }
    }
    List<Long> opened = differing.stream().limit(MOST_OPENED).toList();
    Set<List<String>> suspects = new LinkedHashSet<>();
    long fetched = 0;
    for (int from = 0; from < opened.size(); from += OPENED_AT_ONCE) {
      fetched +=
          open(opened.subList(from, Math.min(opened.size(), from + OPENED_AT_ONCE)), suspects);
    }
    return new Outcome(
        buckets,
        differing.size(),
        (long) differing.size() - opened.size(),
        rows(sums.source()),
        rows(sums.target()),
        fetched,
        suspects);
  }

  private static long rows(Map<Long, BucketSum> sums) {
    return sums.values().stream().mapToLong(BucketSum::rows).sum();
  }

  private static Map<Long, BucketSum> sums(
      Connection connection, ComparedTable table, String from, String bucket) throws SQLException {
    Map<Long, BucketSum> sums = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(table.canonical().bucketSums(from, bucket))) {
      statement.setFetchSize(FETCH);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          sums.put(
              row.getLong(1),
              new BucketSum(
                  row.getLong(2),
                  row.getObject(3, BigDecimal.class).toBigIntegerExact(),
                  row.getObject(4, BigDecimal.class).toBigIntegerExact()));
        }
      }
    }
    return sums;
  }

  /** What is set aside is in the source and rightly not among the migrated rows. */
  private void quarantined(Map<Long, BucketSum> source) throws SQLException {
    Set<List<String>> keys = new LinkedHashSet<>();
    try (PreparedStatement statement =
        sides
            .target()
            .prepareStatement(
                "SELECT DISTINCT key FROM migration.quarantine WHERE table_id = ? AND key IS NOT NULL")) {
      statement.setLong(1, table.planned().id());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          keys.add(List.of((String[]) row.getArray(1).getArray()));
        }
      }
    }
    List<List<String>> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += 500) {
      List<List<String>> slice = all.subList(from, Math.min(all.size(), from + 500));
      try (Statement statement = sides.source().createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT %s, %s FROM %s WHERE %s"
                      .formatted(
                          bucket,
                          table.canonical().digest(),
                          table.rows().from(),
                          table.inSource(slice)))) {
        while (row.next()) {
          BucketSum one = BucketSum.EMPTY.with(RowDigest.of(row.getBytes(2)));
          long number = row.getLong(1);
          BucketSum left = source.getOrDefault(number, BucketSum.EMPTY).minus(one);
          if (left.rows() == 0) {
            source.remove(number);
          } else {
            source.put(number, left);
          }
        }
      }
    }
  }

  private long open(List<Long> numbers, Set<List<String>> suspects) throws SQLException {
    Sides.Both<Map<List<String>, byte[]>, Map<List<String>, byte[]>> rows =
        sides.both(
            source -> rows(source, table.rows().from(), numbers),
            target -> rows(target, table.carried().rows(), numbers));
    rows.source()
        .forEach(
            (key, digest) -> {
              if (!Arrays.equals(digest, rows.target().get(key))) {
                suspects.add(key);
              }
            });
    for (List<String> key : rows.target().keySet()) {
      if (!rows.source().containsKey(key)) {
        suspects.add(key);
      }
    }
    // A key that is there twice stands once in each map; the counts tell.
    if (rows.source().size() == rows.target().size() && suspects.isEmpty()) {
      suspects.addAll(rows.target().keySet());
    }
    return (long) rows.source().size() + rows.target().size();
  }

  private Map<List<String>, byte[]> rows(Connection connection, String from, List<Long> numbers)
      throws SQLException {
    Map<List<String>, byte[]> rows = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT %s, %s FROM %s WHERE %s IN (%s)"
                .formatted(
                    table.rows().keyTexts(),
                    table.canonical().digest(),
                    from,
                    bucket,
                    numbers.stream().map(String::valueOf).collect(Collectors.joining(", "))))) {
      statement.setFetchSize(FETCH);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.put(table.rows().key(row, 1), row.getBytes(table.keyLength() + 1));
        }
      }
    }
    return rows;
  }
}
