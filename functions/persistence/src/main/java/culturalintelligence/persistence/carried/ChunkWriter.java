package culturalintelligence.persistence.carried;

import culturalintelligence.domain.duplicates.PrimaryRule;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.postgres.Sql;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes the rows of one chunk into the target, inside the caller's transaction.
 *
 * <p>Rows go in by COPY, some thousand at a time. COPY knows no {@code ON CONFLICT}; so when a
 * batch meets a row that is there already (a captured change came before the copy), that batch
 * alone is written again by a statement that knows it. A batch the server refuses for its data is
 * halved until the one bad row stands alone, and that row goes to quarantine whole.
 *
 * <p>Typed rows are few bytes each; they are gathered and written once, after the last batch, each
 * table in the order of its key. Two chunks that share a path or a hash therefore take their locks
 * in one order and can't deadlock.
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
  private final byte[] chunkField;
  private final @Nullable TrackMapping trackMapping;

  private final List<Row> batch = new ArrayList<>();
  private int batchBytes;
  private final List<MigratedTrack> tracks = new ArrayList<>();
  private long rowNumber;
  private long migrated;
  private long quarantined;
  private long bytes;

  /** A row as read, and what it is written as. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
  private record Row(CopyLine line, byte[] written, @Nullable MigratedTrack track) {}

  public ChunkWriter(Connection target, CarriedTable table, long tableId, Chunk.Id chunk) {
    this.target = target;
    this.table = table;
    this.tableId = tableId;
    this.chunk = chunk;
    this.columns = table.source().columns().size();
    this.chunkField = ("\t" + chunk.number()).getBytes(StandardCharsets.US_ASCII);
    this.trackMapping =
        switch (table.mapping()) {
          case Mapping.Whole whole -> null;
          case Mapping.Tracks tracks -> new TrackMapping(table.source(), tracks);
        };
  }

  /** How many rows went where. Source rows = migrated + quarantined, always. */
  public record Written(long migrated, long quarantined, long bytes) {}

  /** Takes one row as COPY wrote it. */
  public void add(byte[] row) throws SQLException {
    CopyLine line = new CopyLine(row, columns);
    if (trackMapping != null && !line.isUtf8()) {
      // The path is in no COPY that the server would refuse.
      bytes += row.length;
      quarantine(line, INVALID_BYTES, "invalid byte sequence for encoding \"UTF8\"");
      return;
    }
    MigratedTrack track = trackMapping == null ? null : trackMapping.apply(line::value);
    batch.add(new Row(line, written(line, track), track));
    batchBytes += row.length;
    bytes += row.length;
    if (batch.size() >= BATCH_ROWS || batchBytes >= BATCH_BYTES) {
      writeBatch();
    }
  }

  /** Writes what is left, and the typed rows. */
  public Written finish() throws SQLException {
    writeBatch();
    writeTyped();
    return new Written(migrated, quarantined, bytes);
  }

  private byte[] written(CopyLine line, @Nullable MigratedTrack track) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(line.bytes().length + 50);
    if (track == null) {
      line.appendRaw(out, 0, columns - 1);
    } else {
      int path = pathColumn();
      if (path > 0) {
        line.appendRaw(out, 0, path - 1);
        out.write('\t');
      }
      if (path < columns - 1) {
        line.appendRaw(out, path + 1, columns - 1);
        out.write('\t');
      }
      out.writeBytes(
          PathKey.of(track.path()).digest().toString().getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes(chunkField);
    if (!table.source().hasKey()) {
      out.writeBytes(("\t" + rowNumber++).getBytes(StandardCharsets.US_ASCII));
    }
    out.write('\n');
    return out.toByteArray();
  }

  private int pathColumn() {
    if (trackMapping == null) {
      throw new IllegalStateException("only a track has a path");
    }
    return trackMapping.pathColumn();
  }

  private void writeBatch() throws SQLException {
    write(batch);
    batch.clear();
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
        quarantine(rows.getFirst().line(), String.valueOf(e.getSQLState()), firstLine(e));
      } else {
        int half = rows.size() / 2;
        write(rows.subList(0, half));
        write(rows.subList(half, rows.size()));
      }
    }
  }

  /** Data exceptions (22), broken rules (23) and texts the encoding refuses; nothing else. */
  private static boolean isAboutTheData(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  private void accept(List<Row> rows) {
    migrated += rows.size();
    for (Row row : rows) {
      if (row.track() != null) {
        tracks.add(row.track());
      }
    }
  }

  private void copy(List<Row> rows) throws SQLException {
    CopyIn in =
        target
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY %s (%s) FROM STDIN"
                    .formatted(table.table(), Sql.identifiers(table.writtenColumns())));
    try {
      for (Row row : rows) {
        in.writeToCopy(row.written(), 0, row.written().length);
      }
      in.endCopy();
    } finally {
      if (in.isActive()) {
        in.cancelCopy();
      }
    }
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
        rows.stream().map(row -> new CopyLine(row.written(), names.size())).toList();
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

  private void quarantine(CopyLine line, String sqlState, String reason) throws SQLException {
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO migration.quarantine
                   (table_id, run_id, chunk_id, key, content, sql_state, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)) {
      insert.setLong(1, tableId);
      insert.setLong(2, chunk.plan());
      insert.setInt(3, chunk.number());
      insert.setArray(4, keyOf(line));
      insert.setBytes(5, line.bytes());
      insert.setString(6, sqlState);
      insert.setString(7, reason);
      insert.executeUpdate();
    }
    quarantined++;
  }

  private java.sql.@Nullable Array keyOf(CopyLine line) throws SQLException {
    if (!table.source().hasKey()) {
      return null;
    }
    List<String> names = table.source().columns().stream().map(SourceColumn::name).toList();
    Object[] key =
        table.source().key().stream().map(name -> line.text(names.indexOf(name))).toArray();
    return target.createArrayOf("text", key);
  }

  private static String firstLine(SQLException e) {
    String message = e.getMessage();
    return message == null
        ? "refused"
        : message.lines().findFirst().orElse("refused").replace("\0", "");
  }

  private void writeTyped() throws SQLException {
    if (tracks.isEmpty()) {
      return;
    }
    insertContents();
    insertTracks();
    insertClassifications();
    tracks.clear();
  }

  private void insertContents() throws SQLException {
    List<String> hashes =
        tracks.stream()
            .map(MigratedTrack::contentSha256)
            .filter(hash -> hash != null)
            .distinct()
            .sorted()
            .toList();
    if (hashes.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.content (sha256, facts_source)
            SELECT decode(hash, 'hex'), 'migrated' FROM unnest(?::text[]) AS hash
            ON CONFLICT (sha256) DO NOTHING
            """)) {
      insert.setArray(1, target.createArrayOf("text", hashes.toArray()));
      insert.executeUpdate();
    }
  }

  private void insertTracks() throws SQLException {
    Map<UUID, MigratedTrack> byPath = new TreeMap<>(UNSIGNED);
    // Rows of one path: the one with the smallest number speaks, whatever order they came in.
    tracks.stream()
        .sorted(Comparator.comparing(MigratedTrack::id, UNSIGNED))
        .forEach(track -> byPath.putIfAbsent(PathKey.of(track.path()).digest(), track));
    List<PathKey> keys = byPath.values().stream().map(track -> PathKey.of(track.path())).toList();
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.track (path_digest, match_digest, path, folder, file_name, extension,
                                      misplaced, content_sha256, origin)
            SELECT digest, match, path, folder, file_name, extension, misplaced,
                   decode(hash, 'hex'), 'migrated'
              FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[],
                          ?::boolean[], ?::text[])
                   AS t(digest, match, path, folder, file_name, extension, misplaced, hash)
            ON CONFLICT (path_digest) DO NOTHING
            """)) {
      int i = 1;
      insert.setArray(i++, target.createArrayOf("uuid", byPath.keySet().toArray()));
      insert.setArray(i++, array("uuid", keys, PathKey::matchDigest));
      insert.setArray(i++, array("text", keys, PathKey::path));
      insert.setArray(i++, array("text", keys, PathKey::folder));
      insert.setArray(i++, array("text", keys, PathKey::fileName));
      insert.setArray(i++, array("text", keys, PathKey::extension));
      insert.setArray(i++, array("boolean", keys, key -> PrimaryRule.isCastOff(key.path())));
      insert.setArray(i, array("text", List.copyOf(byPath.values()), MigratedTrack::contentSha256));
      insert.executeUpdate();
    }
  }

  private void insertClassifications() throws SQLException {
    List<MigratedTrack> rows =
        tracks.stream().sorted(Comparator.comparing(MigratedTrack::id, UNSIGNED)).toList();
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.classification
                   (id, path_digest, origin, artist, title, mix_kind, mix_text, label,
                    catalogue_number, genre, subgenre, bpm, musical_key, confidence, needs_review,
                    method, decided_at)
            SELECT id, digest, 'metacrate', artist, title, mix_kind, mix_text, label,
                   catalogue_number, genre, subgenre, bpm, musical_key, confidence, needs_review,
                   'migration', decided_at
              FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[],
                          ?::text[], ?::text[], ?::text[], ?::text[], ?::numeric[], ?::text[],
                          ?::numeric[], ?::boolean[], ?::timestamptz[])
                   AS c(id, digest, artist, title, mix_kind, mix_text, label, catalogue_number,
                        genre, subgenre, bpm, musical_key, confidence, needs_review, decided_at)
            ON CONFLICT (id) DO NOTHING
            """)) {
      int i = 1;
      insert.setArray(i++, array("uuid", rows, MigratedTrack::id));
      insert.setArray(i++, array("uuid", rows, track -> PathKey.of(track.path()).digest()));
      insert.setArray(i++, array("text", rows, MigratedTrack::artist));
      insert.setArray(i++, array("text", rows, MigratedTrack::title));
      insert.setArray(i++, array("text", rows, MigratedTrack::mixKind));
      insert.setArray(i++, array("text", rows, MigratedTrack::mixText));
      insert.setArray(i++, array("text", rows, MigratedTrack::label));
      insert.setArray(i++, array("text", rows, MigratedTrack::catalogueNumber));
      insert.setArray(i++, array("text", rows, MigratedTrack::genre));
      insert.setArray(i++, array("text", rows, MigratedTrack::subgenre));
      insert.setArray(i++, array("numeric", rows, MigratedTrack::bpm));
      insert.setArray(i++, array("text", rows, MigratedTrack::musicalKey));
      insert.setArray(i++, array("numeric", rows, MigratedTrack::confidence));
      insert.setArray(i++, array("boolean", rows, MigratedTrack::needsReview));
      insert.setArray(i, array("text", rows, MigratedTrack::decidedAt));
      insert.executeUpdate();
    }
  }

  private <T> java.sql.Array array(String type, List<T> rows, Function<T, @Nullable Object> field)
      throws SQLException {
    return target.createArrayOf(type, rows.stream().map(field).toArray());
  }

  /** PostgreSQL's order of uuid values: by unsigned bytes. */
  private static final Comparator<UUID> UNSIGNED =
      Comparator.<UUID, Long>comparing(id -> id.getMostSignificantBits(), Long::compareUnsigned)
          .thenComparing(id -> id.getLeastSignificantBits(), Long::compareUnsigned);
}
