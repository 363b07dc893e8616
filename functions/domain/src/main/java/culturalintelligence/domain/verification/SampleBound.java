package culturalintelligence.domain.verification;

import java.util.List;

/**
 * What a random sample allows to be said of all: an upper bound on the share that is wrong. Exact
 * by the binomial distribution (Clopper and Pearson, 1934); with nothing wrong among n it is close
 * to 3/n at 95 %, the rule of three. A stratum that was looked at whole is known, not bounded.
 */
public final class SampleBound {
  private SampleBound() {}

  /**
   * A part of the population out of which rows were drawn at random, each with the same chance.
   *
   * @param population of the part
   * @param drawn of it, looked at
   * @param wrong among those
   */
  public record Stratum(String name, long population, long drawn, long wrong) {
    public Stratum {
      if (wrong < 0 || drawn < wrong || population < drawn) {
        throw new IllegalArgumentException(
            "%s: %d wrong of %d drawn of %d".formatted(name, wrong, drawn, population));
      }
    }
  }

  /**
   * The greatest share p for which so few wrong ones among n drawn would still be seen with that
   * chance.
   *
   * @param doubt such as 0.05 for 95 %
   * @return from 0 to 1; 1 when nothing was drawn
   */
  public static double upper(long drawn, long wrong, double doubt) {
    if (drawn == 0 || wrong == drawn) {
      return 1;
    }
    if (wrong == 0) {
      return 1 - Math.pow(doubt, 1.0 / drawn);
    }
    double low = (double) wrong / drawn;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (atMost(wrong, drawn, middle) > doubt) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /**
   * The bound for the whole population out of parts that were sampled with different chances: each
   * part's own bound, with its share of the doubt, weighted by how large the part is. The doubts
   * add up at most to the one given (Bonferroni), so the bound holds, and is on the safe side.
   */
  public static double upper(List<Stratum> strata, double doubt) {
    long population = strata.stream().mapToLong(Stratum::population).sum();
    long bounded =
        strata.stream().filter(s -> s.population() > 0 && s.drawn() < s.population()).count();
    if (population == 0) {
      return 1;
    }
    double wrong = 0;
    for (Stratum stratum : strata) {
      wrong +=
          stratum.drawn() == stratum.population()
              ? stratum.wrong()
              : stratum.population() * upper(stratum.drawn(), stratum.wrong(), doubt / bounded);
    }
    return wrong / population;
  }

  /** The chance of at most that many wrong ones among n, where each is wrong with chance p. */
  private static double atMost(long wrong, long n, double p) {
    double log = n * Math.log1p(-p);
    double sum = Math.exp(log);
    for (long k = 1; k <= wrong; k++) {
      log += Math.log((double) (n - k + 1) / k) + Math.log(p) - Math.log1p(-p);
      sum += Math.exp(log);
    }
    return sum;
  }
}
