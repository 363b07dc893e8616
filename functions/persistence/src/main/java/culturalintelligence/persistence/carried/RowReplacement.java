package culturalintelligence.persistence.carried;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.persistence.mapping.RowIdentity;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brings rows of one table, named by their keys, to a new state, inside the caller's transaction:
 * {@link #remove} takes the carried and the typed rows of these keys away; a {@link ChunkWriter}
 * then adds those that the source still has; {@link #sweep} last takes away tracks that no row
 * speaks of any more. Between the first and the last step a track keeps its number, so an update
 * does not give a file another one.
 */
public final class RowReplacement {
  private final Connection target;
  private final CarriedTable table;
  private final RowIdentity identity;
  private final Set<UUID> paths = new LinkedHashSet<>();

  public RowReplacement(Connection target, CarriedTable table) {
    if (!table.source().hasKey()) {
      throw new IllegalArgumentException(table.source().qualifiedName() + " has no key");
    }
    this.target = target;
    this.table = table;
    this.identity = new RowIdentity(table.source());
  }

  /**
   * Removes the rows of these keys; those that are not there are passed over.
   *
   * @param keys the key columns' {@code ::text}, in the key's order
   * @return how many carried rows there were
   */
  public int remove(List<List<String>> keys) throws SQLException {
    if (keys.isEmpty()) {
      return 0;
    }
    List<UUID> ids = keys.stream().map(identity::of).toList();
    switch (table.mapping()) {
      case Mapping.Whole whole -> {}
      case Mapping.Tracks tracks -> removeClassifications(ids);
      case Mapping.Entries entries -> EntryRows.remove(target, entries.kind(), ids);
    }
    return removeCarried(keys);
  }

  private void removeClassifications(List<UUID> ids) throws SQLException {
    try (PreparedStatement delete =
        target.prepareStatement(
            """
            DELETE FROM public.classification WHERE id = ANY (?) AND origin = 'metacrate'
            RETURNING path_digest
            """)) {
      delete.setArray(1, target.createArrayOf("uuid", ids.toArray()));
      try (ResultSet row = delete.executeQuery()) {
        while (row.next()) {
          paths.add(row.getObject(1, UUID.class));
        }
      }
    }
  }

  private int removeCarried(List<List<String>> keys) throws SQLException {
    List<String> names = table.source().key();
    String arrays = names.stream().map(_ -> "?::text[]").collect(Collectors.joining(", "));
    String values =
        IntStream.range(0, names.size())
            .mapToObj(i -> "k" + i)
            .collect(Collectors.joining(", "));
    String match =
        IntStream.range(0, names.size())
            .mapToObj(
                i -> "c.%s = k.k%d::%s".formatted(Sql.identifier(names.get(i)), i, keyType(i)))
            .collect(Collectors.joining(" AND "));
    try (PreparedStatement delete =
        target.prepareStatement(
            "DELETE FROM %s c USING unnest(%s) AS k(%s) WHERE %s"
                .formatted(table.table(), arrays, values, match))) {
      for (int i = 0; i < names.size(); i++) {
        int column = i;
        List<String> texts = new ArrayList<>(keys.size());
        keys.forEach(key -> texts.add(key.get(column)));
        delete.setArray(i + 1, target.createArrayOf("text", texts.toArray()));
      }
      return delete.executeUpdate();
    }
  }

  private String keyType(int position) {
    return table
        .source()
        .column(table.source().key().get(position))
        .map(CarriedTable::targetType)
        .orElseThrow();
  }

  /**
   * Removes the tracks of removed rows that nobody speaks of any more. One that only an analysis or
   * a person speaks of stays, and is theirs from then on.
   */
  public void sweep() throws SQLException {
    if (paths.isEmpty()) {
      return;
    }
    List<UUID> ordered = new ArrayList<>(paths);
    ordered.sort(null);
    String unspoken =
        """
        SELECT t.path_digest FROM public.track t
         WHERE t.path_digest = ANY (?) AND t.origin = 'migrated'
           AND NOT EXISTS (SELECT FROM public.classification c
                            WHERE c.path_digest = t.path_digest AND c.origin = 'metacrate')
         ORDER BY t.path_digest FOR UPDATE
        """;
    java.sql.Array array = target.createArrayOf("uuid", ordered.toArray());
    List<UUID> free = new ArrayList<>();
    try (PreparedStatement select = target.prepareStatement(unspoken)) {
      select.setArray(1, array);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          free.add(row.getObject(1, UUID.class));
        }
      }
    }
    // The rows are locked: whoever was about to speak of one has done so, and is seen from here on.
    java.sql.Array unnamed = target.createArrayOf("uuid", free.toArray());
    for (String sql :
        List.of(
            """
            UPDATE public.track t SET origin = 'analysed'
             WHERE t.path_digest = ANY (?)
               AND EXISTS (SELECT FROM public.classification c WHERE c.path_digest = t.path_digest)
               AND NOT EXISTS (SELECT FROM public.classification c
                                WHERE c.path_digest = t.path_digest AND c.origin = 'metacrate')
            """,
            """
            DELETE FROM public.track t
             WHERE t.path_digest = ANY (?) AND t.origin = 'migrated' AND NOT EXISTS (
                     SELECT FROM public.classification c WHERE c.path_digest = t.path_digest)
            """)) {
      try (PreparedStatement change = target.prepareStatement(sql)) {
        change.setArray(1, unnamed);
        change.executeUpdate();
      }
    }
    paths.clear();
  }
}
