package culturalintelligence.domain.verification;

import java.math.BigInteger;

/**
 * What tier 1 knows of a bucket of rows: how many, and the exact sums of the two signed 64-bit
 * halves of their digests. Sums, not XOR: a row twice doesn't cancel itself out.
 */
public record BucketSum(long rows, BigInteger sum1, BigInteger sum2) {
  /** No rows. */
  public static final BucketSum EMPTY = new BucketSum(0, BigInteger.ZERO, BigInteger.ZERO);

  public BucketSum {
    if (rows < 0) {
      throw new IllegalArgumentException("a bucket can't hold " + rows + " rows");
    }
  }

  /** This bucket and one row more. */
  public BucketSum with(RowDigest row) {
    return new BucketSum(
        rows + 1,
        sum1.add(BigInteger.valueOf(row.firstHalf())),
        sum2.add(BigInteger.valueOf(row.secondHalf())));
  }

  /** This bucket without those rows. */
  public BucketSum minus(BucketSum other) {
    return new BucketSum(rows - other.rows, sum1.subtract(other.sum1), sum2.subtract(other.sum2));
  }

  /** Both buckets together. */
  public BucketSum plus(BucketSum other) {
    return new BucketSum(rows + other.rows, sum1.add(other.sum1), sum2.add(other.sum2));
  }
}
