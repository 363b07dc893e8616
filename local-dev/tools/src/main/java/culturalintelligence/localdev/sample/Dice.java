package culturalintelligence.localdev.sample;

/**
 * Seeded chance for one row (SplitMix64, Steele et al. 2014). Every row of every table has its own,
 * so any row can be made again without those before it; that keeps the generator in flat memory
 * although later tables repeat what earlier ones said.
 */
final class Dice {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private long state;

  Dice(long seed, int stream, long row) {
    state = mix(seed + mix(GOLDEN * (stream + 1) + mix(row + GOLDEN)));
  }

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  long next() {
    state += GOLDEN;
    return mix(state);
  }

  /** From 0 to {@code bound - 1}. */
  int below(int bound) {
    return (int) (((next() >>> 33) * bound) >>> 31);
  }

  long below(long bound) {
    return Math.floorMod(next(), bound);
  }

  boolean percent(int chance) {
    return below(100) < chance;
  }

  boolean permille(int chance) {
    return below(1000) < chance;
  }

  /** From 0 to just under 1, with all 53 bits. */
  double unit() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  String one(String... of) {
    return of[below(of.length)];
  }
}
