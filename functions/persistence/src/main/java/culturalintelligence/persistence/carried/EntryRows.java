package culturalintelligence.persistence.carried;

import culturalintelligence.domain.migration.MappingKind;
import culturalintelligence.persistence.mapping.EntryMapping;
import culturalintelligence.persistence.mapping.EntryMapping.Entry;
import culturalintelligence.persistence.mapping.EntryMapping.EntryTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The typed rows of one chunk of a table about artists, labels, genres or duplicates. A row's
 * number is made of its key, so no two chunks write one row, and one that is there already (a
 * captured change came first) is left as it is.
 *
 * <p>Two things are shared between rows and derived here: the profile of a name and genre, and the
 * parent of a genre. Profiles are written in the order of their key, so that two transactions can't
 * wait for each other. Genres are written one transaction at a time: of a parent and its child in
 * two chunks, the later one must see the earlier one, or nobody would join them.
 */
final class EntryRows {
  private static final String UNIQUE_VIOLATION = "23505";

  /** "ci:genre" in ASCII, for the lock of the taxonomy. */
  private static final long GENRE_LOCK = 0x63693a67656e7265L;

  private final MappingKind kind;
  private final EntryTable table;
  private final long tableId;
  private final List<Entry> entries = new ArrayList<>();

  EntryRows(MappingKind kind, long tableId) {
    this.kind = kind;
    this.table = EntryMapping.tableOf(kind);
    this.tableId = tableId;
  }

  void add(Entry entry) {
    entries.add(entry);
  }

  void write(Connection target) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    if (kind == MappingKind.GENRES) {
      lockGenres(target);
    }
    Savepoint before = target.setSavepoint();
    try {
      copyInto(target, table.name());
      target.releaseSavepoint(before);
    } catch (SQLException e) {
      if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw e;
      }
      target.rollback(before);
      target.releaseSavepoint(before);
      insertMissing(target);
    }
    List<UUID> ids = entries.stream().map(Entry::id).toList();
    switch (kind) {
      case ARTISTS -> addProfiles(target, "artist", ids);
      case LABELS -> addProfiles(target, "label", ids);
      case GENRES -> joinParents(target, ids);
      case DUPLICATES, WHOLE, TRACKS -> {}
    }
    entries.clear();
  }

  private void copyInto(Connection target, String into) throws SQLException {
    CopyText lines = new CopyText();
    for (Entry entry : entries) {
      lines.id(entry.id()).plain(Long.toString(tableId));
      for (@Nullable String column : entry.columns()) {
        lines.text(column);
      }
      lines.endRow();
    }
    lines.copyInto(
        target, "%s (%s)".formatted(into, String.join(", ", table.written())), 0, lines.length());
  }

  /** By way of a table of this transaction's own, which takes COPY and has no unique key. */
  private void insertMissing(Connection target) throws SQLException {
    String columns = String.join(", ", table.written());
    try (Statement statement = target.createStatement()) {
      statement.execute(
          "CREATE TEMPORARY TABLE ci_entries ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA"
              .formatted(columns, table.name()));
      copyInto(target, "ci_entries");
      statement.execute(
          "INSERT INTO %s (%s) SELECT %s FROM ci_entries ON CONFLICT (%s) DO NOTHING"
              .formatted(table.name(), columns, columns, table.id()));
      statement.execute("DROP TABLE ci_entries");
    }
  }

  private static void lockGenres(Connection target) throws SQLException {
    try (PreparedStatement lock = target.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      lock.setLong(1, GENRE_LOCK);
      lock.execute();
    }
  }

  /** What an old row says is no validated track: it counts none until a person's word does. */
  private static void addProfiles(Connection target, String kind, List<UUID> ids)
      throws SQLException {
    try (PreparedStatement insert =
        target.prepareStatement(
            """
            INSERT INTO public.%1$s_profile (%1$s, %1$s_key, genre, subgenre, origin)
            SELECT DISTINCT ON (name_key, genre, subgenre) name, name_key, genre, subgenre, 'migrated'
              FROM public.profile_entry WHERE id = ANY (?) AND genre IS NOT NULL
             ORDER BY name_key, genre, subgenre, id
            ON CONFLICT (%1$s_key, genre, subgenre) DO NOTHING
            """
                .formatted(kind))) {
      insert.setArray(1, target.createArrayOf("uuid", ids.toArray()));
      insert.executeUpdate();
    }
  }

  private static void joinParents(Connection target, List<UUID> ids) throws SQLException {
    try (PreparedStatement update =
        target.prepareStatement(
            """
            UPDATE public.genre c SET parent_id = p.id
              FROM public.genre p
             WHERE p.entry = c.parent_entry AND c.parent_id IS DISTINCT FROM p.id
               AND (c.entry = ANY (?) OR p.entry = ANY (?))
            """)) {
      java.sql.Array array = target.createArrayOf("uuid", ids.toArray());
      update.setArray(1, array);
      update.setArray(2, array);
      update.executeUpdate();
    }
  }

  /** Removes the typed rows of these numbers, and what only they stood for. */
  static void remove(Connection target, MappingKind kind, List<UUID> ids) throws SQLException {
    EntryTable table = EntryMapping.tableOf(kind);
    java.sql.Array array = target.createArrayOf("uuid", ids.toArray());
    if (kind == MappingKind.GENRES) {
      lockGenres(target);
      try (PreparedStatement orphans =
          target.prepareStatement(
              """
              UPDATE public.genre c SET parent_id = NULL FROM public.genre p
               WHERE p.id = c.parent_id AND p.entry = ANY (?)
              """)) {
        orphans.setArray(1, array);
        orphans.executeUpdate();
      }
    }
    List<String> statements =
        switch (kind) {
          case ARTISTS -> List.of(profilesOf("artist"), deleteFrom(table));
          case LABELS -> List.of(profilesOf("label"), deleteFrom(table));
          case GENRES, DUPLICATES, WHOLE, TRACKS -> List.of(deleteFrom(table));
        };
    for (String sql : statements) {
      try (PreparedStatement delete = target.prepareStatement(sql)) {
        for (int i = 1; i <= sql.chars().filter(c -> c == '?').count(); i++) {
          delete.setArray(i, array);
        }
        delete.executeUpdate();
      }
    }
  }

  private static String deleteFrom(EntryTable table) {
    return "DELETE FROM %s WHERE %s = ANY (?)".formatted(table.name(), table.id());
  }

  /** Profiles that came with these rows, that no other row names and no person stands behind. */
  private static String profilesOf(String kind) {
    return """
        DELETE FROM public.%1$s_profile p
         USING public.profile_entry e
         WHERE e.id = ANY (?) AND p.%1$s_key = e.name_key AND p.genre = e.genre
           AND p.subgenre IS NOT DISTINCT FROM e.subgenre
           AND p.origin = 'migrated' AND p.validated_tracks = 0
           AND NOT EXISTS (SELECT FROM public.profile_entry o
                            WHERE o.kind = '%1$s' AND o.name_key = e.name_key AND o.genre = e.genre
                              AND o.subgenre IS NOT DISTINCT FROM e.subgenre AND o.id <> ALL (?))
        """
        .formatted(kind);
  }
}
