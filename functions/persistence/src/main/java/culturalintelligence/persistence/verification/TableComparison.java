package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.mapping.RowIdentity;
import culturalintelligence.persistence.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What no chunk can see: rows in the target that belong to no chunk, typed rows that belong to no
 * carried row, and the law of conservation.
 */
final class TableComparison {
  private static final int MOST_NAMED = 100;
  private static final int MOST_COMING_BACK = 100_000;

  private final Connection source;
  private final Connection target;
  private final Sides sides;
  private final ComparedTable table;

  TableComparison(Sides sides, ComparedTable table) {
    this.sides = sides;
    this.source = sides.source();
    this.target = sides.target();
    this.table = table;
  }

  /**
   * Rows counted in the databases themselves, each side at its moment.
   *
   * @param waiting changes of the table that were under way
   * @param moment what the source's server had committed: equal texts, nothing written between
   */
  record Counted(long source, long migrated, long quarantined, long waiting, String moment) {
    boolean isConserved() {
      return source == migrated + quarantined;
    }
  }

  /** One look. */
  record Outcome(Counted counted, List<Difference> differences) {}

  /** Keys on their way back: what they look like here is the next drain's to put right. */
  private List<List<String>> comingBack = List.of();

  Outcome compare() throws SQLException {
    List<Difference> differences = new ArrayList<>();
    look();
    rowsOfNoChunk(differences);
    Counted counted = count();
    if (table.carried().mapping() instanceof Mapping.Tracks) {
      tracksOfNoRow(differences);
      classificationsOfNoRow(differences);
    }
    if (table.carried().mapping() instanceof Mapping.Entries entries) {
      new RogueEntries(target, table.planned(), entries, comingBack).compare(differences);
    }
    return new Outcome(counted, differences);
  }

  private void look() throws SQLException {
    comingBack = Waiting.comingBack(target, table, MOST_COMING_BACK);
  }

  Counted count() throws SQLException {
    look();
    String moment = text(source, "SELECT txid_current_snapshot()::text");
    long waiting =
        Waiting.isCaptured(source)
            ? number(
                source,
                "SELECT count(*) FROM ci_capture.outbox WHERE table_schema = %s AND table_name = %s"
                    .formatted(
                        Sql.literal(table.planned().source().schema()),
                        Sql.literal(table.planned().source().name())))
            : 0;
    long back = comingBack.size();
    Sides.Both<Long, Long> rows =
        sides.both(
            connection -> number(connection, "SELECT count(*) FROM " + table.rows().from()),
            connection -> number(connection, "SELECT count(*) FROM " + table.carried().rows()));
    long quarantined =
        number(
            target,
            "SELECT count(*) FROM migration.quarantine WHERE table_id = " + table.planned().id());
    return new Counted(rows.source(), rows.target(), quarantined, waiting + back, moment);
  }

  Difference notConserved(Counted counted) {
    return Difference.of(
        table.name(),
        Difference.Kind.CONSERVATION,
        List.of(),
        null,
        counted.source() + " rows",
        "%d migrated, %d quarantined".formatted(counted.migrated(), counted.quarantined()));
  }

  private void rowsOfNoChunk(List<Difference> differences) throws SQLException {
    // By the row's own name: the lists of keys have columns that are called as its may be.
    String key =
        table.hasKey()
            ? table.planned().source().key().stream()
                .map(name -> "r." + Sql.identifier(name) + "::text")
                .collect(Collectors.joining(", "))
            : "r.\"ci:chunk\"::text, r.\"ci:row\"::text";
    try (PreparedStatement statement =
        target.prepareStatement(
            """
            SELECT ARRAY[%s]
              FROM %s r
             WHERE NOT EXISTS (SELECT FROM migration.chunk c
                                WHERE c.table_id = ? AND c.id = r."ci:chunk")
               AND NOT EXISTS (SELECT FROM migration.redo o WHERE o.table_id = ? AND o.key = ARRAY[%1$s])
               AND NOT EXISTS (SELECT FROM ci_capture.outbox o
                                WHERE o.table_schema = ? AND o.table_name = ? AND o.key = ARRAY[%1$s])
             LIMIT %3$d
            """
                .formatted(key, table.carried().table(), MOST_NAMED))) {
      statement.setLong(1, table.planned().id());
      statement.setLong(2, table.planned().id());
      statement.setString(3, table.planned().source().schema());
      statement.setString(4, table.planned().source().name());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          differences.add(
              table.row(Difference.Kind.ROGUE, List.of((String[]) row.getArray(1).getArray())));
        }
      }
    }
  }

  private void tracksOfNoRow(List<Difference> differences) throws SQLException {
    String homes =
        trackTables().stream()
            .map(
                name ->
                    "NOT EXISTS (SELECT FROM %s c WHERE c.\"ci:track\" = t.path_digest)"
                        .formatted(Sql.qualified("carried", name)))
            .collect(Collectors.joining(" AND "));
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT t.path, t.path_digest::text FROM public.track t WHERE t.origin = 'migrated' AND %s LIMIT %d"
                    .formatted(homes, MOST_NAMED + comingBack.size()))) {
      Set<String> leaving = tracksComingBack();
      while (row.next()) {
        if (leaving.contains(row.getString(2))) {
          continue;
        }
        differences.add(
            Difference.of(
                table.name(),
                Difference.Kind.TYPED_ROW,
                List.of(row.getString(1)),
                "track",
                "no row",
                "a row"));
      }
    }
  }

  /** Tracks whose rows were taken away or moved on this side: the next drain settles them. */
  private Set<String> tracksComingBack() throws SQLException {
    Set<String> tracks = new HashSet<>();
    if (comingBack.isEmpty()) {
      return tracks;
    }
    RowIdentity identity = new RowIdentity(table.planned().source());
    try (PreparedStatement select =
        target.prepareStatement(
            "SELECT path_digest::text FROM public.classification WHERE id = ANY (?)")) {
      select.setArray(
          1, target.createArrayOf("uuid", comingBack.stream().map(identity::of).toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          tracks.add(row.getString(1));
        }
      }
    }
    return tracks;
  }

  /** Each chunk found its own; so where a path has no more than rows, none is too many. */
  private void classificationsOfNoRow(List<Difference> differences) throws SQLException {
    String homes =
        trackTables().stream()
            .map(
                name ->
                    "SELECT \"ci:track\" AS digest FROM %s WHERE \"ci:track\" IS NOT NULL"
                        .formatted(Sql.qualified("carried", name)))
            .collect(Collectors.joining(" UNION ALL "));
    try (PreparedStatement statement =
        target.prepareStatement(
            """
                SELECT t.path, coalesce(r.n, 0), coalesce(k.n, 0)
                  FROM (SELECT path_digest, count(*) AS n FROM public.classification
                         WHERE origin = 'metacrate' GROUP BY path_digest) k
                  FULL JOIN (SELECT digest, count(*) AS n FROM (%s) h GROUP BY digest) r
                    ON r.digest = k.path_digest
                  LEFT JOIN public.track t ON t.path_digest = coalesce(k.path_digest, r.digest)
                 WHERE k.n IS DISTINCT FROM r.n
                   AND coalesce(k.path_digest, r.digest) <> ALL (
                       SELECT path_digest FROM public.classification WHERE id = ANY (?)
                        UNION ALL
                       SELECT c."ci:track" FROM %2$s c
                        WHERE c."ci:track" IS NOT NULL AND ARRAY[%3$s] IN (SELECT k::text[] FROM unnest(?::text[]) k))
                 LIMIT %4$d
                """
                .formatted(
                    homes,
                    table.carried().table(),
                    table.hasKey() ? table.rows().keyTexts() : "NULL::text",
                    MOST_NAMED))) {
      RowIdentity identity = new RowIdentity(table.planned().source());
      statement.setArray(
          1, target.createArrayOf("uuid", comingBack.stream().map(identity::of).toArray()));
      statement.setArray(
          2, target.createArrayOf("text", comingBack.stream().map(Waiting::arrayText).toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          differences.add(
              Difference.of(
                  table.name(),
                  Difference.Kind.TYPED_ROW,
                  List.of(String.valueOf(row.getString(1))),
                  "classification",
                  row.getLong(2) + " rows",
                  row.getLong(3) + " rows"));
        }
      }
    }
  }

  private List<String> trackTables() throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement =
        target.prepareStatement(
            "SELECT carried_name FROM migration.source_table WHERE run_id = ? AND mapping = 'tracks' ORDER BY id")) {
      statement.setLong(1, table.planned().plan());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
    }
    return names;
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
