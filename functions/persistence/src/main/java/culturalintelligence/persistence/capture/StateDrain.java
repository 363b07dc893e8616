package culturalintelligence.persistence.capture;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.ChunkState;
import culturalintelligence.domain.migration.KeyRange;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.carried.ChunkWriter;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.carried.KeyedRows;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceKeys;
import culturalintelligence.persistence.source.SourceRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.postgresql.copy.CopyOut;

/**
 * Brings the target to the source's present state for some keys of one table.
 *
 * <p>The invariant: whoever changed a row, once its key has been applied after the change was
 * committed, the target holds a state no older than that change. What keeps it:
 *
 * <ol>
 *   <li>Applications to one table are serial, by a lock that ends with the target's transaction;
 *       and the source's snapshot is taken <em>after</em> the lock. So an older state never follows
 *       a newer one.
 *   <li>A key is applied by its state, whatever happened to it: rows that are there are written,
 *       rows that are not are removed.
 *   <li>A key whose chunk is being copied is {@link Applied#held() held}: that attempt's snapshot
 *       may be older than the change, and what it writes later would stand. A key whose chunk waits
 *       to be copied is settled without a write: whoever copies it looks at the source after now.
 *       The chunks are looked at after the caller learned of the keys, never before.
 *   <li>While the new side is the master, a key that waits to go back is not the old side's to say;
 *       see {@code 0080}.
 *   <li>The caller forgets a key only when this transaction is committed, and only a settled one.
 * </ol>
 */
@ApplicationScoped
public class StateDrain {
  /** The first half of the lock's name; the second is the table's number. */
  private static final int LOCK = 0x0C1D;

  private final SourceDatabase source;
  private final PlanLedger plans;
  private final TargetDatabase target;

  public StateDrain(SourceDatabase source, TargetDatabase target, PlanLedger plans) {
    this.source = source;
    this.target = target;
    this.plans = plans;
  }

  /**
   * What came of the keys.
   *
   * @param settled done with
   * @param held to be applied again later
   * @param removed rows that stood in the target before, carried or in quarantine
   */
  public record Applied(
      Set<List<String>> settled,
      Set<List<String>> held,
      long removed,
      long migrated,
      long quarantined) {}

  /** Applies keys in a transaction of their own. */
  public Applied apply(PlannedTable table, Collection<List<String>> keys) throws SQLException {
    try (Connection writing = target.open()) {
      writing.setAutoCommit(false);
      Applied applied = apply(writing, table, keys);
      writing.commit();
      return applied;
    }
  }

  /**
   * Applies keys in the caller's transaction, which must be READ COMMITTED: its statements look at
   * chunks after it waited for its lock.
   */
  public Applied apply(Connection writing, PlannedTable table, Collection<List<String>> keys)
      throws SQLException {
    List<List<String>> distinct = List.copyOf(new LinkedHashSet<>(keys));
    lock(writing, table);
    Set<List<String>> toGoBack = toGoBack(writing, table, distinct);
    try (Connection snapshot = source.snapshot()) {
      Drift.holdAndCheck(snapshot, writing, table);
      Standing standing = standing(writing, table);
      SourceKeys rows = new SourceKeys(table.source());
      int[] located = rows.locate(snapshot, standing.chunks(), distinct);
      Set<List<String>> held = new LinkedHashSet<>();
      Set<List<String>> settled = new LinkedHashSet<>();
      List<List<String>> toApply = new ArrayList<>();
      int[] chunks = new int[located.length];
      for (int i = 0; i < located.length; i++) {
        Chunk chunk = standing.chunks().get(located[i]);
        List<String> key = distinct.get(i);
        if (standing.running().contains(chunk.id().number())) {
          held.add(key);
        } else {
          settled.add(key);
          if (chunk.state().isCopied() && !toGoBack.contains(key)) {
            chunks[toApply.size()] = chunk.id().number();
            toApply.add(key);
          }
        }
      }
      if (toApply.isEmpty()) {
        return new Applied(settled, held, 0, 0, 0);
      }
      KeyedRows written =
          new KeyedRows(writing, table.carried(), table.id(), table.plan(), trackTables(table));
      written.remove(toApply);
      add(rows.copyOut(snapshot, toApply), table, chunks, written);
      KeyedRows.Written counts = written.finish();
      return new Applied(settled, held, counts.removed(), counts.migrated(), counts.quarantined());
    }
  }

  private static void add(CopyOut lines, PlannedTable table, int[] chunks, KeyedRows written)
      throws SQLException {
    int columns = table.source().columns().size();
    List<String> names = table.source().columns().stream().map(SourceColumn::name).toList();
    List<Integer> key = table.source().key().stream().map(names::indexOf).toList();
    Set<List<String>> seen = new HashSet<>();
    try {
      for (byte[] bytes = lines.readFromCopy(); bytes != null; bytes = lines.readFromCopy()) {
        int place = 0;
        int from = 0;
        while (bytes[from] != '\t') {
          place = place * 10 + bytes[from++] - '0';
        }
        byte[] row = Arrays.copyOfRange(bytes, from + 1, bytes.length);
        CopyLine line = new CopyLine(row, columns);
        if (seen.add(key.stream().map(i -> String.valueOf(line.text(i))).toList())) {
          written.add(row, chunks[place - 1]);
        }
      }
    } finally {
      if (lines.isActive()) {
        lines.cancelCopy();
      }
    }
  }

  /**
   * Applies all rows of a table in the caller's transaction: the only way where rows have no names.
   *
   * @return false when a chunk of it is being copied, and nothing was done
   */
  public boolean applyWhole(Connection writing, PlannedTable table) throws SQLException {
    lock(writing, table);
    try (Connection snapshot = source.snapshot()) {
      Drift.holdAndCheck(snapshot, writing, table);
      Standing standing = standing(writing, table);
      if (!standing.running().isEmpty()) {
        return false;
      }
      for (Chunk chunk : standing.chunks()) {
        if (chunk.state().isCopied()) {
          rewrite(writing, snapshot, table, chunk);
        }
      }
    }
    return true;
  }

  private static void rewrite(
      Connection writing, Connection snapshot, PlannedTable table, Chunk chunk)
      throws SQLException {
    try (PreparedStatement delete =
        writing.prepareStatement(
            "DELETE FROM %s WHERE \"ci:chunk\" = ?".formatted(table.carried().table()))) {
      delete.setInt(1, chunk.id().number());
      delete.executeUpdate();
    }
    try (PreparedStatement delete =
        writing.prepareStatement(
            "DELETE FROM migration.quarantine WHERE run_id = ? AND chunk_id = ?")) {
      delete.setLong(1, chunk.id().plan());
      delete.setInt(2, chunk.id().number());
      delete.executeUpdate();
    }
    ChunkWriter writer = new ChunkWriter(writing, table.carried(), table.id(), chunk.id());
    CopyOut rows = new SourceRows(table.source()).copyOut(snapshot, chunk.range());
    try {
      for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
        writer.add(row);
      }
    } finally {
      if (rows.isActive()) {
        rows.cancelCopy();
      }
    }
    ChunkWriter.Written counts = writer.finish();
    try (PreparedStatement update =
        writing.prepareStatement(
            """
            UPDATE migration.chunk SET migrated_rows = ?, quarantined_rows = ?, bytes = ?
             WHERE run_id = ? AND id = ?
            """)) {
      update.setLong(1, counts.migrated());
      update.setLong(2, counts.quarantined());
      update.setLong(3, counts.bytes());
      update.setLong(4, chunk.id().plan());
      update.setInt(5, chunk.id().number());
      update.executeUpdate();
    }
  }

  /**
   * Waits for whoever applies keys to the table, and keeps others out until the transaction ends.
   */
  public static void lock(Connection writing, PlannedTable table) throws SQLException {
    try (PreparedStatement lock = writing.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
      lock.setInt(1, LOCK);
      lock.setInt(2, (int) table.id());
      lock.execute();
    }
  }

  /**
   * What is written here is captured nowhere. And while this side is the master, its writers are
   * kept out until the transaction ends, and the keys that still have to go back, which are not the
   * old side's to say, are these.
   */
  private static Set<List<String>> toGoBack(
      Connection writing, PlannedTable table, List<List<String>> keys) throws SQLException {
    try (PreparedStatement hold =
        writing.prepareStatement(
            """
            SELECT set_config('ci_capture.origin', 'drain', true), migration.hold_writers(?), migration.count_off(?)
            """)) {
      hold.setLong(1, table.id());
      hold.setLong(2, table.id());
      try (ResultSet row = hold.executeQuery()) {
        row.next();
        return row.getBoolean(2)
            ? Outbox.pendingAmong(writing, table.source(), keys).keys()
            : Set.of();
      }
    }
  }

  /**
   * The table's chunks, and the numbers of those that are being copied, in one look.
   *
   * @param running an attempt that was not cancelled may still write
   */
  private record Standing(List<Chunk> chunks, Set<Integer> running) {}

  private static Standing standing(Connection writing, PlannedTable table) throws SQLException {
    List<Chunk> chunks = new ArrayList<>();
    Set<Integer> running = new HashSet<>();
    try (PreparedStatement select =
        writing.prepareStatement(
            """
            SELECT c.id, c.after, c.up_to, c.state,
                   EXISTS (SELECT FROM migration.attempt a
                            WHERE a.run_id = c.run_id AND a.chunk_id = c.id
                              AND a.state = 'RUNNING') AS running
              FROM migration.chunk c WHERE c.table_id = ? ORDER BY c.id
            """)) {
      select.setLong(1, table.id());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          Chunk.Id id = new Chunk.Id(table.plan(), row.getInt(1));
          chunks.add(
              new Chunk(
                  id,
                  table.id(),
                  new KeyRange(Outbox.texts(row.getArray(2)), Outbox.texts(row.getArray(3))),
                  ChunkState.valueOf(row.getString(4))));
          if (row.getBoolean(5)) {
            running.add(id.number());
          }
        }
      }
    }
    return new Standing(chunks, running);
  }

  private List<CarriedTable> trackTables(PlannedTable table) throws SQLException {
    return table.mapping() instanceof Mapping.Tracks
        ? plans.carriedTables(table.plan()).stream()
            .map(PlannedTable::carried)
            .filter(carried -> carried.mapping() instanceof Mapping.Tracks)
            .toList()
        : List.of();
  }
}
