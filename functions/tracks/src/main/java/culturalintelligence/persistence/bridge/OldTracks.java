package culturalintelligence.persistence.bridge;

import culturalintelligence.domain.duplicates.Copies;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.OldLibrary.Answer;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.carried.CopyLine;
import culturalintelligence.persistence.mapping.TrackMapping;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * One of MetaCrate's tables of tracks, asked for the rows of one path. They are read as the copy
 * reads them and mapped as the copy maps them, so that what is answered now is what will be
 * answered when they are migrated.
 */
final class OldTracks {
  /** A path in more rows than this: the newest of the first so many speaks. */
  private static final int MOST_ROWS = 50;

  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(java.util.Locale.ROOT);

  private final long id;
  private final Phase phase;
  private final SourceTable table;
  private final Mapping.Tracks mapping;
  private final TrackMapping typed;
  private final String select;
  private final List<String> names;

  OldTracks(long id, Phase phase, SourceTable table, Mapping.Tracks mapping) {
    this.id = id;
    this.phase = phase;
    this.table = table;
    this.mapping = mapping;
    this.typed = new TrackMapping(table, mapping);
    this.names = table.columns().stream().map(SourceColumn::name).toList();
    Set<String> needed = new HashSet<>(table.key());
    needed.add(mapping.path());
    mapping.fields().values().forEach(sources -> sources.forEach(s -> needed.add(s.column())));
    String columns =
        names.stream()
            // What no field comes from may be long, and is not asked for.
            .map(name -> needed.contains(name) ? Sql.identifier(name) : "NULL")
            .collect(Collectors.joining(", "));
    this.select =
        "SELECT %s FROM %s WHERE %s = "
            .formatted(columns, new SourceRows(table).from(), Sql.identifier(mapping.path()));
  }

  OldTracks in(Phase now) {
    return now == phase ? this : new OldTracks(id, now, table, mapping);
  }

  long id() {
    return id;
  }

  Phase phase() {
    return phase;
  }

  /** The row that speaks of this path: the newest, as among migrated ones. */
  Optional<Answer.Found> find(Connection source, PathKey path) throws SQLException {
    List<Answer.Found> found = new ArrayList<>();
    CopyOut out =
        source
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut(
                "COPY (%s%s LIMIT %d) TO STDOUT"
                    .formatted(select, Sql.literal(path.path()), MOST_ROWS));
    try {
      for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
        CopyLine line = new CopyLine(row, names.size());
        MigratedTrack track = typed.apply(line::value);
        if (track != null) {
          found.add(new Answer.Found(id, key(line), known(track)));
        }
      }
    } finally {
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
    return found.stream()
        .max(
            Comparator.comparing(OldTracks::decidedAt)
                .thenComparing(row -> String.valueOf(row.key())));
  }

  private static Instant decidedAt(Answer.Found row) {
    Decision decision = row.track().decision();
    return decision == null ? Instant.MIN : decision.decidedAt();
  }

  private List<String> key(CopyLine line) {
    return table.key().stream()
        .map(
            name -> {
              int column = names.indexOf(name);
              return table.columns().get(column).keyText(String.valueOf(line.text(column)));
            })
        .toList();
  }

  private static KnownTrack known(MigratedTrack track) {
    PathKey path = PathKey.of(track.path());
    String hash = track.contentSha256();
    return new KnownTrack(
        0,
        track.path(),
        path.fileName(),
        null,
        null,
        hash == null ? null : new ContentHash(hash),
        null,
        new Decision(
            track.id(),
            Decision.Origin.METACRATE,
            track.artist(),
            track.title(),
            track.mixKind(),
            track.mixText(),
            null,
            track.label(),
            track.catalogueNumber(),
            track.genre(),
            track.subgenre(),
            track.bpm(),
            track.musicalKey(),
            track.confidence(),
            Map.of(),
            List.of(),
            track.needsReview(),
            false,
            "migration",
            instant(track.decidedAt())),
        Copies.unique(track.path()));
  }

  /** As PostgreSQL writes a timestamp in UTC; what Java can't say is the end of time it is near. */
  private static Instant instant(String timestamp) {
    try {
      return LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return (timestamp.equals("infinity") ? OffsetDateTime.MAX : OffsetDateTime.MIN).toInstant();
    }
  }
}
