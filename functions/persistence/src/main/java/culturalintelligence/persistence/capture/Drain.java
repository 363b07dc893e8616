package culturalintelligence.persistence.capture;

import culturalintelligence.domain.migration.CapturedChange;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.ledger.StopLedger;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Empties the outbox, and what is to be done again, in batches of bounded size.
 *
 * <p>Of each batch: the entries are read and locked in the source, their keys applied and committed
 * in the target, and only then exactly those entries deleted in the source. Whatever is killed in
 * between leaves the entries where they are, and a state that is applied twice is the same state.
 */
@ApplicationScoped
public class Drain {
  /** Entries of one batch: some hundred milliseconds, and the memory of that many keys. */
  static final int BATCH = 2_000;

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PlanLedger plans;
  private final StateDrain states;
  private final StopLedger stops;

  public Drain(
      SourceDatabase source,
      TargetDatabase target,
      PlanLedger plans,
      StateDrain states,
      StopLedger stops) {
    this.source = source;
    this.target = target;
    this.plans = plans;
    this.states = states;
    this.stops = stops;
  }

  /**
   * What a drain did.
   *
   * @param entries taken off the outbox
   * @param keys settled, of the outbox and of what was to be done again
   * @param held entries and keys that stay because their chunk is being copied
   * @param finished whether it came to the end; false when its time was over first
   * @param stopped why the run stands and nothing was drained, or no more; null when it does not
   * @param waiting entries left in the outbox
   * @param oldest for how long the oldest of them has waited
   */
  public record Drained(
      long entries,
      long keys,
      long held,
      boolean finished,
      @Nullable String stopped,
      long waiting,
      Duration oldest) {
    private static Drained nothing(String stopped) {
      return new Drained(0, 0, 0, true, stopped, 0, Duration.ZERO);
    }
  }

  /** Drains the newest plan's source for that long at most, the batch under way not counted. */
  public Drained drain(Duration budget) throws SQLException {
    OptionalLong plan = plans.newest();
    if (plan.isEmpty()) {
      return Drained.nothing("there is no plan");
    }
    if (isPaused(plan.getAsLong())) {
      return Drained.nothing("the run is paused");
    }
    Walk walk = new Walk(plan.getAsLong(), Instant.now().plus(budget));
    try {
      return walk.drain();
    } catch (Drifted e) {
      stops.stop(e.plan(), e.table(), String.valueOf(e.getMessage()), e.next());
      return walk.result(true, e.getMessage());
    }
  }

  /**
   * Applies all that waits of one table now, whoever else drains; its entries stay for the drain
   * that comes by next, for which they say nothing new.
   *
   * @return false when something is left: look again
   */
  public boolean follow(PlannedTable table) throws SQLException {
    List<Again> again = new ArrayList<>();
    Outbox.Pending pending;
    try (Connection ledger = target.open();
        PreparedStatement select =
            ledger.prepareStatement(
                "SELECT id, table_id, key FROM migration.redo WHERE table_id = ?")) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          again.add(new Again(row.getLong(1), row.getLong(2), Outbox.texts(row.getArray(3))));
        }
      }
    }
    try (Connection snapshot = source.snapshot()) {
      pending = Outbox.pending(snapshot, table.source());
    }
    if (pending.whole() || again.stream().anyMatch(a -> a.key() == null)) {
      drain(Duration.ofSeconds(30));
      return false;
    }
    Map<List<String>, List<Long>> keys = new LinkedHashMap<>();
    pending.keys().forEach(key -> keys.put(key, new ArrayList<>()));
    for (Again a : again) {
      if (a.key() != null) {
        keys.computeIfAbsent(a.key(), _ -> new ArrayList<>()).add(a.id());
      }
    }
    List<List<String>> all = List.copyOf(keys.keySet());
    boolean done = true;
    for (int from = 0; from < all.size(); from += BATCH) {
      try (Connection writing = target.open()) {
        writing.setAutoCommit(false);
        StateDrain.Applied applied =
            states.apply(writing, table, all.subList(from, Math.min(from + BATCH, all.size())));
        done &= applied.held().isEmpty();
        try (PreparedStatement delete =
            writing.prepareStatement("DELETE FROM migration.redo WHERE id = ANY (?)")) {
          delete.setArray(
              1,
              writing.createArrayOf(
                  "bigint",
                  applied.settled().stream()
                      .flatMap(k -> keys.getOrDefault(k, List.of()).stream())
                      .toArray()));
          delete.executeUpdate();
        }
        writing.commit();
      }
    }
    return done;
  }

  private boolean isPaused(long plan) throws SQLException {
    try (Connection connection = target.open();
        PreparedStatement select =
            connection.prepareStatement("SELECT paused FROM migration.run WHERE id = ?")) {
      select.setLong(1, plan);
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** One walk over both lists, from their beginnings. */
  private final class Walk {
    private final long plan;
    private final Instant until;
    private final Map<List<String>, PlannedTable> byName = new HashMap<>();
    private final Map<Long, PlannedTable> byId = new HashMap<>();
    // Retired or dropped: what waits of them waits until they are back.
    private final Set<Long> gone = new HashSet<>();
    private long entries;
    private long keys;
    private long held;
    private long waits;
    private Duration oldest = Duration.ZERO;

    Walk(long plan, Instant until) throws SQLException {
      this.plan = plan;
      this.until = until;
      for (PlannedTable table : plans.carriedTables(plan)) {
        byName.put(List.of(table.source().schema(), table.source().name()), table);
        byId.put(table.id(), table);
      }
    }

    Drained result(boolean finished, @Nullable String stopped) {
      return new Drained(entries, keys, held, finished, stopped, waits, oldest);
    }

    Drained drain() throws SQLException {
      look();
      // Once more, for what the outbox turned into keys to be done again.
      boolean finished = redo() && outbox() && redo();
      keepLag(finished);
      return result(finished, null);
    }

    /** A trigger that is switched off writes no entry that would lead here. */
    private void look() throws SQLException {
      try (Connection ledger = target.open();
          Connection snapshot = source.snapshot()) {
        if (Outbox.isInstalled(snapshot)
            && !Outbox.token(snapshot).equals(CaptureInstaller.tokenOf(ledger, plan))) {
          throw new IllegalStateException(
              "the source's outbox belongs to another Cultural Intelligence database");
        }
        for (PlannedTable table : byId.values()) {
          try {
            Drift.check(snapshot, ledger, table);
          } catch (Drift.Away away) {
            gone.add(table.id());
          }
        }
      }
    }

    /** What is left, for whoever asks where the run stands. */
    private void keepLag(boolean finished) throws SQLException {
      Outbox.Waiting waiting;
      try (Connection snapshot = source.snapshot()) {
        waiting = Outbox.waiting(snapshot);
      }
      if (waiting == null) {
        return;
      }
      waits = waiting.entries();
      oldest = waiting.age() == null ? Duration.ZERO : waiting.age();
      try (Connection ledger = target.open();
          PreparedStatement update =
              ledger.prepareStatement(
                  """
                  UPDATE migration.capture
                     SET looked_at = clock_timestamp(), waiting = ?,
                         oldest_at = clock_timestamp() - ? * interval '1 millisecond',
                         drained_at = CASE WHEN ? THEN clock_timestamp() ELSE drained_at END
                   WHERE run_id = ?
                  """)) {
        update.setLong(1, waiting.entries());
        update.setObject(2, waiting.age() == null ? null : waiting.age().toMillis(), Types.BIGINT);
        update.setBoolean(3, finished);
        update.setLong(4, plan);
        update.executeUpdate();
      }
    }

    private boolean timeIsOver() {
      return Instant.now().isAfter(until);
    }

    private boolean outbox() throws SQLException {
      try (Connection outbox = source.outbox()) {
        outbox.setAutoCommit(false);
        if (!Outbox.isInstalled(outbox)) {
          return true;
        }
        long above = 0;
        while (!timeIsOver()) {
          List<CapturedChange> changes = Outbox.take(outbox, above, BATCH);
          if (changes.isEmpty()) {
            return true;
          }
          above = changes.getLast().id();
          Outbox.remove(outbox, settled(changes));
          outbox.commit();
        }
        return false;
      }
    }

    /** Applies the changes and gives the numbers of those that are done with. */
    private List<Long> settled(List<CapturedChange> changes) throws SQLException {
      Map<List<String>, List<CapturedChange>> byTable = new LinkedHashMap<>();
      for (CapturedChange change : changes) {
        byTable
            .computeIfAbsent(List.of(change.schema(), change.table()), _ -> new ArrayList<>())
            .add(change);
      }
      List<Long> done = new ArrayList<>();
      for (Map.Entry<List<String>, List<CapturedChange>> of : byTable.entrySet()) {
        PlannedTable table = byName.get(of.getKey());
        if (table == null || gone.contains(table.id())) {
          // Nobody's here. It stays: whose it is, an operator must say.
          held += of.getValue().size();
        } else {
          try {
            settle(table, of.getValue(), done);
          } catch (Drift.Away away) {
            gone.add(table.id());
            held += of.getValue().size();
          }
        }
      }
      entries += done.size();
      return done;
    }

    private void settle(PlannedTable table, List<CapturedChange> changes, List<Long> done)
        throws SQLException {
      List<List<String>> changed = new ArrayList<>();
      boolean whole = false;
      for (CapturedChange change : changes) {
        List<String> key = change.key();
        if (key == null) {
          whole = true;
        } else {
          changed.add(key);
        }
      }
      Set<List<String>> settled = Set.of();
      if (!changed.isEmpty()) {
        settled = states.apply(table, changed).settled();
        keys += settled.size();
      }
      boolean wholeSettled = whole && settleWhole(table);
      for (CapturedChange change : changes) {
        List<String> key = change.key();
        if (key == null ? wholeSettled : settled.contains(key)) {
          done.add(change.id());
        } else {
          held++;
        }
      }
    }

    /** A table with a key is done again key by key, in batches; one without, at once. */
    private boolean settleWhole(PlannedTable table) throws SQLException {
      try (Connection writing = target.open()) {
        writing.setAutoCommit(false);
        boolean settled;
        if (table.source().hasKey()) {
          settled = !isBeingCopied(writing, table);
          if (settled) {
            askAgain(writing, table, null, "truncated");
          }
        } else {
          settled = states.applyWhole(writing, table);
        }
        writing.commit();
        return settled;
      }
    }

    private boolean redo() throws SQLException {
      long above = 0;
      while (!timeIsOver()) {
        try (Connection writing = target.open()) {
          writing.setAutoCommit(false);
          List<Again> batch = takeAgain(writing, above);
          if (batch.isEmpty()) {
            return true;
          }
          above = batch.getLast().id();
          List<Long> done = new ArrayList<>();
          // In the order of their numbers, so that two of these take their locks in one order.
          Map<Long, List<Again>> byTable = new TreeMap<>();
          batch.forEach(a -> byTable.computeIfAbsent(a.table(), _ -> new ArrayList<>()).add(a));
          for (Map.Entry<Long, List<Again>> of : byTable.entrySet()) {
            PlannedTable table = byId.get(of.getKey());
            if (table != null && !gone.contains(table.id())) {
              try {
                again(writing, table, of.getValue(), done);
              } catch (Drift.Away away) {
                gone.add(table.id());
              }
            }
          }
          held += batch.size() - done.size();
          try (PreparedStatement delete =
              writing.prepareStatement("DELETE FROM migration.redo WHERE id = ANY (?)")) {
            delete.setArray(1, writing.createArrayOf("bigint", done.toArray()));
            delete.executeUpdate();
          }
          writing.commit();
        }
      }
      return false;
    }

    private void again(Connection writing, PlannedTable table, List<Again> batch, List<Long> done)
        throws SQLException {
      List<List<String>> changed = new ArrayList<>();
      List<Again> whole = new ArrayList<>();
      for (Again again : batch) {
        List<String> key = again.key();
        if (key == null) {
          whole.add(again);
        } else {
          changed.add(key);
        }
      }
      if (!whole.isEmpty()) {
        boolean settled;
        if (table.source().hasKey()) {
          settled = !isBeingCopied(writing, table);
          if (settled) {
            spread(writing, table);
          }
        } else {
          settled = states.applyWhole(writing, table);
        }
        if (settled) {
          whole.forEach(a -> done.add(a.id()));
        }
      }
      if (!changed.isEmpty()) {
        Set<List<String>> settled = states.apply(writing, table, changed).settled();
        keys += settled.size();
        for (Again again : batch) {
          if (again.key() != null && settled.contains(again.key())) {
            done.add(again.id());
          }
        }
      }
    }

    /**
     * Asks for every key that either side has. What a copy under way would write later, this does
     * not see: so none may be under way.
     */
    private void spread(Connection writing, PlannedTable table) throws SQLException {
      SourceRows rows = new SourceRows(table.source());
      try (Connection snapshot = source.snapshot()) {
        Drift.holdAndCheck(snapshot, writing, table);
        CopyOut from =
            snapshot
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut(
                    "COPY (SELECT %d, ARRAY[%s], 'every row' FROM %s) TO STDOUT"
                        .formatted(table.id(), rows.keyTexts(), rows.from()));
        CopyIn to =
            writing
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY migration.redo (table_id, key, reason) FROM STDIN");
        try {
          for (byte[] line = from.readFromCopy(); line != null; line = from.readFromCopy()) {
            to.writeToCopy(line, 0, line.length);
          }
          to.endCopy();
        } finally {
          if (to.isActive()) {
            to.cancelCopy();
          }
          if (from.isActive()) {
            from.cancelCopy();
          }
        }
      }
      try (PreparedStatement insert =
          writing.prepareStatement(
              """
              INSERT INTO migration.redo (table_id, key, reason)
              SELECT ?, t.key, 'every row' FROM (SELECT ARRAY[%s] AS key FROM %s) t
               WHERE NOT EXISTS (SELECT FROM migration.redo r
                                  WHERE r.table_id = ? AND r.key = t.key)
              """
                  .formatted(rows.keyTexts(), table.carried().table()))) {
        insert.setLong(1, table.id());
        insert.setLong(2, table.id());
        insert.executeUpdate();
      }
    }
  }

  /**
   * Asks for a key, or a whole table, to be applied again.
   *
   * @param key null for every row
   */
  public static void askAgain(
      Connection writing, PlannedTable table, @Nullable List<String> key, String reason)
      throws SQLException {
    try (PreparedStatement insert =
        writing.prepareStatement(
            "INSERT INTO migration.redo (table_id, key, reason) VALUES (?, ?, ?)")) {
      insert.setLong(1, table.id());
      if (key == null) {
        insert.setNull(2, Types.ARRAY);
      } else {
        insert.setArray(2, writing.createArrayOf("text", key.toArray()));
      }
      insert.setString(3, reason);
      insert.executeUpdate();
    }
  }

  private record Again(long id, long table, @Nullable List<String> key) {}

  private static List<Again> takeAgain(Connection writing, long above) throws SQLException {
    List<Again> batch = new ArrayList<>();
    try (PreparedStatement select =
        writing.prepareStatement(
            """
            SELECT id, table_id, key FROM migration.redo
             WHERE id > ? ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED
            """)) {
      select.setLong(1, above);
      select.setInt(2, BATCH);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          batch.add(new Again(row.getLong(1), row.getLong(2), Outbox.texts(row.getArray(3))));
        }
      }
    }
    return batch;
  }

  private static boolean isBeingCopied(Connection writing, PlannedTable table) throws SQLException {
    try (PreparedStatement select =
        writing.prepareStatement(
            """
            SELECT EXISTS (SELECT FROM migration.attempt a
                             JOIN migration.chunk c ON c.run_id = a.run_id AND c.id = a.chunk_id
                            WHERE c.table_id = ? AND a.state = 'RUNNING')
            """)) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
