package culturalintelligence.localdev.run;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writers that follow a table from one database to the other, as MetaCrate would once it was told:
 * whoever is refused on one side goes to the other. Each has rows of its own and remembers what was
 * confirmed to it, so that afterwards every single write can be looked for.
 */
final class LifeWriters implements AutoCloseable {
  private static final String PREFIX = "X:\\Life\\";
  private static final long BETWEEN_MILLIS = 4;
  private static final long AGAIN_MILLIS = 3;

  /** Read-only, not there under this name, not ours to write, not writable now. */
  private static final Set<String> REFUSALS = Set.of("25006", "42P01", "42501", "55000");

  /** Somebody else was quicker: the same once more. */
  private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01", "55P03");

  private final List<Side> sides;
  private final List<String> tables =
      List.of("public.metacrate_tracks", "metacrate.metacrate_tracks");
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<Done>> running = new ArrayList<>();
  private volatile boolean stopping;

  LifeWriters(Side old, Side fresh) {
    this.sides = List.of(old, fresh);
  }

  /** One of the two databases. */
  @FunctionalInterface
  interface Side {
    Connection connect() throws SQLException;
  }

  /** A row as its writer last wrote it. */
  record Row(String path, String name, double score) {}

  /**
   * What the writers did.
   *
   * @param old writes the old side took
   * @param fresh writes the new side took
   * @param refused how often a side refused one
   * @param longestMillis the longest that one write waited for a side that takes it
   */
  record Done(Map<UUID, Row> rows, long old, long fresh, long refused, double longestMillis) {
    Done and(Done other) {
      Map<UUID, Row> all = new HashMap<>(rows);
      all.putAll(other.rows);
      return new Done(
          all,
          old + other.old,
          fresh + other.fresh,
          refused + other.refused,
          Math.max(longestMillis, other.longestMillis));
    }
  }

  void start(int many) {
    for (int i = 0; i < many; i++) {
      int writer = i;
      running.add(threads.submit(() -> write(writer)));
    }
  }

  /** Whether all of them are still at work: one that failed says why when they are stopped. */
  boolean areAlive() {
    return running.stream().noneMatch(Future::isDone);
  }

  Done stop() throws InterruptedException, SQLException {
    stopping = true;
    Done all = new Done(Map.of(), 0, 0, 0, 0);
    for (Future<Done> one : running) {
      try {
        all = all.and(one.get());
      } catch (ExecutionException e) {
        throw new SQLException("a writer failed: " + e.getCause(), e);
      }
    }
    running.clear();
    return all;
  }

  private Done write(int writer) throws SQLException, InterruptedException {
    Random random = new Random(writer);
    Map<UUID, Row> rows = new HashMap<>();
    List<UUID> ids = new ArrayList<>();
    long[] taken = new long[2];
    long refused = 0;
    long longest = 0;
    int side = 0;
    int number = 0;
    List<Connection> connections = new ArrayList<>();
    try {
      for (Side one : sides) {
        connections.add(one.connect());
      }
      while (!stopping) {
        int kind = ids.isEmpty() ? 0 : random.nextInt(10);
        UUID id = kind < 4 ? UUID.randomUUID() : ids.get(random.nextInt(ids.size()));
        Row row =
            new Row(
                kind < 4
                    ? PREFIX + writer + "\\" + number++ + ".mp3"
                    : Objects.requireNonNull(rows.get(id)).path(),
                "take " + random.nextInt(1_000),
                random.nextInt(1_000) / 1_000.0);
        long began = System.nanoTime();
        while (true) {
          try {
            change(connections.get(side), tables.get(side), kind, id, row);
            break;
          } catch (SQLException e) {
            if (REFUSALS.contains(e.getSQLState())) {
              refused++;
              side = 1 - side;
            } else if (!TRY_AGAIN.contains(e.getSQLState())) {
              throw e;
            }
            Thread.sleep(AGAIN_MILLIS);
          }
        }
        longest = Math.max(longest, System.nanoTime() - began);
        taken[side]++;
        if (kind < 4) {
          ids.add(id);
        }
        if (kind == 9) {
          ids.remove(id);
          rows.remove(id);
        } else {
          rows.put(id, row);
        }
        Thread.sleep(BETWEEN_MILLIS);
      }
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
    return new Done(rows, taken[0], taken[1], refused, longest / 1e6);
  }

  private static void change(Connection connection, String table, int kind, UUID id, Row row)
      throws SQLException {
    String sql =
        kind < 4
            ? "INSERT INTO %s (file_path, original_filename, confidence_score, metacrate_classification, id) VALUES (?, ?, ?, '{\"artist\": \"Life\"}', ?)"
            : kind == 9
                ? "DELETE FROM %s WHERE id = ?"
                : "UPDATE %s SET original_filename = ?, confidence_score = ? WHERE id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql.formatted(table))) {
      int i = 1;
      if (kind < 4) {
        statement.setString(i++, row.path());
      }
      if (kind != 9) {
        statement.setString(i++, row.name());
        statement.setDouble(i++, row.score());
      }
      statement.setObject(i, id);
      statement.executeUpdate();
    }
  }

  /** The writers' rows as one side has them. */
  Map<UUID, Row> found(boolean fresh) throws SQLException {
    Map<UUID, Row> found = new HashMap<>();
    try (Connection connection = sides.get(fresh ? 1 : 0).connect();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, file_path, original_filename, confidence_score FROM %s WHERE starts_with(file_path, ?)"
                    .formatted(tables.get(fresh ? 1 : 0)))) {
      select.setString(1, PREFIX);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.put(
              row.getObject(1, UUID.class),
              new Row(row.getString(2), row.getString(3), row.getDouble(4)));
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdownNow();
  }
}
