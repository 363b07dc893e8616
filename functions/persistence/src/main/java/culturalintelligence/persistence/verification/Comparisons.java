package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.EquivalenceRules;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Compares the two databases: a chunk, a table as a whole, some keys, or all buckets of a table.
 * What it calls a difference has settled; see {@link Settlement}.
 */
@ApplicationScoped
public class Comparisons {
  private static final int LOOKS = 5;

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final EquivalenceRules rules;
  private final Duration settling;

  /**
   * Comparisons of two databases.
   *
   * @param rules what may be called equivalent; see {@link EquivalenceRules#parse}
   * @param settling between the first look at a difference and the second; doubled for each more
   */
  public Comparisons(
      SourceDatabase source,
      TargetDatabase target,
      @ConfigProperty(name = "verification.equivalent", defaultValue = EquivalenceRules.DEFAULT)
          String rules,
      @ConfigProperty(name = "verification.settling", defaultValue = "100ms") Duration settling) {
    this.source = source;
    this.target = target;
    this.rules = EquivalenceRules.parse(rules);
    this.settling = settling;
  }

  /**
   * What a comparison of rows found.
   *
   * @param rows of the source that were compared
   * @param waiting rows that were not, because their changes are under way
   */
  public record Outcome(long rows, List<Difference> differences, long waiting) {
    public Outcome {
      differences = List.copyOf(differences);
    }
  }

  /** Tier 2 over one chunk: every row's digest, and the typed rows. */
  public Outcome chunk(PlannedTable planned, Chunk chunk) throws SQLException {
    ComparedTable table = new ComparedTable(planned);
    ChunkComparison.Outcome look;
    Map<List<String>, Seen> first;
    boolean captured;
    try (Sides sides = Sides.open(source, target)) {
      captured = Waiting.isCaptured(sides.source());
      look = new ChunkComparison(sides, table, chunk, rules).compare();
      first = new KeyLook(sides, table, chunk, rules).at(look.suspects());
    }
    List<Difference> unnamed = look.unnamed();
    if (!unnamed.isEmpty()) {
      pause(settling.multipliedBy(2));
      try (Sides sides = Sides.open(source, target)) {
        Set<Difference> again =
            new HashSet<>(new ChunkComparison(sides, table, chunk, rules).compare().unnamed());
        unnamed = unnamed.stream().filter(again::contains).toList();
      }
    }
    Settlement.Settled settled =
        Settlement.settle(
            first,
            captured,
            keys -> {
              try (Sides sides = Sides.open(source, target)) {
                return new KeyLook(sides, table, chunk, rules).at(keys);
              }
            },
            settling,
            Comparisons::pause);
    List<Difference> differences = new ArrayList<>(unnamed);
    differences.addAll(settled.differences());
    return new Outcome(look.rows(), differences, settled.waiting());
  }

  /** Everything about these keys: rows, residue, typed rows, quarantine. */
  public Outcome keys(PlannedTable planned, Set<List<String>> keys) throws SQLException {
    ComparedTable table = new ComparedTable(planned);
    return keys(table, keys);
  }

  private Outcome keys(ComparedTable table, Set<List<String>> keys) throws SQLException {
    Settlement.Look look =
        some -> {
          try (Sides sides = Sides.open(source, target)) {
            return new KeyLook(sides, table, null, rules).at(some);
          }
        };
    boolean captured;
    try (Sides sides = Sides.open(source, target)) {
      captured = Waiting.isCaptured(sides.source());
    }
    Settlement.Settled settled =
        Settlement.settle(look.at(keys), captured, look, settling, Comparisons::pause);
    return new Outcome(keys.size(), settled.differences(), settled.waiting());
  }

  /** Rows as the databases count them. */
  public record Counts(long source, long migrated, long quarantined) {}

  /** What a comparison of a table as a whole found. */
  public record TableOutcome(Counts counts, List<Difference> differences) {
    public TableOutcome {
      differences = List.copyOf(differences);
    }
  }

  /** What only the whole table shows. */
  public TableOutcome table(PlannedTable planned) throws SQLException {
    ComparedTable table = new ComparedTable(planned);
    TableComparison.Outcome look;
    boolean captured;
    try (Sides sides = Sides.open(source, target)) {
      captured = Waiting.isCaptured(sides.source());
      look = new TableComparison(sides, table).compare();
    }
    List<Difference> differences = new ArrayList<>(look.differences());
    TableComparison.Counted counted = look.counted();
    if (!differences.isEmpty()) {
      pause(settling.multipliedBy(2));
      try (Sides sides = Sides.open(source, target)) {
        differences.retainAll(
            new HashSet<>(new TableComparison(sides, table).compare().differences()));
      }
    }
    // Two counts are of two moments. Where changes are drained, a count that does not add up says
    // something only when nothing was written between and nothing was under way; each key was
    // compared besides. Where nothing is drained, what does not add up twice does not add up.
    for (int i = 1; i < LOOKS && !counted.isConserved(); i++) {
      pause(settling.multipliedBy(2));
      TableComparison.Counted again;
      try (Sides sides = Sides.open(source, target)) {
        again = new TableComparison(sides, table).count();
        boolean still = counted.waiting() == 0 && counted.moment().equals(again.moment());
        if (!again.isConserved() && (still || !captured)) {
          differences.add(new TableComparison(sides, table).notConserved(again));
          counted = again;
          break;
        }
      }
      counted = again;
    }
    return new TableOutcome(
        new Counts(counted.source(), counted.migrated(), counted.quarantined()), differences);
  }

  /**
   * What tier 1 found.
   *
   * @param fetched rows that came to us to be told apart
   * @param unopened differing buckets that were too many to open: tier 2 is the way
   */
  public record BucketOutcome(
      long buckets,
      long differing,
      long unopened,
      long rows,
      long fetched,
      double seconds,
      List<Difference> differences,
      long waiting) {}

  /** Whether tier 1 can be had of this table: it has a key, and its texts are of one encoding. */
  public boolean hasBuckets(PlannedTable planned) throws SQLException {
    try (Sides sides = Sides.open(source, target)) {
      return BucketScan.isPossible(sides, new ComparedTable(planned));
    }
  }

  /** Tier 1 over a table: bucket sums, and the keys of those that differ. */
  public BucketOutcome buckets(PlannedTable planned, long estimatedRows) throws SQLException {
    ComparedTable table = new ComparedTable(planned);
    long started = System.nanoTime();
    BucketScan.Outcome scan;
    Map<List<String>, Seen> first = new LinkedHashMap<>();
    boolean captured;
    try (Sides sides = Sides.open(source, target)) {
      captured = Waiting.isCaptured(sides.source());
      scan = BucketScan.of(sides, table, estimatedRows).scan();
      first.putAll(new KeyLook(sides, table, null, rules).at(scan.suspects()));
    }
    Settlement.Settled settled =
        Settlement.settle(
            first,
            captured,
            keys -> {
              try (Sides sides = Sides.open(source, target)) {
                return new KeyLook(sides, table, null, rules).at(keys);
              }
            },
            settling,
            Comparisons::pause);
    return new BucketOutcome(
        scan.buckets(),
        scan.differing(),
        scan.unopened(),
        scan.rows(),
        scan.fetched() + 2L * scan.suspects().size(),
        (System.nanoTime() - started) / 1e9,
        settled.differences(),
        settled.waiting());
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
