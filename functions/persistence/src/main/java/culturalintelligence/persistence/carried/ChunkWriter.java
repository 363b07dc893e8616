package culturalintelligence.persistence.carried;

import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.persistence.mapping.EntryMapping;
import culturalintelligence.persistence.mapping.EntryMapping.Entry;
import culturalintelligence.persistence.mapping.Misfits;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one chunk into the target, inside the caller's transaction.
 *
 * <p>Rows go in by COPY, some thousand at a time. COPY knows no {@code ON CONFLICT}; so when a
 * batch meets a row that is there already (a captured change came before the copy), that batch
 * alone is written again by a statement that knows it. A batch the server refuses for its data is
 * halved until the one bad row stands alone, and that row goes to quarantine whole.
 *
 * <p>The typed rows come last: see {@link TypedRows}.
 */
public final class ChunkWriter {
  private static final int BATCH_ROWS = 2_000;
  private static final int BATCH_BYTES = 4 << 20;
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String INVALID_BYTES = "22021";

  private final Connection target;
  private final CarriedTable table;
  private final long tableId;
  private final Chunk.Id chunk;
  private final int columns;
  private final @Nullable TrackMapping trackMapping;
  private final @Nullable EntryMapping entryMapping;
  private final @Nullable EntryRows entries;
  private final boolean pathCarried;
  private final Misfits misfits = new Misfits();

  private final List<Row> batch = new ArrayList<>();
  private int batchBytes;
  private final CopyText written = new CopyText();
  private final TypedRows typed = new TypedRows();
  private long rowNumber;
  private long migrated;
  private long quarantined;
  private long bytes;

  /**
   * A row as read, and where among {@link #written} its other form stands. Rows of one batch stand
   * there in its order.
   */
  private record Row(
      CopyLine line,
      int number,
      int from,
      int to,
      TypedRows.@Nullable TypedRow typed,
      @Nullable Entry entry) {}

  /** What of each chunk went where; one chunk, unless rows say otherwise. */
  private final Map<Integer, Counts> counts = new TreeMap<>();

  static final class Counts {
    long migrated;
    long quarantined;
  }

  private Consumer<TypedRows.TypedRow> listener = row -> {};

  public ChunkWriter(Connection target, CarriedTable table, long tableId, Chunk.Id chunk) {
    this.target = target;
    this.table = table;
    this.tableId = tableId;
    this.chunk = chunk;
    this.columns = table.source().columns().size();
    this.trackMapping =
        switch (table.mapping()) {
          case Mapping.Whole whole -> null;
          case Mapping.Entries entry -> null;
          case Mapping.Tracks tracks -> new TrackMapping(table.source(), tracks);
        };
    this.pathCarried = !(table.mapping() instanceof Mapping.Tracks t) || t.pathCarried();
    boolean hasEntries = table.mapping() instanceof Mapping.Entries;
    this.entryMapping =
        table.mapping() instanceof Mapping.Entries entry
            ? new EntryMapping(table.source(), entry)
            : null;
    this.entries = hasEntries ? new EntryRows(table.mapping().kind(), tableId) : null;
  }

  /** Leaves the contents to the step after the last chunk, which makes them from the tracks. */
  public ChunkWriter leaveContents() {
    typed.leaveContents();
    return this;
  }

  /** How many rows went where. Source rows = migrated + quarantined, always. */
  public record Written(long migrated, long quarantined, long bytes) {}

  /** Hears of each typed row whose carried row was written. */
  void listen(Consumer<TypedRows.TypedRow> heard) {
    listener = heard;
  }

  /** Takes one row as COPY wrote it. */
  public void add(byte[] row) throws SQLException {
    add(row, chunk.number());
  }

  /** The same for a row of another chunk of the same table. */
  void add(byte[] row, int number) throws SQLException {
    CopyLine line = new CopyLine(row, columns);
    if ((trackMapping != null || entryMapping != null) && !line.isUtf8()) {
      // The path is in no COPY that the server would refuse, and no mapping reads what is no text.
      bytes += row.length;
      quarantine(line, number, INVALID_BYTES, "invalid byte sequence for encoding \"UTF8\"");
      return;
    }
    TypedRows.TypedRow typedRow = null;
    if (trackMapping != null) {
      MigratedTrack track = trackMapping.apply(line::value, misfits);
      typedRow = track == null ? null : new TypedRows.TypedRow(track, PathKey.of(track.path()));
    }
    Entry entry =
        entryMapping == null ? null : entryMapping.apply(line::value, number, rowNumber, misfits);
    int from = written.length();
    write(line, number, typedRow);
    batch.add(new Row(line, number, from, written.length(), typedRow, entry));
    batchBytes += row.length;
    bytes += row.length;
    if (batch.size() >= BATCH_ROWS || batchBytes >= BATCH_BYTES) {
      writeBatch();
    }
  }

  /** Writes what is left, and the typed rows. */
  public Written finish() throws SQLException {
    writeBatch();
    typed.write(target);
    if (entries != null) {
      entries.write(target);
    }
    MisfitLedger.write(target, tableId, chunk, misfits);
    return new Written(migrated, quarantined, bytes);
  }

  private void write(CopyLine line, int number, TypedRows.@Nullable TypedRow typedRow) {
    if (trackMapping == null) {
      line.appendRaw(written, 0, columns - 1);
    } else if (pathCarried) {
      line.appendRaw(written, 0, columns - 1);
      written.plain(typedRow == null ? null : typedRow.path().digest().toString());
    } else if (typedRow != null) {
      int path = trackMapping.pathColumn();
      if (path > 0) {
        line.appendRaw(written, 0, path - 1);
      }
      if (path < columns - 1) {
        line.appendRaw(written, path + 1, columns - 1);
      }
      written.id(typedRow.path().digest());
    }
    written.plain(Integer.toString(number));
    if (!table.source().hasKey()) {
      written.plain(Long.toString(rowNumber++));
    }
    written.endRow();
  }

  private void writeBatch() throws SQLException {
    write(batch);
    batch.clear();
    written.clear();
    batchBytes = 0;
  }

  private void write(List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    Savepoint before = target.setSavepoint();
    try {
      copy(rows);
      target.releaseSavepoint(before);
      accept(rows);
    } catch (SQLException e) {
      if (!isAboutTheData(e)) {
        throw e;
      }
      target.rollback(before);
      target.releaseSavepoint(before);
      if (UNIQUE_VIOLATION.equals(e.getSQLState()) && insertMissing(rows)) {
        accept(rows);
      } else if (rows.size() == 1) {
        Row row = rows.getFirst();
        quarantine(row.line(), row.number(), String.valueOf(e.getSQLState()), firstLine(e));
      } else {
        int half = rows.size() / 2;
        write(rows.subList(0, half));
        write(rows.subList(half, rows.size()));
      }
    }
  }

  /** Data exceptions (22), broken rules (23) and texts the encoding refuses; nothing else. */
  static boolean isAboutTheData(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  private void accept(List<Row> rows) {
    migrated += rows.size();
    for (Row row : rows) {
      counts(row.number()).migrated++;
      if (row.typed() != null) {
        typed.add(row.typed());
        listener.accept(row.typed());
      }
      if (entries != null && row.entry() != null) {
        entries.add(row.entry());
      }
    }
  }

  private void copy(List<Row> rows) throws SQLException {
    written.copyInto(
        target,
        "%s (%s)".formatted(table.table(), Sql.identifiers(table.writtenColumns())),
        rows.getFirst().from(),
        rows.getLast().to());
  }

  /**
   * Writes the rows that are not there yet. False when the server refuses one of them for another
   * reason, which halving will find.
   */
  private boolean insertMissing(List<Row> rows) throws SQLException {
    List<String> names = table.writtenColumns();
    String values =
        IntStream.range(0, names.size())
            .mapToObj(i -> "v.c%d::%s".formatted(i, writtenType(names.get(i))))
            .collect(Collectors.joining(", "));
    String arrays = names.stream().map(n -> "?::text[]").collect(Collectors.joining(", "));
    String aliases =
        IntStream.range(0, names.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    String sql =
        "INSERT INTO %s (%s) SELECT %s FROM unnest(%s) AS v(%s) ON CONFLICT (%s) DO NOTHING"
            .formatted(
                table.table(),
                Sql.identifiers(names),
                values,
                arrays,
                aliases,
                Sql.identifiers(table.keyColumns()));
    List<CopyLine> lines =
        rows.stream()
            .map(row -> new CopyLine(written.copyOf(row.from(), row.to()), names.size()))
            .toList();
    Savepoint before = target.setSavepoint();
    try (PreparedStatement insert = target.prepareStatement(sql)) {
      for (int i = 0; i < names.size(); i++) {
        int column = i;
        insert.setArray(
            i + 1,
            target.createArrayOf(
                "text", lines.stream().map(line -> line.text(column)).toArray(String[]::new)));
      }
      insert.executeUpdate();
      target.releaseSavepoint(before);
      return true;
    } catch (SQLException e) {
      if (!isAboutTheData(e)) {
        throw e;
      }
      target.rollback(before);
      target.releaseSavepoint(before);
      return false;
    }
  }

  private String writtenType(String column) {
    return switch (column) {
      case CarriedTable.TRACK -> "uuid";
      case CarriedTable.CHUNK -> "int";
      case CarriedTable.ROW -> "bigint";
      default -> table.source().column(column).map(CarriedTable::targetType).orElse("text");
    };
  }

  /** What was written until now, by the number of the chunk. */
  Map<Integer, Counts> counts() {
    return counts;
  }

  private Counts counts(int number) {
    return counts.computeIfAbsent(number, _ -> new Counts());
  }

  private void quarantine(CopyLine line, int number, String sqlState, String reason)
      throws SQLException {
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO migration.quarantine
                   (table_id, run_id, chunk_id, key, content, sql_state, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)) {
      insert.setLong(1, tableId);
      insert.setLong(2, chunk.plan());
      insert.setInt(3, number);
      insert.setArray(4, keyOf(line));
      insert.setBytes(5, line.bytes());
      insert.setString(6, sqlState);
      insert.setString(7, reason);
      insert.executeUpdate();
    }
    quarantined++;
    counts(number).quarantined++;
  }

  private java.sql.@Nullable Array keyOf(CopyLine line) throws SQLException {
    if (!table.source().hasKey()) {
      return null;
    }
    List<String> names = table.source().columns().stream().map(SourceColumn::name).toList();
    Object[] key =
        table.source().key().stream()
            .map(
                name -> {
                  int position = names.indexOf(name);
                  return table
                      .source()
                      .columns()
                      .get(position)
                      .keyText(String.valueOf(line.text(position)));
                })
            .toArray();
    return target.createArrayOf("text", key);
  }

  private static String firstLine(SQLException e) {
    String message = e.getMessage();
    return message == null
        ? "refused"
        : message.lines().findFirst().orElse("refused").replace("\0", "");
  }
}
