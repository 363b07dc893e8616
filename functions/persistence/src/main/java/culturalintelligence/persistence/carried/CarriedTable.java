package culturalintelligence.persistence.carried;

import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One source table's home in the target: the table of what must be kept beside the typed rows, and
 * the view that gives the source's rows back.
 *
 * <p>{@code carried.<name>} has the source's columns in the source's types, less those the typed
 * tables carry exactly, and up to three of ours, whose names hold a colon so that they collide with
 * nobody's: {@code ci:chunk} (who brought the row), {@code ci:row} (its place in the chunk, where
 * the table has no key) and {@code ci:track} (the track that carries its path). {@code
 * carried.<name>:rows} is the view the comparison reads; {@code metacrate.<name>} is the same
 * without our columns.
 *
 * @param name below both schemas; see {@link #nameFor}
 */
public record CarriedTable(SourceTable source, Mapping mapping, String name) {
  public static final String CHUNK = "ci:chunk";
  public static final String ROW = "ci:row";
  public static final String TRACK = "ci:track";

  /** PostgreSQL cuts identifiers at 63 bytes; our longest suffix takes five. */
  private static final int LONGEST_NAME = 58;

  private static final int ENUM_NAME_BYTES = 63;

  /**
   * The table's own name; with its schema before it, unless that is {@code public}. Where that is
   * too long, or could be another table's too (a dot of its own, a colon as in our suffixes), a
   * digest of both names makes it one table's only.
   */
  public static String nameFor(SourceTable table) {
    String name =
        table.schema().equals("public") ? table.name() : table.schema() + "." + table.name();
    boolean ambiguous =
        (table.schema() + table.name()).chars().anyMatch(c -> c == '.' || c == ':' || c == '~');
    String unambiguous = table.schema().length() + "." + table.schema() + "." + table.name();
    return ambiguous
        ? cut(name, unambiguous, LONGEST_NAME)
        : fitted(name, unambiguous, LONGEST_NAME);
  }

  /** The name, or its beginning and a digest of what it stands for where it is too long. */
  private static String fitted(String name, String standsFor, int bytes) {
    return name.getBytes(StandardCharsets.UTF_8).length <= bytes
        ? name
        : cut(name, standsFor, bytes);
  }

  private static String cut(String name, String standsFor, int bytes) {
    String digest = PathKey.of(standsFor).digest().toString().substring(0, 8);
    int length = name.length();
    while (name.substring(0, length).getBytes(StandardCharsets.UTF_8).length
        > bytes - digest.length() - 1) {
      length = name.offsetByCodePoints(length, -1);
    }
    return name.substring(0, length) + "~" + digest;
  }

  /** {@code carried.<name>}, quoted. */
  public String table() {
    return Sql.qualified("carried", name);
  }

  /** The view of the rows with the number of their chunk, quoted. */
  public String rows() {
    return Sql.qualified("carried", name + ":rows");
  }

  /** {@code metacrate.<name>}, quoted. */
  public String view() {
    return Sql.qualified("metacrate", name);
  }

  /** The source's columns that the carried table keeps. */
  public List<SourceColumn> keptColumns() {
    return switch (mapping) {
      case Mapping.Whole whole -> source.columns();
      case Mapping.Entries entries -> source.columns();
      case Mapping.Tracks tracks ->
          source.columns().stream()
              .filter(c -> tracks.pathCarried() || !c.name().equals(tracks.path()))
              .toList();
    };
  }

  /** The type on our side of one of the source's columns. */
  public String typeOf(String column) {
    return targetType(source.column(column).orElseThrow());
  }

  /** All columns that a copy writes, in order. */
  List<String> writtenColumns() {
    List<String> names = new ArrayList<>(keptColumns().stream().map(SourceColumn::name).toList());
    if (mapping instanceof Mapping.Tracks) {
      names.add(TRACK);
    }
    names.add(CHUNK);
    if (!source.hasKey()) {
      names.add(ROW);
    }
    return names;
  }

  /** The columns that name a row, in the target. */
  List<String> keyColumns() {
    return source.hasKey() ? source.key() : List.of(CHUNK, ROW);
  }

  /** Makes the types, the table and both views; what is there already stays. */
  public void create(Connection target) throws SQLException {
    try (Statement statement = target.createStatement()) {
      for (SourceColumn column : source.columns()) {
        if (!column.enumLabels().isEmpty() && column.carriedType() == null) {
          createEnum(target, column);
        }
      }
      statement.execute(createTable(hasLz4(statement)));
      statement.execute(
          "CREATE INDEX IF NOT EXISTS %s ON %s USING brin (%s) WITH (pages_per_range = 32)"
              .formatted(Sql.identifier(name + ":ch"), table(), Sql.identifier(CHUNK)));
      if (mapping instanceof Mapping.Tracks) {
        statement.execute(
            "CREATE INDEX IF NOT EXISTS %s ON %s (%s)"
                .formatted(Sql.identifier(name + ":tr"), table(), Sql.identifier(TRACK)));
      }
      statement.execute(
          "CREATE OR REPLACE VIEW %s AS SELECT %s, c.%s%s FROM %s"
              .formatted(
                  rows(),
                  source.columns().stream().map(this::viewColumn).collect(Collectors.joining(", ")),
                  Sql.identifier(CHUNK),
                  source.hasKey() ? "" : ", c." + Sql.identifier(ROW),
                  viewFrom()));
      statement.execute(
          "CREATE OR REPLACE VIEW %s AS SELECT %s FROM %s"
              .formatted(
                  view(),
                  Sql.identifiers(source.columns().stream().map(SourceColumn::name).toList()),
                  rows()));
      statement.execute(
          "COMMENT ON VIEW %s IS %s"
              .formatted(
                  view(),
                  Sql.literal(
                      "The rows of MetaCrate's " + source.qualifiedName() + ", as they were")));
    }
  }

  /** Documents are compressed by lz4 where the server was built with it: a tenth of pglz's time. */
  private static boolean hasLz4(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'
            """)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private String createTable(boolean lz4) {
    List<String> parts = new ArrayList<>();
    for (SourceColumn column : keptColumns()) {
      parts.add(
          Sql.identifier(column.name())
              + " "
              + targetType(column)
              + (lz4 && (column.isJson() || column.isText() || column.type().equals("bytea"))
                  ? " COMPRESSION lz4"
                  : "")
              + (column.notNull() ? " NOT NULL" : ""));
    }
    if (mapping instanceof Mapping.Tracks) {
      parts.add(Sql.identifier(TRACK) + " uuid" + (pathInTrack() ? " NOT NULL" : ""));
    }
    parts.add(Sql.identifier(CHUNK) + " int NOT NULL");
    if (!source.hasKey()) {
      parts.add(Sql.identifier(ROW) + " bigint NOT NULL");
    }
    parts.add("PRIMARY KEY (%s)".formatted(Sql.identifiers(keyColumns())));
    return "CREATE TABLE IF NOT EXISTS %s (%s)".formatted(table(), String.join(", ", parts));
  }

  private String viewColumn(SourceColumn column) {
    if (pathInTrack()
        && mapping instanceof Mapping.Tracks tracks
        && column.name().equals(tracks.path())) {
      return "t.path::%s AS %s".formatted(targetType(column), Sql.identifier(column.name()));
    }
    return "c." + Sql.identifier(column.name());
  }

  /** A {@code COPY} of the rows, in the source's columns, that lead to these tracks. */
  String copyRowsOfTracks(Collection<UUID> paths) {
    return "COPY (SELECT %s FROM %s WHERE c.%s = ANY ('{%s}'::uuid[])) TO STDOUT"
        .formatted(
            source.columns().stream().map(this::viewColumn).collect(Collectors.joining(", ")),
            viewFrom(),
            Sql.identifier(TRACK),
            paths.stream().map(UUID::toString).collect(Collectors.joining(",")));
  }

  private String viewFrom() {
    return switch (mapping) {
      case Mapping.Whole whole -> table() + " c";
      case Mapping.Entries entries -> table() + " c";
      case Mapping.Tracks tracks ->
          tracks.pathCarried()
              ? table() + " c"
              : "%s c JOIN public.track t ON t.path_digest = c.%s"
                  .formatted(table(), Sql.identifier(TRACK));
    };
  }

  /** Whether the path is kept in the track alone. */
  private boolean pathInTrack() {
    return mapping instanceof Mapping.Tracks tracks && !tracks.pathCarried();
  }

  /** A condition on the target's rows with one text parameter for each key column. */
  public String keyCondition() {
    return source.key().stream()
        .map(
            key ->
                "%s = ?::text::%s"
                    .formatted(
                        Sql.identifier(key),
                        source.column(key).map(CarriedTable::targetType).orElseThrow()))
        .collect(Collectors.joining(" AND "));
  }

  /**
   * The type on our side: the source's, an enum under our own schema. Identity of values is what
   * counts; an enum's order is kept too, since its labels are made in order.
   */
  public static String targetType(SourceColumn column) {
    if (column.carriedType() != null) {
      return column.carriedType();
    }
    if (column.enumLabels().isEmpty()) {
      return column.type();
    }
    boolean array = column.type().endsWith("[]");
    String type = array ? column.type().substring(0, column.type().length() - 2) : column.type();
    return Sql.qualified("carried", fitted(type.replace("\"", ""), type, ENUM_NAME_BYTES))
        + (array ? "[]" : "");
  }

  private static void createEnum(Connection target, SourceColumn column) throws SQLException {
    String type = targetType(column);
    String element = type.endsWith("[]") ? type.substring(0, type.length() - 2) : type;
    try (PreparedStatement known = target.prepareStatement("SELECT to_regtype(?) IS NOT NULL")) {
      known.setString(1, element);
      try (ResultSet row = known.executeQuery()) {
        row.next();
        if (row.getBoolean(1)) {
          return;
        }
      }
    }
    String labels =
        column.enumLabels().stream().map(Sql::literal).collect(Collectors.joining(", "));
    try (Statement statement = target.createStatement()) {
      statement.execute("CREATE TYPE %s AS ENUM (%s)".formatted(element, labels));
    }
  }
}
