package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Chunk;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.domain.verification.EquivalenceRules;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Tier 2 over one chunk, in one look: every row of its key range in the source with every row in
 * the target that carries its number, each by the digest of its canonical bytes, computed by one
 * expression on both sides; and the typed rows, made again from the same reading of the source. It
 * gives the keys that are suspect; {@link KeyLook} says what is wrong with them, and {@link
 * Settlement} whether it is.
 */
final class ChunkComparison {
  private static final int FETCH = 2_000;

  private final Sides sides;
  private final ComparedTable table;
  private final Chunk chunk;
  private final @Nullable TypedLook typed;

  ChunkComparison(Sides sides, ComparedTable table, Chunk chunk, EquivalenceRules rules) {
    this.sides = sides;
    this.table = table;
    this.chunk = chunk;
    Mapping.Tracks tracks = table.tracks();
    this.typed = tracks == null ? null : new TypedLook(table, tracks, rules);
  }

  /**
   * What one look at the whole chunk showed.
   *
   * @param rows compared
   * @param suspects keys to be looked at one by one
   * @param unnamed differences that no key names: of a table without one, or of rows that are no
   *     text
   */
  record Outcome(long rows, Set<List<String>> suspects, List<Difference> unnamed) {}

  Outcome compare() throws SQLException {
    Outcome outcome = table.hasKey() ? byKey() : asMultiset();
    if (!(table.carried().mapping() instanceof Mapping.Entries entries)) {
      return outcome;
    }
    List<Difference> unnamed = new ArrayList<>(outcome.unnamed());
    new EntryComparison(sides.target(), table, chunk, entries).compare(unnamed);
    return new Outcome(outcome.rows(), outcome.suspects(), unnamed);
  }

  private Outcome byKey() throws SQLException {
    Unreadable unreadable = unreadable();
    // A key that comes twice is suspect whatever its rows hold.
    Set<List<String>> suspects = Collections.synchronizedSet(new LinkedHashSet<>());
    Sides.Both<FromSource, Map<List<String>, byte[]>> both =
        sides.both(
            source -> fromSource(source, unreadable, suspects),
            target -> fromTarget(target, suspects));
    Map<List<String>, byte[]> expected = both.source().digests();
    both.target()
        .forEach(
            (key, digest) -> {
              byte[] was = expected.get(key);
              if (was == null || !Arrays.equals(was, digest)) {
                suspects.add(key);
              }
            });
    for (List<String> key : expected.keySet()) {
      if (!both.target().containsKey(key)) {
        suspects.add(key);
      }
    }
    Map<List<String>, List<byte[]>> quarantined = quarantined();
    suspects.addAll(quarantined.keySet());
    if (typed != null) {
      suspects.addAll(
          typed
              .compare(
                  sides.target(),
                  both.source().typed().stream()
                      .filter(row -> !quarantined.containsKey(row.key()))
                      .toList())
              .keySet());
    }
    List<Difference> unnamed = new ArrayList<>();
    unreadable
        .lines()
        .forEach(
            (key, line) -> {
              suspects.remove(key);
              List<byte[]> setAside = quarantined.getOrDefault(key, List.of());
              if (setAside.isEmpty()) {
                unnamed.add(table.row(Difference.Kind.MISSING, key));
              } else if (setAside.size() > 1 || !Arrays.equals(setAside.getFirst(), line)) {
                unnamed.add(table.row(Difference.Kind.QUARANTINE, key));
              }
            });
    return new Outcome((long) expected.size() + unreadable.lines().size(), suspects, unnamed);
  }

  private record FromSource(Map<List<String>, byte[]> digests, List<TypedLook.Expected> typed) {}

  private FromSource fromSource(Connection source, Unreadable unreadable, Set<List<String>> twice)
      throws SQLException {
    String range = table.rows().inRange(chunk.range()) + " AND " + unreadable.condition();
    Map<List<String>, byte[]> digests = new HashMap<>();
    List<TypedLook.Expected> expected = new ArrayList<>();
    if (typed == null) {
      read(
          source,
          "SELECT %s, %s FROM %s WHERE %s"
              .formatted(
                  table.rows().keyTexts(), table.canonical().digest(), table.rows().from(), range),
          digests,
          twice);
      return new FromSource(digests, expected);
    }
    // One reading of the row serves both: its digest, and what the mapping makes of it.
    CopyOut lines =
        source
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (SELECT pg_catalog.encode(%s, 'hex'), %s FROM %s WHERE %s) TO STDOUT"
                    .formatted(
                        table.canonical().digest(),
                        typed.mappedColumns(),
                        table.rows().from(),
                        range));
    try {
      for (byte[] bytes = lines.readFromCopy(); bytes != null; bytes = lines.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, table.columns().size() + 1);
        List<String> key = typed.key(line, 1);
        digests.put(key, HexFormat.of().parseHex(String.valueOf(line.text(0))));
        TypedLook.Expected row = typed.expected(key, line, 1);
        if (row != null) {
          expected.add(row);
        }
      }
    } finally {
      if (lines.isActive()) {
        lines.cancelCopy();
      }
    }
    return new FromSource(digests, expected);
  }

  private Map<List<String>, byte[]> fromTarget(Connection target, Set<List<String>> twice)
      throws SQLException {
    Map<List<String>, byte[]> digests = new HashMap<>();
    read(
        target,
        "SELECT %s, %s FROM %s WHERE \"%s\" = %d"
            .formatted(
                table.rows().keyTexts(),
                table.canonical().digest(),
                table.carried().rows(),
                CarriedTable.CHUNK,
                chunk.id().number()),
        digests,
        twice);
    return digests;
  }

  private void read(
      Connection connection, String sql, Map<List<String>, byte[]> digests, Set<List<String>> twice)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(FETCH);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          List<String> key = table.rows().key(row, 1);
          if (digests.put(key, row.getBytes(table.keyLength() + 1)) != null) {
            twice.add(key);
          }
        }
      }
    }
  }

  private Map<List<String>, List<byte[]>> quarantined() throws SQLException {
    Map<List<String>, List<byte[]>> rows = new HashMap<>();
    try (PreparedStatement statement =
        sides
            .target()
            .prepareStatement(
                "SELECT key, content FROM migration.quarantine WHERE run_id = ? AND chunk_id = ? AND key IS NOT NULL")) {
      statement.setLong(1, chunk.id().plan());
      statement.setInt(2, chunk.id().number());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.computeIfAbsent(
                  List.of((String[]) row.getArray(1).getArray()), key -> new ArrayList<>())
              .add(row.getBytes(2));
        }
      }
    }
    return rows;
  }

  /**
   * Rows of the source that hold bytes which are no text: the server would refuse the whole query
   * for one of them.
   *
   * @param lines by key; by a number of ours where the table has none
   * @param condition true for all other rows
   */
  private record Unreadable(Map<List<String>, byte[]> lines, String condition) {
    static final Unreadable NONE = new Unreadable(Map.of(), "true");
  }

  private Unreadable unreadable() throws SQLException {
    if (!SourceRows.mayHoldAnyBytes(sides.source())) {
      return Unreadable.NONE;
    }
    Map<List<String>, byte[]> unreadable = new HashMap<>();
    List<String> places = new ArrayList<>();
    CopyOut lines = table.rows().copyOutWithPlace(sides.source(), chunk.range());
    try {
      for (byte[] bytes = lines.readFromCopy(); bytes != null; bytes = lines.readFromCopy()) {
        CopyLine line = new CopyLine(bytes, table.columns().size() + 2);
        if (!line.isUtf8()) {
          places.add("(%s::oid, '%s'::tid)".formatted(line.text(0), line.text(1)));
          unreadable.put(
              table.hasKey()
                  ? table.keyColumns().stream()
                      .map(
                          c ->
                              c.keyText(
                                  String.valueOf(line.text(table.columns().indexOf(c.name()) + 2))))
                      .toList()
                  : List.of(Integer.toString(places.size())),
              line.from(2));
        }
      }
    } finally {
      if (lines.isActive()) {
        lines.cancelCopy();
      }
    }
    return places.isEmpty()
        ? Unreadable.NONE
        : new Unreadable(
            unreadable, "(tableoid, ctid) NOT IN (VALUES %s)".formatted(String.join(", ", places)));
  }

  /**
   * Rows without a key have no names; what can be said is which row is there how often. Both sides
   * sort by digest and are walked together, so memory does not grow with the table.
   */
  private Outcome asMultiset() throws SQLException {
    Unreadable unreadable = unreadable();
    long missing = unreadable.lines().size();
    long compared = missing;
    List<Difference> found = new ArrayList<>();
    try (PreparedStatement left =
            sides.source().prepareStatement(counts(table.rows().from(), unreadable.condition()));
        PreparedStatement right =
            sides
                .target()
                .prepareStatement(
                    counts(
                        table.carried().rows(),
                        "\"%s\" = %d".formatted(CarriedTable.CHUNK, chunk.id().number())));
        ResultSet was = left.executeQuery();
        ResultSet is = right.executeQuery()) {
      boolean haveWas = was.next();
      boolean haveIs = is.next();
      while (haveWas || haveIs) {
        int order =
            !haveWas ? 1 : !haveIs ? -1 : Arrays.compareUnsigned(was.getBytes(1), is.getBytes(1));
        long expected = order <= 0 ? was.getLong(2) : 0;
        long present = order >= 0 ? is.getLong(2) : 0;
        compared += expected;
        missing += Math.max(0, expected - present);
        if (expected != present) {
          byte[] digest = order <= 0 ? was.getBytes(1) : is.getBytes(1);
          found.add(
              Difference.of(
                  table.name(),
                  expected == 0
                      ? Difference.Kind.ROGUE
                      : present > expected ? Difference.Kind.DOUBLED : Difference.Kind.MISSING,
                  List.of("row " + HexFormat.of().formatHex(digest, 0, 8)),
                  null,
                  expected + " times",
                  present + " times"));
        }
        haveWas = order <= 0 ? was.next() : haveWas;
        haveIs = order >= 0 ? is.next() : haveIs;
      }
    }
    Set<String> setAside = new HashSet<>();
    long quarantinedRows = quarantinedContents(setAside);
    // Without a key, a row of quarantine can't be told from another that is missing: their number
    // can, and whether the source has such a row at all.
    boolean explained =
        missing == quarantinedRows
            && found.stream().allMatch(d -> d.kind() == Difference.Kind.MISSING);
    List<Difference> unnamed = new ArrayList<>();
    if (!explained) {
      unnamed.addAll(found);
    }
    if (!setAside.isEmpty()) {
      quarantineOfNoRow(setAside, unnamed);
    }
    places(quarantinedRows, unnamed);
    return new Outcome(compared, Set.of(), unnamed);
  }

  private String counts(String from, String condition) {
    return "SELECT digest, count(*) FROM (SELECT %s AS digest FROM %s WHERE %s OFFSET 0) d GROUP BY digest ORDER BY digest"
        .formatted(table.canonical().digest(), from, condition);
  }

  private long quarantinedContents(Set<String> contents) throws SQLException {
    long rows = 0;
    try (PreparedStatement statement =
        sides
            .target()
            .prepareStatement(
                "SELECT content FROM migration.quarantine WHERE run_id = ? AND chunk_id = ?")) {
      statement.setLong(1, chunk.id().plan());
      statement.setInt(2, chunk.id().number());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows++;
          contents.add(HexFormat.of().formatHex(row.getBytes(1)));
        }
      }
    }
    return rows;
  }

  private void quarantineOfNoRow(Set<String> contents, List<Difference> unnamed)
      throws SQLException {
    Set<String> left = new HashSet<>(contents);
    CopyOut lines = table.rows().copyOut(sides.source(), chunk.range());
    try {
      for (byte[] bytes = lines.readFromCopy(); bytes != null; bytes = lines.readFromCopy()) {
        left.remove(HexFormat.of().formatHex(bytes));
      }
    } finally {
      if (lines.isActive()) {
        lines.cancelCopy();
      }
    }
    for (String content : left) {
      unnamed.add(
          Difference.of(
              table.name(),
              Difference.Kind.QUARANTINE,
              List.of("row " + content.substring(0, Math.min(16, content.length()))),
              null,
              "no such row",
              "a row in quarantine"));
    }
  }

  /** Rows without a key are numbered by their place in the chunk: from 0, none above the last. */
  private void places(long quarantinedRows, List<Difference> unnamed) throws SQLException {
    try (PreparedStatement statement =
        sides
            .target()
            .prepareStatement(
                """
                SELECT "ci:row" FROM %s
                 WHERE "ci:chunk" = ? AND ("ci:row" < 0 OR "ci:row" >= ? +
                       (SELECT count(*) FROM %s WHERE "ci:chunk" = ?))
                 ORDER BY 1 LIMIT 100
                """
                    .formatted(table.carried().table(), table.carried().table()))) {
      statement.setInt(1, chunk.id().number());
      statement.setLong(2, quarantinedRows);
      statement.setInt(3, chunk.id().number());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          unnamed.add(
              Difference.of(
                  table.name(),
                  Difference.Kind.PROVENANCE,
                  List.of(Integer.toString(chunk.id().number()), row.getString(1)),
                  CarriedTable.ROW,
                  "a place in the chunk",
                  row.getString(1)));
        }
      }
    }
  }
}
