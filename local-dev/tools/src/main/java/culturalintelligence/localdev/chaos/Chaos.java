package culturalintelligence.localdev.chaos;

import culturalintelligence.domain.migration.Chunk;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays histories until one is wrong, or as many as were asked for. */
@Command(
    name = "local-dev/chaos",
    mixinStandardHelpOptions = true,
    description =
        "Plays seeded histories of faults against real servers: messages twice and in any order, workers killed at every"
            + " statement, sessions ended, timeouts, crashed servers, zombies that come back, while MetaCrate writes.",
    footer = {
      "",
      "One JSON line on stdout. Exit codes: 0 nothing lost, stale, resurrected or doubled; 1 something was, and its seed is"
          + " printed; 2 could not."
    })
public final class Chaos implements Callable<Integer> {
  /** What a rule's statement becomes when the rule is left out. */
  static final Map<String, Map<String, String>> RULES =
      Map.of(
          "fence",
          Map.of(
              "SELECT state = 'RUNNING' FROM migration.attempt WHERE id = ? FOR UPDATE",
              "SELECT true FROM migration.attempt WHERE id = ?"),
          "lock",
          Map.of("SELECT pg_advisory_xact_lock(?, ?)", "SELECT ?::int + ?::int"),
          "hold",
          Map.of("AND a.state = 'RUNNING') AS running", "AND false) AS running"),
          "exactly-those",
          Map.of(
              "DELETE FROM ci_capture.outbox WHERE id = ANY (?)",
              "DELETE FROM ci_capture.outbox WHERE ?::bigint[] IS NOT NULL"));

  /** What is killed says so on its way; here that is the weather. */
  private static final Logger QUIET = Logger.getLogger("culturalintelligence");

  static {
    QUIET.setLevel(Level.SEVERE);
  }

  /** The statements of a rule that is left out. */
  static Map<String, String> rule(String name) {
    Map<String, String> instead = RULES.get(name);
    if (instead == null) {
      throw new IllegalArgumentException("no rule " + name);
    }
    return instead;
  }

  private static final History.Faults ORDINARY = new History.Faults(60, 60, 50, 40, 150, 0);
  private static final History.Faults WITH_CRASH = new History.Faults(40, 40, 30, 30, 120, 60);
  private static final int CRASH_EVERY = 100;
  private static final int LANES = 2;

  @Option(
      names = "--histories",
      defaultValue = "2000",
      paramLabel = "N",
      description = "how many (default ${DEFAULT-VALUE})")
  private int histories;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "of the first; the next have the numbers after it (default ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--replay",
      paramLabel = "SEED",
      description = "play this one alone, and tell each statement on stderr")
  private @Nullable Long replay;

  @Option(
      names = "--without",
      paramLabel = "RULE",
      description = "leave a rule out, to see it missed: fence, lock, hold, exactly-those")
  private @Nullable String without;

  @Option(names = "--home", hidden = true, description = "the repository")
  private Path home = Path.of(".");

  /** Runs once. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Chaos()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (without != null && !RULES.containsKey(without)) {
      System.err.println("no rule " + without + "; there are " + RULES.keySet());
      return 2;
    }
    long started = System.nanoTime();
    Map<String, String> instead = without == null ? Map.of() : rule(without);
    Path schema = home.resolve("sql/cultural-intelligence");
    Result result =
        replay == null
            ? play(schema, instead, seed, histories, LANES)
            : replayed(schema, instead, replay);
    Wrong wrong = result.wrong();
    System.out.println(
        "{\"seed\":%d,\"histories\":%d,\"statements\":%d,\"faults\":%d,\"listed_places\":%d,\"without\":%s,\"verdict\":\"%s\",\"wrong_seed\":%s,\"wrong\":%s,\"seconds\":%.1f}"
            .formatted(
                replay == null ? seed : replay,
                result.histories(),
                result.statements(),
                result.faults(),
                result.places(),
                without == null ? "null" : "\"" + without + "\"",
                wrong == null ? "nothing lost, stale, resurrected or doubled" : "WRONG",
                wrong == null ? "null" : Long.toString(wrong.seed()),
                wrong == null ? "null" : json(wrong.differences()),
                (System.nanoTime() - started) / 1e9));
    return wrong == null ? 0 : 1;
  }

  private static String json(List<String> texts) {
    return texts.stream()
        .map(t -> "\"" + t.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .toList()
        .toString();
  }

  /** A history that went wrong. */
  record Wrong(long seed, List<String> differences, List<String> told) {}

  /**
   * What came of all of them.
   *
   * @param places boundaries of a copy and of a drain at each of which one was killed, and so on
   */
  record Result(int histories, long statements, long faults, int places, @Nullable Wrong wrong) {}

  /**
   * Plays that many, in lanes of their own server each. The first ones go through the list of every
   * place at which a copy and a drain can be killed; the others are random.
   */
  static Result play(Path schema, Map<String, String> instead, long seed, int histories, int lanes)
      throws Exception {
    AtomicLong next = new AtomicLong();
    AtomicLong statements = new AtomicLong();
    AtomicLong faults = new AtomicLong();
    List<Wrong> wrong = java.util.Collections.synchronizedList(new ArrayList<>());
    List<History.Planted> places;
    List<Lab> labs = new ArrayList<>();
    try {
      for (int lane = 0; lane < lanes; lane++) {
        labs.add(new Lab(schema, instead));
      }
      places = places(labs.getFirst());
    } catch (Exception e) {
      closeAll(labs);
      throw e;
    }
    int listed = Math.min(places.size(), histories);
    List<Future<@Nullable Void>> all = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(lanes)) {
      for (Lab lab : labs) {
        all.add(
            executor.submit(
                () -> {
                  try (lab) {
                    for (long n = next.getAndIncrement();
                        n < histories && wrong.isEmpty();
                        n = next.getAndIncrement()) {
                      One one = one(lab, seed + n, n < listed ? places.get((int) n) : null, false);
                      statements.addAndGet(one.statements());
                      faults.addAndGet(one.faults());
                      if (!one.differences().isEmpty()) {
                        wrong.add(new Wrong(seed + n, one.differences(), one.told()));
                      }
                      if (n % 100 == 99) {
                        System.err.printf("%,d histories%n", n + 1);
                      }
                    }
                  }
                  return null;
                }));
      }
      for (Future<@Nullable Void> lane : all) {
        lane.get();
      }
    }
    return new Result(
        (int) Math.min(next.get(), histories),
        statements.get(),
        faults.get(),
        listed,
        wrong.isEmpty() ? null : wrong.getFirst());
  }

  private static void closeAll(List<Lab> labs) throws IOException {
    for (Lab lab : labs) {
      lab.close();
    }
  }

  private static Result replayed(Path schema, Map<String, String> instead, long seed)
      throws Exception {
    try (Lab lab = new Lab(schema, instead)) {
      One one = one(lab, seed, null, true);
      one.told().forEach(System.err::println);
      return new Result(
          1,
          one.statements(),
          one.faults(),
          0,
          one.differences().isEmpty() ? null : new Wrong(seed, one.differences(), one.told()));
    }
  }

  /** Every boundary that a copy and a drain pass, each with every fate. */
  private static List<History.Planted> places(Lab lab) throws Exception {
    Map<String, Integer> boundaries = new LinkedHashMap<>();
    One one = one(lab, 0, new History.Planted("nobody", 0, Actor.Fate.GO_ON), false);
    one.boundaries().forEach((name, count) -> boundaries.merge(name, count, Math::max));
    List<History.Planted> places = new ArrayList<>();
    for (String actor : List.of("copy 0", "copy 1", "drain 0")) {
      for (int i = 0; i <= boundaries.getOrDefault(actor, 0); i++) {
        for (Actor.Fate fate : Actor.Fate.values()) {
          if (fate != Actor.Fate.GO_ON) {
            places.add(new History.Planted(actor, i, fate));
          }
        }
      }
    }
    return places;
  }

  private record One(
      List<String> differences,
      List<String> told,
      long statements,
      long faults,
      Map<String, Integer> boundaries) {}

  private static One one(Lab lab, long seed, History.@Nullable Planted planted, boolean tells)
      throws Exception {
    lab.toTheBeginning();
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    History.Faults faults = seed % CRASH_EVERY == 0 ? WITH_CRASH : ORDINARY;
    History history = new History(lab, random, faults, planted, tells);
    List<Chunk.Id> chunks = lab.chunks();
    int copies = 0;
    for (Chunk.Id chunk : chunks) {
      int deliveries = 1 + random.nextInt(3);
      for (int i = 0; i < deliveries; i++) {
        // A lease that is over at once makes a zombie of whoever is slower than the next.
        Duration lease = random.nextInt(3) == 0 ? Duration.ofHours(1) : Duration.ofMillis(1);
        history.joins(new Actor("copy " + copies++, true, () -> lab.copy(chunk, lease)));
      }
    }
    int drains = 2 + random.nextInt(3);
    for (int i = 0; i < drains; i++) {
      history.joins(new Actor("drain " + i, true, () -> lab.drain()));
    }
    int writers = 3 + random.nextInt(4);
    for (int i = 0; i < writers; i++) {
      List<String> transaction = Writes.transaction(random, i);
      history.joins(new Actor("writer " + i, false, () -> write(lab, transaction)));
    }
    history.play();
    lab.anHourLater();
    recover(lab);
    long statements = history.ended().stream().mapToLong(a -> a.boundaries).sum();
    Map<String, Integer> boundaries = new LinkedHashMap<>();
    history.ended().forEach(a -> boundaries.put(a.name, a.boundaries));
    long failed = history.ended().stream().filter(a -> a.mayFail && a.hasFailed()).count();
    return new One(lab.differences(), history.told(), statements, failed, boundaries);
  }

  private static void write(Lab lab, List<String> transaction) throws SQLException {
    try (Connection connection = lab.metacrate()) {
      connection.setAutoCommit(false);
      for (String sql : transaction) {
        if (sql.equals("COMMIT")) {
          connection.commit();
        } else {
          Lab.execute(connection, sql);
        }
      }
    }
  }

  /** What any schedule and any queue do in the end: messages come again until all is done. */
  private static void recover(Lab lab) throws SQLException {
    for (int i = 0; i < 20; i++) {
      lab.startAgain();
      for (Chunk.Id chunk : lab.chunks()) {
        lab.copy(chunk, Duration.ofMinutes(1));
      }
      lab.drain();
      if (lab.uncopied().isEmpty() && lab.isDrained()) {
        return;
      }
      lab.anHourLater();
    }
    throw new IllegalStateException(
        "it does not come to an end: chunks %s are not copied, drained: %s"
            .formatted(lab.uncopied(), lab.isDrained()));
  }
}
