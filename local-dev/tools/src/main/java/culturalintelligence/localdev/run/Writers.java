package culturalintelligence.localdev.run;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * MetaCrate at work: inserts, updates, deletes and bulk updates as fast as the server takes them.
 */
final class Writers {
  private static final int BULK_EVERY = 200;

  private final Callable<Connection> source;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<long[]>> running = new ArrayList<>();
  private volatile boolean stopping;

  Writers(Callable<Connection> source) {
    this.source = source;
  }

  /** How long the statements took together with their commit. */
  record Times(long statements, double p50Millis, double p99Millis, double perSecond) {}

  void start(int many) {
    stopping = false;
    for (int i = 0; i < many; i++) {
      long seed = i;
      running.add(threads.submit(() -> write(seed)));
    }
  }

  Times stop(double seconds) throws InterruptedException, SQLException {
    stopping = true;
    List<long[]> all = new ArrayList<>();
    for (Future<long[]> one : running) {
      try {
        all.add(one.get());
      } catch (ExecutionException e) {
        throw new SQLException("a writer failed: " + e.getCause(), e);
      }
    }
    running.clear();
    long[] times = all.stream().flatMapToLong(java.util.Arrays::stream).sorted().toArray();
    return times.length == 0
        ? new Times(0, 0, 0, 0)
        : new Times(
            times.length,
            times[times.length / 2] / 1e6,
            times[(int) (times.length * 0.99)] / 1e6,
            times.length / seconds);
  }

  void close() {
    stopping = true;
    threads.shutdownNow();
  }

  private long[] write(long seed) throws Exception {
    Random random = new Random(seed);
    long[] times = new long[1 << 10];
    int count = 0;
    try (Connection connection = source.call()) {
      while (!stopping) {
        boolean bulk = count % BULK_EVERY == BULK_EVERY - 1;
        String sql = bulk ? BULK : STATEMENTS.get(random.nextInt(STATEMENTS.size()));
        long began = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
          statement.setDouble(1, random.nextDouble());
          statement.executeUpdate();
        } catch (SQLException e) {
          if (!"40P01".equals(e.getSQLState())) {
            throw e;
          }
          // Two bulk updates that met: MetaCrate would try again.
        }
        long took = System.nanoTime() - began;
        if (!bulk) {
          if (count >= times.length) {
            times = java.util.Arrays.copyOf(times, 2 * times.length);
          }
          times[count] = took;
        } else if (count < times.length) {
          // A bulk statement is MetaCrate's own weight, not what it waits for us.
          times[count] = times[count - 1];
        } else {
          continue;
        }
        count++;
      }
    }
    return java.util.Arrays.copyOf(times, count);
  }

  /** A row near a random key: by the key's index, whatever is there. */
  private static final String SOMEWHERE =
      "(SELECT id FROM metacrate_tracks WHERE id >= (lpad(to_hex((? * 2147483647)::bigint * 2), 8, '0') || '-0000-0000-0000-000000000000')::uuid ORDER BY id LIMIT %d)";

  private static final List<String> STATEMENTS =
      List.of(
          "UPDATE metacrate_tracks SET confidence_score = random(), metacrate_classification = metacrate_classification || jsonb_build_object('bpm', 120 + (random() * 20)::int) WHERE id IN "
              + SOMEWHERE.formatted(1),
          "UPDATE metacrate_tracks SET file_path = file_path || '~' WHERE id IN "
              + SOMEWHERE.formatted(1),
          "INSERT INTO metacrate_tracks (file_path, original_filename, metacrate_classification) SELECT 'X:\\Music\\new ' || ?::float8, 'new', '{\"artist\": \"New\", \"genre\": \"House\"}'",
          "DELETE FROM metacrate_tracks WHERE id IN " + SOMEWHERE.formatted(1),
          "UPDATE metacrate_tracks SET id = gen_random_uuid() WHERE id IN (SELECT t.id FROM metacrate_tracks t WHERE t.original_filename = 'new' AND t.id IN "
              + SOMEWHERE.formatted(1)
              + ")",
          "INSERT INTO artists (name, sort_name) SELECT 'New artist ' || (?::float8 * 1000)::int, 'x' ON CONFLICT (name) DO UPDATE SET sort_name = artists.sort_name || 'x'");

  private static final String BULK =
      "UPDATE metacrate_tracks SET processing_timestamp = now() WHERE id IN "
          + SOMEWHERE.formatted(500);
}
