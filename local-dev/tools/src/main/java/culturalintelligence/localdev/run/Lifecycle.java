package culturalintelligence.localdev.run;

import com.fasterxml.jackson.databind.JsonNode;
import culturalintelligence.localdev.operator.OperatorApi;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Old tables through their whole life while writers are at work: from OLD to RETIRED and back, then
 * to DROPPED, restored, and back again. In the end both sides have to hold exactly what the writers
 * were told was written.
 */
final class Lifecycle {
  /** Referred tables first: so they are restored; and so, from the last to the first, dropped. */
  private static final List<String> TABLES =
      List.of(
          "public.metacrate_tracks",
          "public.audio_files",
          "public.track_genres",
          "public.music_analysis");

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long LOOK_EVERY_MILLIS = 300;
  private static final long LIVE_MILLIS = 1_500;
  private static final int LOOKUPS = 5;

  private final OperatorApi api;
  private final Migration migration;
  private final LifeWriters writers;
  private final LifeWriters.Side old;

  private int changes;
  private long longestPause;
  private long longestRollback;

  Lifecycle(OperatorApi api, Migration migration, LifeWriters.Side old, LifeWriters.Side fresh) {
    this.api = api;
    this.migration = migration;
    this.old = old;
    this.writers = new LifeWriters(old, fresh);
  }

  /**
   * The walk.
   *
   * @return whether both sides hold what was written, and nothing else differs
   */
  boolean run(int many) throws OperatorApi.Refused, InterruptedException, SQLException {
    try (writers) {
      say(
          "%d writers at work; %d tables go through their whole life …"
              .formatted(many, TABLES.size()));
      writers.start(many);
      up();
      all("RETIRED", TABLES, Map.of());
      live();
      all("OLD", TABLES, Map.of());
      live();
      up();
      all("RETIRED", TABLES, Map.of());
      live();
      for (String table : TABLES.reversed()) {
        to(table, "DROPPED", Map.of("grace", "0s", "confirm", table));
      }
      live();
      say("dropped; what is written now waits for the tables to be restored from their archives …");
      all("WRITE_NEW", TABLES, Map.of());
      live();
      all("OLD", TABLES, Map.of());
      live();
      LifeWriters.Done done = writers.stop();
      settled();
      JsonNode verified = migration.verify();
      boolean equal = verified.path("phase").asText().equals("VERIFIED");
      long lost =
          missing(done.rows(), writers.found(false)) + missing(done.rows(), writers.found(true));
      long foreign =
          missing(writers.found(false), done.rows()) + missing(writers.found(true), done.rows());
      System.out.println(
          "{\"changes\":%d,\"writes_old\":%d,\"writes_new\":%d,\"refused\":%d,\"longest_write_ms\":%.0f,\"longest_pause_ms\":%d,\"longest_rollback_ms\":%d,\"rows\":%d,\"lost\":%d,\"resurrected\":%d,\"equal\":%s}"
              .formatted(
                  changes,
                  done.old(),
                  done.fresh(),
                  done.refused(),
                  done.longestMillis(),
                  longestPause,
                  longestRollback,
                  done.rows().size(),
                  lost,
                  foreign,
                  equal));
      return equal && lost == 0 && foreign == 0;
    }
  }

  /** Rows that are not there as they should be. */
  private static long missing(Map<UUID, LifeWriters.Row> wanted, Map<UUID, LifeWriters.Row> found) {
    return wanted.entrySet().stream()
        .filter(row -> !row.getValue().equals(found.get(row.getKey())))
        .count();
  }

  private void up() throws OperatorApi.Refused, InterruptedException, SQLException {
    all("SHADOW", TABLES, Map.of());
    ask();
    // What was written since the last comparison is compared too before the new side answers.
    migration.verify();
    all("READ_NEW", TABLES, Map.of());
    ask();
    all("WRITE_NEW", TABLES, Map.of());
    ask();
    live();
  }

  private void all(String phase, List<String> tables, Map<String, ?> more)
      throws OperatorApi.Refused, InterruptedException, SQLException {
    for (String table : tables) {
      to(table, phase, more);
    }
  }

  /**
   * Goes there as an operator does: what a closed gate waits for is done, and it is asked again.
   */
  private void to(String table, String phase, Map<String, ?> more)
      throws OperatorApi.Refused, InterruptedException, SQLException {
    Map<String, Object> wish =
        new HashMap<>(Map.of("table", table, "to", phase, "execute", true, "by", "lifecycle"));
    wish.putAll(more);
    Instant until = Instant.now().plus(PATIENCE);
    while (true) {
      if (!writers.areAlive()) {
        writers.stop();
      }
      try {
        JsonNode done = api.post("/operations/phase", wish);
        changes++;
        long took = done.path("tookMillis").asLong();
        String from = done.path("from").asText();
        boolean back = done.hasNonNull("pauseMillis") && !phase.equals("WRITE_NEW");
        longestPause = Math.max(longestPause, done.path("pauseMillis").asLong());
        longestRollback = Math.max(longestRollback, back ? took : 0);
        say(
            "  %-24s %-9s to %-9s took %5d ms%s"
                .formatted(
                    table,
                    from,
                    phase,
                    took,
                    done.hasNonNull("pauseMillis")
                        ? ", writes paused for %d ms".formatted(done.path("pauseMillis").asLong())
                        : ""));
        return;
      } catch (OperatorApi.Refused e) {
        if (Instant.now().isAfter(until)) {
          throw e;
        }
        List<String> closed =
            e.answer()
                .path("gates")
                .valueStream()
                .filter(gate -> !gate.path("passed").asBoolean())
                .map(gate -> gate.path("name").asText())
                .toList();
        if (closed.contains("verified")) {
          migration.verify();
        } else if (closed.contains("accesses")) {
          throw e;
        }
        Thread.sleep(LOOK_EVERY_MILLIS);
      }
    }
  }

  /** Real look-ups in every phase: what the move does to them is shown by cratectl phase. */
  private void ask() throws OperatorApi.Refused {
    try (Connection connection = old.connect();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT file_path FROM metacrate_tracks ORDER BY id LIMIT " + LOOKUPS)) {
      while (row.next()) {
        api.post("/api/v3.2/file/analyze", Map.of("file_path", row.getString(1)));
      }
    } catch (SQLException e) {
      // The old table is not there to say which paths it has.
    }
  }

  private static void live() throws InterruptedException {
    Thread.sleep(LIVE_MILLIS);
  }

  /** Nothing waits on either side. */
  private void settled() throws OperatorApi.Refused, InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(until)) {
      JsonNode lag = api.post("/operations/drain");
      boolean back =
          api.get("/operations/phase")
              .path("tables")
              .valueStream()
              .anyMatch(table -> table.path("waitingBack").asLong() > 0);
      if (lag.path("drained").asBoolean() && !back) {
        return;
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private static void say(String text) {
    System.err.println(text);
  }
}
