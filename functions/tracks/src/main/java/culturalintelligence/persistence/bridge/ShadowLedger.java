package culturalintelligence.persistence.bridge;

import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.OldLibrary.Answer;
import culturalintelligence.persistence.tracks.ReactiveBoundary;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What both sides answered to the same questions: counted by table and day, with some samples of
 * what differed. Gathered in memory and written once a second, so that no request waits for it.
 */
@ApplicationScoped
class ShadowLedger {
  private static final Logger LOG = Logger.getLogger(ShadowLedger.class);
  private static final long INTERVAL_MILLIS = 1_000;
  private static final int MOST_SAMPLES = 100;
  private static final int KEPT_SAMPLES = 1_000;

  private static final String COUNT =
      """
      insert into migration.shadow_day as d
        (table_id, day, asked, equal, differed, failed, old_micros, new_micros)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (table_id, day) do update set asked = d.asked + excluded.asked,
        equal = d.equal + excluded.equal, differed = d.differed + excluded.differed,
        failed = d.failed + excluded.failed, old_micros = d.old_micros + excluded.old_micros,
        new_micros = d.new_micros + excluded.new_micros
      """;

  private static final String SAMPLE =
      "insert into migration.shadow_sample (table_id, path, field, old_value, new_value) values ($1, $2, $3, $4, $5)";

  private static final String FORGET =
      "delete from migration.shadow_sample where id <= (select max(id) from migration.shadow_sample) - $1::bigint";

  private final ReactiveBoundary boundary;
  private final Pool pool;
  private final Object lock = new Object();
  private Map<Day, long[]> sums = new TreeMap<>();
  private List<Sample> samples = new ArrayList<>();
  private boolean scheduled;

  ShadowLedger(ReactiveBoundary boundary, Pool pool) {
    this.boundary = boundary;
    this.pool = pool;
  }

  private record Day(long table, LocalDate day) implements Comparable<Day> {
    @Override
    public int compareTo(Day other) {
      int byTable = Long.compare(table, other.table);
      return byTable != 0 ? byTable : day.compareTo(other.day);
    }
  }

  private record Sample(
      long table, String path, String field, @Nullable String old, @Nullable String ours) {}

  void silent(long table, long newMicros) {
    add(table, 3, 0, newMicros, List.of());
  }

  void compared(
      Answer.Found old,
      @Nullable KnownTrack ours,
      @Nullable String failure,
      long oldMicros,
      long newMicros) {
    List<Sample> differences = new ArrayList<>();
    String path = old.track().path();
    Decision before = old.track().decision();
    Decision now = ours == null ? null : ours.decision();
    if (before == null || now == null) {
      differences.add(new Sample(old.table(), path, "answer", "a track", failure));
    } else {
      fields(before)
          .forEach(
              (field, value) -> {
                String other = fields(now).get(field);
                if (!Objects.equals(value, other)) {
                  differences.add(new Sample(old.table(), path, field, value, other));
                }
              });
    }
    add(old.table(), differences.isEmpty() ? 1 : 2, oldMicros, newMicros, differences);
  }

  private static Map<String, @Nullable String> fields(Decision decision) {
    Map<String, @Nullable String> fields = new TreeMap<>();
    fields.put("artist", decision.artist());
    fields.put("title", decision.title());
    fields.put("mix", decision.mixKind());
    fields.put("label", decision.label());
    fields.put("catalogue_number", decision.catalogueNumber());
    fields.put("genre", decision.genre());
    fields.put("subgenre", decision.subgenre());
    fields.put("bpm", plain(decision.bpm()));
    fields.put("key", decision.key());
    fields.put("confidence", plain(decision.confidence()));
    return fields;
  }

  private static @Nullable String plain(@Nullable BigDecimal number) {
    return number == null ? null : number.stripTrailingZeros().toPlainString();
  }

  /** The sums are asked, equal, differed, failed, old and new microseconds, in this order. */
  private void add(
      long table, int outcome, long oldMicros, long newMicros, List<Sample> differences) {
    synchronized (lock) {
      long[] sum =
          sums.computeIfAbsent(new Day(table, LocalDate.now(ZoneOffset.UTC)), _ -> new long[6]);
      sum[0]++;
      sum[outcome]++;
      sum[4] += oldMicros;
      sum[5] += newMicros;
      if (samples.size() < MOST_SAMPLES) {
        samples.addAll(differences);
      }
      if (scheduled) {
        return;
      }
      scheduled = true;
    }
    Thread.ofVirtual()
        .name("shadow-ledger")
        .start(
            () -> {
              try {
                Thread.sleep(INTERVAL_MILLIS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              write();
            });
  }

  @PreDestroy
  void write() {
    Map<Day, long[]> counted;
    List<Sample> seen;
    synchronized (lock) {
      counted = sums;
      seen = samples;
      sums = new TreeMap<>();
      samples = new ArrayList<>();
      scheduled = false;
    }
    if (counted.isEmpty()) {
      return;
    }
    try {
      boundary.await(
          () ->
              pool.withTransaction(
                  connection -> {
                    Uni<Boolean> done = Uni.createFrom().item(true);
                    for (Map.Entry<Day, long[]> sum : counted.entrySet()) {
                      done = done.flatMap(_ -> count(connection, sum.getKey(), sum.getValue()));
                    }
                    for (Sample sample : seen) {
                      done = done.flatMap(_ -> sample(connection, sample));
                    }
                    return seen.isEmpty()
                        ? done
                        : done.flatMap(
                            _ ->
                                connection
                                    .preparedQuery(FORGET)
                                    .execute(Tuple.of((long) KEPT_SAMPLES))
                                    .map(_ -> true));
                  }));
    } catch (RuntimeException e) {
      LOG.warnf("comparisons of both sides' answers were not kept: %s", e.getMessage());
    }
  }

  private static Uni<Boolean> count(SqlConnection connection, Day day, long[] sum) {
    return connection
        .preparedQuery(COUNT)
        .execute(
            Tuple.from(
                List.of(day.table(), day.day(), sum[0], sum[1], sum[2], sum[3], sum[4], sum[5])))
        .map(_ -> true);
  }

  private static Uni<Boolean> sample(SqlConnection connection, Sample sample) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(sample.table());
    values.add(sample.path());
    values.add(sample.field());
    values.add(sample.old());
    values.add(sample.ours());
    return connection.preparedQuery(SAMPLE).execute(Tuple.from(values)).map(_ -> true);
  }
}
