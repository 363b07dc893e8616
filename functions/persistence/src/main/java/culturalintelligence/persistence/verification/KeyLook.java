package culturalintelligence.persistence.verification;

import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.verification.ColumnDifference;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.EquivalenceRules;
import culturalintelligence.domain.verification.RowComparison;
import culturalintelligence.domain.verification.RowDigest;
import culturalintelligence.domain.verification.Verdict;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Everything two databases say of some keys, in one look at both. */
final class KeyLook {
  /** Keys of one statement; their rows are not fetched, only their digests. */
  private static final int SLICE = 500;

  /** Rows that are fetched whole at once, to name the columns. */
  private static final int LOCATED_SLICE = 20;

  /** Rows of one look whose columns are named; of the others it is said that they differ. */
  private static final int MOST_LOCATED = 2_000;

  private final Sides sides;
  private final ComparedTable table;
  private final @Nullable Chunk chunk;
  private final EquivalenceRules rules;
  private final @Nullable TypedLook typed;
  private int located;

  /**
   * Prepares a look.
   *
   * @param chunk where the rows should say they come from; null where that is not asked
   */
  KeyLook(Sides sides, ComparedTable table, @Nullable Chunk chunk, EquivalenceRules rules) {
    this.sides = sides;
    this.table = table;
    this.chunk = chunk;
    this.rules = rules;
    Mapping.Tracks tracks = table.tracks();
    this.typed = tracks == null ? null : new TypedLook(table, tracks, rules);
  }

  private record SourceRow(String version, RowDigest digest) {}

  /**
   * A carried row.
   *
   * @param times how often the key is there
   */
  private record Home(String version, int chunk, @Nullable String track, int times) {}

  /** What is seen of each of the keys. */
  Map<List<String>, Seen> at(Collection<List<String>> keys) throws SQLException {
    Map<List<String>, Seen> seen = new LinkedHashMap<>();
    List<List<String>> all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += SLICE) {
      slice(all.subList(from, Math.min(all.size(), from + SLICE)), seen);
    }
    return seen;
  }

  private void slice(List<List<String>> keys, Map<List<String>, Seen> seen) throws SQLException {
    Map<List<String>, SourceRow> there = sourceRows(keys);
    Map<List<String>, Home> homes = homes(keys);
    Map<List<String>, RowDigest> given = givenBack(keys);
    Map<List<String>, List<byte[]>> quarantined = quarantined(keys);
    Map<List<String>, byte[]> lines = sourceLines(there, quarantined.keySet(), homes.keySet());
    Set<List<String>> waiting = Waiting.among(sides, table, keys);

    Map<List<String>, List<Difference>> found = new HashMap<>();
    keys.forEach(key -> found.put(key, new ArrayList<>()));
    List<List<String>> changed = new ArrayList<>();
    for (List<String> key : keys) {
      List<Difference> differences = Objects.requireNonNull(found.get(key));
      SourceRow was = there.get(key);
      Home home = homes.get(key);
      RowDigest is = given.get(key);
      List<byte[]> setAside = quarantined.getOrDefault(key, List.of());
      quarantine(key, was, home, setAside, lines.get(key), differences);
      if (was == null) {
        if (home != null) {
          differences.add(table.row(Difference.Kind.ROGUE, key));
        }
      } else if (home == null) {
        if (setAside.isEmpty()) {
          differences.add(table.row(Difference.Kind.MISSING, key));
        }
      } else {
        if (home.times() > 1) {
          differences.add(
              Difference.of(
                  table.name(),
                  Difference.Kind.DOUBLED,
                  key,
                  null,
                  "1 time",
                  home.times() + " times"));
        }
        provenance(key, home, lines.get(key), differences);
        if (is == null) {
          differences.add(
              Difference.of(
                  table.name(), Difference.Kind.TYPED_ROW, key, "track", "a row", "no row"));
        } else if (!was.digest().equals(is)) {
          changed.add(key);
        }
      }
    }
    locate(changed, found);
    typed(lines, homes.keySet(), found);
    for (List<String> key : keys) {
      SourceRow was = there.get(key);
      Home home = homes.get(key);
      seen.put(
          key,
          new Seen(
              waiting.contains(key),
              was == null ? null : was.version(),
              home == null ? null : home.version(),
              Objects.requireNonNull(found.get(key)).stream().distinct().toList()));
    }
  }

  private Map<List<String>, SourceRow> sourceRows(List<List<String>> keys) throws SQLException {
    Map<List<String>, SourceRow> rows = new HashMap<>();
    query(
        sides.source(),
        "SELECT %s, tableoid::oid || ' ' || ctid::text || ' ' || xmin::text, %s FROM %s WHERE %s"
            .formatted(
                table.rows().keyTexts(),
                table.canonical().digest(),
                table.rows().from(),
                table.inSource(keys)),
        (key, row, next) ->
            rows.put(
                key, new SourceRow(row.getString(next), RowDigest.of(row.getBytes(next + 1)))));
    return rows;
  }

  private Map<List<String>, Home> homes(List<List<String>> keys) throws SQLException {
    Map<List<String>, Home> rows = new HashMap<>();
    query(
        sides.target(),
        "SELECT %s, ctid::text || ' ' || xmin::text, \"%s\", %s FROM %s WHERE %s"
            .formatted(
                table.rows().keyTexts(),
                CarriedTable.CHUNK,
                typed == null ? "NULL" : "\"" + CarriedTable.TRACK + "\"::text",
                table.carried().table(),
                table.inTarget(keys)),
        (key, row, next) ->
            rows.merge(
                key,
                new Home(row.getString(next), row.getInt(next + 1), row.getString(next + 2), 1),
                (one, other) ->
                    new Home(
                        one.version() + " " + other.version(),
                        one.chunk(),
                        one.track(),
                        one.times() + 1)));
    return rows;
  }

  private Map<List<String>, RowDigest> givenBack(List<List<String>> keys) throws SQLException {
    Map<List<String>, RowDigest> rows = new HashMap<>();
    query(
        sides.target(),
        "SELECT %s, %s FROM %s WHERE %s"
            .formatted(
                table.rows().keyTexts(),
                table.canonical().digest(),
                table.carried().rows(),
                table.inTarget(keys)),
        (key, row, next) -> rows.put(key, RowDigest.of(row.getBytes(next))));
    return rows;
  }

  private interface Row {
    void take(List<String> key, ResultSet row, int next) throws SQLException;
  }

  private void query(Connection connection, String sql, Row each) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        each.take(table.rows().key(row, 1), row, table.keyLength() + 1);
      }
    }
  }

  private Map<List<String>, List<byte[]>> quarantined(List<List<String>> keys) throws SQLException {
    Map<List<String>, List<byte[]>> rows = new HashMap<>();
    Set<List<String>> asked = new HashSet<>(keys);
    try (PreparedStatement statement =
        sides
            .target()
            .prepareStatement(
                "SELECT key, content FROM migration.quarantine WHERE table_id = ? AND key IS NOT NULL")) {
      statement.setLong(1, table.planned().id());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          List<String> key = List.of((String[]) row.getArray(1).getArray());
          if (asked.contains(key)) {
            rows.computeIfAbsent(key, k -> new ArrayList<>()).add(row.getBytes(2));
          }
        }
      }
    }
    return rows;
  }

  /** A row in quarantine is the source's own, byte for byte, once, and nowhere else. */
  private void quarantine(
      List<String> key,
      @Nullable SourceRow was,
      @Nullable Home home,
      List<byte[]> setAside,
      byte @Nullable [] line,
      List<Difference> differences) {
    if (setAside.isEmpty()) {
      return;
    }
    if (was == null) {
      differences.add(quarantine(key, "no row", "a row in quarantine"));
    } else if (home != null) {
      differences.add(quarantine(key, "one row", "carried, and in quarantine"));
    } else if (setAside.size() > 1) {
      differences.add(quarantine(key, "one row", setAside.size() + " rows in quarantine"));
    } else if (!Arrays.equals(line, setAside.getFirst())) {
      differences.add(quarantine(key, "the row as it is", "another content in quarantine"));
    }
  }

  private Difference quarantine(List<String> key, String expected, String found) {
    return Difference.of(table.name(), Difference.Kind.QUARANTINE, key, null, expected, found);
  }

  private void provenance(
      List<String> key, Home home, byte @Nullable [] line, List<Difference> differences) {
    if (chunk != null && home.chunk() != chunk.id().number() && home.chunk() > 0) {
      differences.add(
          Difference.of(
              table.name(),
              Difference.Kind.PROVENANCE,
              key,
              CarriedTable.CHUNK,
              Integer.toString(chunk.id().number()),
              Integer.toString(home.chunk())));
    }
    if (typed != null && line != null) {
      TypedLook.Expected expected =
          typed.expected(key, new CopyLine(line, table.columns().size()), 0);
      String track =
          expected == null ? null : PathKey.of(expected.track().path()).digest().toString();
      if (!Objects.equals(track, home.track())) {
        differences.add(
            Difference.of(
                table.name(),
                Difference.Kind.PROVENANCE,
                key,
                CarriedTable.TRACK,
                track,
                String.valueOf(home.track())));
      }
    }
  }

  /** The source's rows as COPY writes them: of those in quarantine, and of typed tables. */
  private Map<List<String>, byte[]> sourceLines(
      Map<List<String>, SourceRow> there, Set<List<String>> quarantined, Set<List<String>> carried)
      throws SQLException {
    List<List<String>> wanted =
        there.keySet().stream()
            .filter(key -> quarantined.contains(key) || (typed != null && carried.contains(key)))
            .toList();
    Map<List<String>, byte[]> lines = new HashMap<>();
    if (wanted.isEmpty()) {
      return lines;
    }
    List<Integer> keyAt =
        table.keyColumns().stream().map(c -> table.columns().indexOf(c.name())).toList();
    CopyOut rows =
        sides
            .source()
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT %s FROM %s WHERE %s) TO STDOUT%s"
                    .formatted(
                        Sql.identifiers(table.columns()),
                        table.rows().from(),
                        table.inSource(wanted),
                        SourceRows.mayHoldAnyBytes(sides.source())
                            ? " WITH (ENCODING 'SQL_ASCII')"
                            : ""));
    try {
      for (byte[] bytes = rows.readFromCopy(); bytes != null; bytes = rows.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, table.columns().size());
        lines.put(keyAt.stream().map(i -> String.valueOf(line.text(i))).toList(), bytes);
      }
    } finally {
      if (rows.isActive()) {
        rows.cancelCopy();
      }
    }
    return lines;
  }

  private void typed(
      Map<List<String>, byte[]> lines,
      Set<List<String>> carried,
      Map<List<String>, List<Difference>> found)
      throws SQLException {
    if (typed == null) {
      return;
    }
    List<TypedLook.Expected> expected = new ArrayList<>();
    lines.forEach(
        (key, bytes) -> {
          if (carried.contains(key)) {
            TypedLook.Expected row =
                typed.expected(key, new CopyLine(bytes, table.columns().size()), 0);
            if (row != null) {
              expected.add(row);
            }
          }
        });
    typed
        .compare(sides.target(), expected)
        .forEach((key, differences) -> Objects.requireNonNull(found.get(key)).addAll(differences));
  }

  /** Names the columns in which the two rows differ. */
  private void locate(List<List<String>> changed, Map<List<String>, List<Difference>> found)
      throws SQLException {
    for (int from = 0; from < changed.size(); from += LOCATED_SLICE) {
      List<List<String>> keys =
          changed.subList(from, Math.min(changed.size(), from + LOCATED_SLICE));
      if (located >= MOST_LOCATED) {
        keys.forEach(
            key ->
                Objects.requireNonNull(found.get(key))
                    .add(table.row(Difference.Kind.CHANGED, key)));
        continue;
      }
      located += keys.size();
      Map<List<String>, List<@Nullable String>> was =
          fields(sides.source(), table.rows().from(), table.inSource(keys));
      Map<List<String>, List<@Nullable String>> is =
          fields(sides.target(), table.carried().rows(), table.inTarget(keys));
      for (List<String> key : keys) {
        List<@Nullable String> left = Objects.requireNonNull(was.get(key));
        List<@Nullable String> right = Objects.requireNonNull(is.get(key));
        Objects.requireNonNull(found.get(key)).addAll(columns(key, left, right));
      }
    }
  }

  private List<Difference> columns(
      List<String> key, List<@Nullable String> was, List<@Nullable String> is) {
    List<ColumnDifference> columns = RowComparison.compare(table.columns(), was, is);
    if (columns.isEmpty()) {
      // Of another type that is written alike: the digests differ all the same.
      return List.of(table.row(Difference.Kind.CHANGED, key));
    }
    List<Difference> differences = new ArrayList<>();
    for (ColumnDifference column : columns) {
      int at = table.columns().indexOf(column.column());
      boolean same = rules.rule(table.name(), column.column(), was.get(at), is.get(at)).isPresent();
      differences.add(
          new Difference(
              table.name(),
              table.kindOfChange(column.column()),
              key,
              column.column(),
              column.path().isEmpty() ? null : column.path(),
              column.kind(),
              column.source(),
              column.target(),
              same ? Verdict.EQUIVALENT : Verdict.MIGRATION_FAULT));
    }
    return differences;
  }

  private Map<List<String>, List<@Nullable String>> fields(
      Connection connection, String from, String condition) throws SQLException {
    Map<List<String>, List<@Nullable String>> rows = new HashMap<>();
    query(
        connection,
        "SELECT %s, %s FROM %s WHERE %s"
            .formatted(
                table.rows().keyTexts(),
                String.join(", ", table.canonical().fieldTexts()),
                from,
                condition),
        (key, row, next) -> {
          List<@Nullable String> fields = new ArrayList<>();
          for (int i = 0; i < table.columns().size(); i++) {
            fields.add(row.getString(next + i));
          }
          rows.put(key, fields);
        });
    return rows;
  }
}
