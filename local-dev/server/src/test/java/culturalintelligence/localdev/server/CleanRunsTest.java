package culturalintelligence.localdev.server;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.verification.Comparisons;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Comparisons of a small library that people write to all the time, while a drain brings their
 * changes over. Nothing is wrong in it, so nothing may be called wrong.
 *
 * <p>The writers pause between their statements, as people do: at full speed every row would be
 * under way at every look, and a comparison would prove nothing.
 */
class CleanRunsTest {
  private static final int FEW = 50;
  private static final int MANY = Integer.getInteger("clean.runs", 1_000);
  private static final long SEED = Long.getLong("clean.seed", 20_261_123);
  private static final int ROWS = 30;
  private static final int PAUSE_MILLIS = 25;

  private static final String LIBRARY =
      """
      create table artists (id int primary key, name text, plays int);
      insert into artists select g, 'artist ' || g, 0 from generate_series(1, 30) g;
      create table metacrate_tracks (id int primary key, file_path text not null,
        metacrate_classification jsonb, processing_timestamp timestamp default now());
      insert into metacrate_tracks select g, '/m/' || g || '.mp3', jsonb_build_object('artist', 'A' || g), now()
        from generate_series(1, 30) g;
      """;

  @Test
  void nothingIsCalledWrongWhilePeopleWrite() throws Exception {
    nothingIsCalledWrongIn(FEW);
  }

  @Test
  @Tag("long")
  void norInAThousandRuns() throws Exception {
    nothingIsCalledWrongIn(MANY);
  }

  private static void nothingIsCalledWrongIn(int runs) throws Exception {
    System.out.println("seed " + SEED);
    try (Scene scene = Scene.of(LIBRARY);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      scene.plan();
      scene.capture();
      scene.copy();
      List<Chunk.Id> chunks = scene.plans.askForVerification(scene.plan());
      AtomicBoolean over = new AtomicBoolean();
      AtomicLong writes = new AtomicLong();
      List<Future<?>> others = new ArrayList<>();
      others.add(threads.submit(writer(scene, new Random(SEED), over, writes)));
      others.add(threads.submit(writer(scene, new Random(SEED + 1), over, writes)));
      others.add(threads.submit(drain(scene, over)));
      List<Difference> alarms = new ArrayList<>();
      long waited = 0;
      long rows = 0;
      Comparisons comparisons = scene.comparisons();
      try {
        for (int run = 0; run < runs && alarms.isEmpty(); run++) {
          for (Chunk.Id id : chunks) {
            Chunk chunk = Objects.requireNonNull(scene.chunks.find(id));
            Comparisons.Outcome outcome =
                comparisons.chunk(scene.plans.table(chunk.table()), chunk);
            alarms.addAll(outcome.differences());
            waited += outcome.waiting();
            rows += outcome.rows();
          }
          if (run % 20 == 0) {
            for (PlannedTable table : scene.plans.carriedTables(scene.plan())) {
              alarms.addAll(comparisons.table(table).differences());
              alarms.addAll(comparisons.buckets(table, ROWS).differences());
            }
          }
        }
      } finally {
        over.set(true);
        for (Future<?> other : others) {
          other.get();
        }
      }
      System.out.printf(
          "%d runs, %d writes, %d rows compared, %d still under way when a run ended, %d false alarms%n",
          runs, writes.get(), rows, waited, alarms.size());
      assertThat(alarms).isEmpty();
      assertThat(writes.get()).as("writes meanwhile").isGreaterThan(runs);

      // The fence: nobody writes any more, and everything has arrived.
      scene.drain();
      assertThat(scene.verify()).isEmpty();
      assertThat(scene.progress().phase()).isEqualTo(Progress.Phase.VERIFIED);
      scene.inTarget(
          "update carried.artists set plays = plays + 1 where id = (select min(id) from carried.artists)");
      assertThat(scene.verify()).as("and a fault is still one").hasSize(1);
    }
  }

  private static Callable<Boolean> writer(
      Scene scene, Random random, AtomicBoolean over, AtomicLong writes) {
    return () -> {
      try (Connection connection = scene.openSource();
          Statement statement = connection.createStatement()) {
        while (!over.get()) {
          write(statement, random);
          writes.incrementAndGet();
        }
        return true;
      }
    };
  }

  private static void write(Statement statement, Random random) throws SQLException {
    int id = 1 + random.nextInt(ROWS + 10);
    // Back and forth between few values, so that what was comes back.
    int value = random.nextInt(3);
    statement.execute(
        switch (random.nextInt(7)) {
          case 0 -> "delete from public.artists where id = " + id;
          case 1, 2 ->
              "insert into public.artists values (%1$d, 'artist %1$d', %2$d) on conflict (id) do update set plays = %2$d"
                  .formatted(id, value);
          case 3 ->
              "update public.metacrate_tracks set metacrate_classification = jsonb_build_object('artist', 'A%2$d') where id = %1$d"
                  .formatted(id, value);
          case 4 -> "delete from public.metacrate_tracks where id = " + id;
          case 5 ->
              "insert into public.metacrate_tracks values (%1$d, '/m/%3$d.mp3', '{\"artist\": \"A%2$d\"}', now()) on conflict (id) do nothing"
                  .formatted(id, value, random.nextInt(ROWS));
          default ->
              "update public.metacrate_tracks set file_path = '/m/%2$d.mp3' where id = %1$d"
                  .formatted(id, random.nextInt(ROWS));
        });
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2 * PAUSE_MILLIS)));
  }

  private static Callable<Boolean> drain(Scene scene, AtomicBoolean over) {
    return () -> {
      while (!over.get()) {
        scene.drainOnce();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
      }
      return true;
    };
  }
}
