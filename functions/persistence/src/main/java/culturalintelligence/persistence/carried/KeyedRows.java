package culturalintelligence.persistence.carried;

import culturalintelligence.domain.duplicates.PrimaryRule;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.persistence.mapping.RowIdentity;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the present state of some keys in the place of whatever the target holds under them, inside
 * the caller's transaction: what stands there is removed, carried and typed row and quarantine
 * alike, and what the source has now is written. Between the two nobody else sees anything, because
 * it is one transaction.
 *
 * <p>Only classifications that came from MetaCrate are removed; what an analysis or a person said
 * stays, and so does the track it was said of. See {@link TrackUpkeep}.
 *
 * <p>The caller holds the lock that makes drains of one key serial; without it two of these could
 * write one key in the wrong order.
 */
public final class KeyedRows {
  private final Connection target;
  private final CarriedTable table;
  private final long tableId;
  private final long plan;
  private final List<Integer> keyPositions;
  private final @Nullable TrackMapping trackMapping;
  private final @Nullable TrackUpkeep tracks;
  private final RowIdentity identity;
  private final ChunkWriter writer;
  private final Map<Integer, Counts> counts = new TreeMap<>();
  private final Map<UUID, PathKey> paths = new TreeMap<>();
  private long removed;

  private static final class Counts {
    private long migrated;
    private long quarantined;
  }

  /** What became of the keys: rows taken away and rows written or set aside. */
  public record Written(long removed, long migrated, long quarantined) {}

  /**
   * Prepares.
   *
   * @param trackTables every table of the plan whose rows are tracks: paths are shared among them
   */
  public KeyedRows(
      Connection target,
      CarriedTable table,
      long tableId,
      long plan,
      Collection<CarriedTable> trackTables) {
    this.target = target;
    this.table = table;
    this.tableId = tableId;
    this.plan = plan;
    List<String> names = table.source().columns().stream().map(SourceColumn::name).toList();
    this.keyPositions = table.source().key().stream().map(names::indexOf).toList();
    // The chunk of a row comes with it; this one stands for the plan.
    this.writer = new ChunkWriter(target, table, tableId, new Chunk.Id(plan, 0));
    this.identity = new RowIdentity(table.source());
    switch (table.mapping()) {
      case Mapping.Entries entries -> {
        this.trackMapping = null;
        this.tracks = null;
      }
      case Mapping.Whole whole -> {
        this.trackMapping = null;
        this.tracks = null;
      }
      case Mapping.Tracks mapping -> {
        this.trackMapping = new TrackMapping(table.source(), mapping);
        TrackUpkeep upkeep = new TrackUpkeep(target, trackTables);
        writer.listen(
            row -> {
              upkeep.came(row.path().digest(), row.track().contentSha256());
              paths.put(row.path().digest(), row.path());
            });
        this.tracks = upkeep;
      }
    }
  }

  /** Removes what stands under these keys. */
  public void remove(List<List<String>> keys) throws SQLException {
    List<UUID> classifications = new ArrayList<>();
    List<UUID> entries = new ArrayList<>();
    String key =
        IntStream.range(0, keyPositions.size())
            // As the type's output function writes it, which is what COPY gives too.
            .mapToObj(i -> "format('%s', c.%s)".formatted("%s", keyName(i)))
            .collect(Collectors.joining(", "));
    String sql =
        "DELETE FROM %s AS c USING unnest(%s) AS k(%s) WHERE %s RETURNING c.%s, %s%s"
            .formatted(
                table.table(),
                parameters(),
                aliases(),
                IntStream.range(0, keyPositions.size())
                    .mapToObj(i -> "c.%s = %s".formatted(keyName(i), keyValue(i)))
                    .collect(Collectors.joining(" AND ")),
                Sql.identifier(CarriedTable.CHUNK),
                key,
                trackMapping == null ? "" : ", c." + Sql.identifier(CarriedTable.TRACK));
    try (PreparedStatement delete = target.prepareStatement(sql)) {
      bind(delete, keys);
      try (ResultSet row = delete.executeQuery()) {
        while (row.next()) {
          removed++;
          counts(row.getInt(1)).migrated--;
          if (trackMapping != null && tracks != null) {
            UUID track = row.getObject(keyPositions.size() + 2, UUID.class);
            if (track != null) {
              tracks.left(track);
            }
          }
        }
      }
    }
    boolean hasEntries = table.mapping() instanceof Mapping.Entries;
    if (tracks != null || hasEntries) {
      // Of every key, there or not: a view's writer takes away the carried row alone.
      try (PreparedStatement select =
          target.prepareStatement(
              "SELECT 0, %s FROM unnest(%s) AS k(%s)"
                  .formatted(
                      IntStream.range(0, keyPositions.size())
                          .mapToObj(i -> "format('%s', " + keyValue(i) + ")")
                          .collect(Collectors.joining(", ")),
                      parameters(),
                      aliases()))) {
        bind(select, keys);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            (hasEntries ? entries : classifications).add(identity.ofRow(keyFields(row)));
          }
        }
      }
    }
    if (trackMapping != null && tracks != null) {
      try (PreparedStatement delete =
          target.prepareStatement(
              "DELETE FROM public.classification WHERE id = ANY (?) AND origin = 'metacrate' RETURNING path_digest")) {
        delete.setArray(1, target.createArrayOf("uuid", classifications.toArray()));
        try (ResultSet row = delete.executeQuery()) {
          while (row.next()) {
            tracks.left(row.getObject(1, UUID.class));
          }
        }
      }
    }
    if (!entries.isEmpty()) {
      EntryRows.remove(target, table.mapping().kind(), entries);
    }
    removeFromQuarantine(keys);
  }

  private java.util.function.IntFunction<byte @Nullable []> keyFields(ResultSet row)
      throws SQLException {
    Map<Integer, byte[]> fields = new TreeMap<>();
    for (int i = 0; i < keyPositions.size(); i++) {
      fields.put(keyPositions.get(i), row.getString(i + 2).getBytes(StandardCharsets.UTF_8));
    }
    return fields::get;
  }

  private void removeFromQuarantine(List<List<String>> keys) throws SQLException {
    String sql =
        "DELETE FROM migration.quarantine q USING unnest(%s) AS k(%s) WHERE q.table_id = ? AND %s RETURNING q.chunk_id"
            .formatted(
                parameters(),
                aliases(),
                IntStream.range(0, keyPositions.size())
                    .mapToObj(
                        i ->
                            "q.key[%d]::%s = %s"
                                .formatted(i + 1, CarriedTable.targetType(column(i)), keyValue(i)))
                    .collect(Collectors.joining(" AND ")));
    try (PreparedStatement delete = target.prepareStatement(sql)) {
      bind(delete, keys);
      delete.setLong(keyPositions.size() + 1, tableId);
      try (ResultSet row = delete.executeQuery()) {
        while (row.next()) {
          removed++;
          counts(row.getInt(1)).quarantined--;
        }
      }
    }
  }

  /** Takes one row of the source as COPY wrote it. */
  public void add(byte[] row, int chunk) throws SQLException {
    writer.add(row, chunk);
  }

  /** Writes what is left, the typed rows, and what the ledger counts of each chunk. */
  public Written finish() throws SQLException {
    ChunkWriter.Written written = writer.finish();
    writer
        .counts()
        .forEach(
            (chunk, more) -> {
              counts(chunk).migrated += more.migrated;
              counts(chunk).quarantined += more.quarantined;
            });
    if (tracks != null) {
      tracks.settle();
      spellOut();
    }
    try (PreparedStatement update =
        target.prepareStatement(
            """
            UPDATE migration.chunk SET migrated_rows = migrated_rows + ?,
                   quarantined_rows = quarantined_rows + ?
             WHERE run_id = ? AND id = ?
            """)) {
      for (Map.Entry<Integer, Counts> chunk : counts.entrySet()) {
        if (chunk.getValue().migrated != 0 || chunk.getValue().quarantined != 0) {
          update.setLong(1, chunk.getValue().migrated);
          update.setLong(2, chunk.getValue().quarantined);
          update.setLong(3, plan);
          update.setInt(4, chunk.getKey());
          update.addBatch();
        }
      }
      update.executeBatch();
    }
    return new Written(removed, written.migrated(), written.quarantined());
  }

  /**
   * What a track says of its path follows from the path: a view's writer knows it only in part, and
   * somebody else may have changed it.
   */
  private void spellOut() throws SQLException {
    List<PathKey> came = List.copyOf(paths.values());
    try (PreparedStatement update =
        target.prepareStatement(
            """
            UPDATE public.track t SET match_digest = k.match, folder = k.folder, file_name = k.name,
                                      extension = k.extension, misplaced = k.misplaced
              FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::boolean[])
                   AS k(digest, match, folder, name, extension, misplaced)
             WHERE t.path_digest = k.digest
               AND (t.match_digest, t.folder, t.file_name, t.extension, t.misplaced)
                   IS DISTINCT FROM (k.match, k.folder, k.name, k.extension, k.misplaced)
            """)) {
      update.setArray(
          1, target.createArrayOf("uuid", came.stream().map(PathKey::digest).toArray()));
      update.setArray(
          2, target.createArrayOf("uuid", came.stream().map(PathKey::matchDigest).toArray()));
      update.setArray(
          3, target.createArrayOf("text", came.stream().map(PathKey::folder).toArray()));
      update.setArray(
          4, target.createArrayOf("text", came.stream().map(PathKey::fileName).toArray()));
      update.setArray(
          5, target.createArrayOf("text", came.stream().map(PathKey::extension).toArray()));
      update.setArray(
          6,
          target.createArrayOf(
              "boolean", came.stream().map(k -> PrimaryRule.isCastOff(k.path())).toArray()));
      update.executeUpdate();
    }
  }

  private Counts counts(int chunk) {
    return counts.computeIfAbsent(chunk, _ -> new Counts());
  }

  private SourceColumn column(int i) {
    return table.source().columns().get(keyPositions.get(i));
  }

  private String keyName(int i) {
    return Sql.identifier(column(i).name());
  }

  private String keyValue(int i) {
    return "k.c%d::%s".formatted(i, CarriedTable.targetType(column(i)));
  }

  private String parameters() {
    return keyPositions.stream().map(k -> "?::text[]").collect(Collectors.joining(", "));
  }

  private String aliases() {
    return IntStream.range(0, keyPositions.size())
        .mapToObj(i -> "c" + i)
        .collect(Collectors.joining(", "));
  }

  private void bind(PreparedStatement statement, List<List<String>> keys) throws SQLException {
    for (int i = 0; i < keyPositions.size(); i++) {
      int column = i;
      statement.setArray(
          i + 1,
          target.createArrayOf(
              "text", keys.stream().map(key -> key.get(column)).toArray(String[]::new)));
    }
  }

  /** The digests of paths that rows left or came to, and what of it their tracks must hear. */
  static final class TrackUpkeep {
    private final Connection target;
    private final Collection<CarriedTable> trackTables;
    private final Set<UUID> left = new HashSet<>();
    private final Map<UUID, @Nullable String> came = new TreeMap<>();

    TrackUpkeep(Connection target, Collection<CarriedTable> trackTables) {
      this.target = target;
      this.trackTables = trackTables;
    }

    void left(UUID path) {
      left.add(path);
    }

    void came(UUID path, @Nullable String hash) {
      came.put(path, hash);
    }

    /**
     * Tracks that nobody's row leads to any more go, and migrated ones hear of a new hash.
     *
     * <p>The tracks are locked by one statement and the rows that lead to them looked for by the
     * next. A transaction that adds such a row also adds a classification, which must wait for this
     * lock or be waited for by it: so no row can come unseen, and lose its track.
     */
    void settle() throws SQLException {
      left.removeAll(came.keySet());
      Set<UUID> touched = new HashSet<>(left);
      touched.addAll(ofOtherContent());
      if (touched.isEmpty()) {
        return;
      }
      java.sql.Array digests = target.createArrayOf("uuid", touched.toArray());
      try (PreparedStatement lock =
          target.prepareStatement(
              """
              SELECT FROM public.track WHERE path_digest = ANY (?) ORDER BY path_digest FOR UPDATE
              """)) {
        lock.setArray(1, digests);
        lock.execute();
      }
      Map<UUID, Speaker> speakers = speakers(touched);
      List<Map.Entry<UUID, Speaker>> known = List.copyOf(speakers.entrySet());
      try (PreparedStatement update =
          target.prepareStatement(
              """
              UPDATE public.track t SET content_sha256 = decode(n.hash, 'hex')
                FROM unnest(?::uuid[], ?::text[]) AS n(digest, hash)
               WHERE t.path_digest = n.digest AND t.origin = 'migrated' AND t.size_bytes IS NULL
                 AND t.content_sha256 IS DISTINCT FROM decode(n.hash, 'hex')
                 AND NOT EXISTS (SELECT FROM public.classification k
                                  WHERE k.path_digest = t.path_digest AND k.origin = 'analysis')
              """)) {
        update.setArray(
            1, target.createArrayOf("uuid", known.stream().map(Map.Entry::getKey).toArray()));
        update.setArray(
            2,
            target.createArrayOf("text", known.stream().map(e -> e.getValue().hash()).toArray()));
        update.executeUpdate();
      }
      touched.removeAll(speakers.keySet());
      forget(touched);
    }

    /** A track that was analysed, or validated by a person, is known for that from now on. */
    private void forget(Set<UUID> paths) throws SQLException {
      if (paths.isEmpty()) {
        return;
      }
      java.sql.Array digests = target.createArrayOf("uuid", paths.toArray());
      try (PreparedStatement keep =
          target.prepareStatement(
              """
              UPDATE public.track t SET origin = 'analysed'
               WHERE t.path_digest = ANY (?) AND t.origin = 'migrated'
                 AND (t.size_bytes IS NOT NULL
                      OR EXISTS (SELECT FROM public.classification k
                                  WHERE k.path_digest = t.path_digest))
              """)) {
        keep.setArray(1, digests);
        keep.executeUpdate();
      }
      try (PreparedStatement delete =
          target.prepareStatement(
              "DELETE FROM public.track WHERE path_digest = ANY (?) AND origin = 'migrated'")) {
        delete.setArray(1, digests);
        delete.executeUpdate();
      }
    }

    private Set<UUID> ofOtherContent() throws SQLException {
      Set<UUID> paths = new HashSet<>();
      if (came.isEmpty()) {
        return paths;
      }
      List<Map.Entry<UUID, @Nullable String>> all = List.copyOf(came.entrySet());
      try (PreparedStatement select =
          target.prepareStatement(
              """
              SELECT t.path_digest
                FROM unnest(?::uuid[], ?::text[]) AS n(digest, hash)
                JOIN public.track t ON t.path_digest = n.digest
               WHERE t.origin = 'migrated' AND t.size_bytes IS NULL
                 AND t.content_sha256 IS DISTINCT FROM decode(n.hash, 'hex')
              """)) {
        select.setArray(
            1, target.createArrayOf("uuid", all.stream().map(Map.Entry::getKey).toArray()));
        select.setArray(
            2, target.createArrayOf("text", all.stream().map(Map.Entry::getValue).toArray()));
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            paths.add(row.getObject(1, UUID.class));
          }
        }
      }
      return paths;
    }

    /** The row that speaks for a path is the one with the smallest number. */
    private record Speaker(UUID id, @Nullable String hash) {}

    private Map<UUID, Speaker> speakers(Set<UUID> paths) throws SQLException {
      Map<UUID, Speaker> speakers = new TreeMap<>();
      for (CarriedTable table : trackTables) {
        if (!(table.mapping() instanceof Mapping.Tracks mapping)) {
          continue;
        }
        TrackMapping tracks = new TrackMapping(table.source(), mapping);
        int fields = table.source().columns().size();
        org.postgresql.copy.CopyOut rows =
            target
                .unwrap(org.postgresql.PGConnection.class)
                .getCopyAPI()
                .copyOut(table.copyRowsOfTracks(paths));
        try {
          for (byte[] bytes = rows.readFromCopy(); bytes != null; bytes = rows.readFromCopy()) {
            CopyLine line = new CopyLine(bytes, fields);
            MigratedTrack track = tracks.apply(line::value);
            if (track == null) {
              continue;
            }
            speakers.merge(
                PathKey.of(track.path()).digest(),
                new Speaker(track.id(), track.contentSha256()),
                (a, b) -> TypedRows.compareUnsigned(a.id(), b.id()) <= 0 ? a : b);
          }
        } finally {
          if (rows.isActive()) {
            rows.cancelCopy();
          }
        }
      }
      return speakers;
    }
  }
}
