package culturalintelligence.persistence.tracks;

import culturalintelligence.domain.duplicates.Copies;
import culturalintelligence.domain.duplicates.PrimaryRule;
import culturalintelligence.domain.library.AnalysedTrack;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.Correction;
import culturalintelligence.domain.library.Decision;
import culturalintelligence.domain.library.DuplicateGroup;
import culturalintelligence.domain.library.DuplicatePage;
import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.LibraryFigures;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.library.RelatedGroup;
import culturalintelligence.domain.library.RelatedPage;
import culturalintelligence.domain.library.TrackStore;
import culturalintelligence.domain.music.Profiles;
import culturalintelligence.domain.music.StreamFacts;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tracks in PostgreSQL. What a request waits for is one prepared statement through the reactive
 * client; what is rare and about objects (profiles, a person's word) goes through Hibernate
 * Reactive in {@link Validations}.
 */
@ApplicationScoped
class PgTrackStore implements TrackStore {
  private static final String FIND =
      "select "
          + TrackRows.COLUMNS
          + " from track_answer where match_digest = $1 order by path_digest <> $2, track_id limit 1";

  /** First the primary by index, then the view for that one row. */
  private static final String FIND_BY_HASH =
      "select "
          + TrackRows.COLUMNS
          + """
           from track_answer where track_id = (
            select id from track where content_sha256 = $1
            order by misplaced, length(path), modified, id limit 1)
          """;

  private static final String RECORD =
      "select "
          + TrackRows.COLUMNS
          + """
           from record_analysis($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            $17, $18, $19, $20::text::jsonb, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32,
            $33, $34::text::jsonb, $35::text::jsonb, $36, $37, $38)
          """;

  /**
   * Index entries a page reads at most. Written into the statements, not bound: for a bound limit
   * PostgreSQL's plan for any values reckons with a tenth of the table, and then reads all of it.
   */
  private static final int STRETCH = 20_000;

  /**
   * A page reads a bounded stretch of the index of copies. A content that the stretch's end may
   * have cut in two is left to the next page, unless it is the only one.
   */
  private static final String DUPLICATES =
      """
      with stretch as (
        select content_sha256 from track
        where content_sha256 is not null and content_sha256 > $1
        order by content_sha256 limit %1$d),
      seen as (
        select content_sha256, count(*) as n from stretch group by content_sha256),
      whole as (
        select content_sha256, n, sum(n) over () = %1$d as full_stretch,
          sum(n) over () = %1$d and count(*) over () > 1
            and row_number() over (order by content_sha256 desc) = 1 as cut
        from seen),
      pairs as (
        select content_sha256 from whole where n > 1 and not cut
        order by content_sha256 limit $2::bigint)
      select p.content_sha256, c.size_bytes,
        (select count(distinct t.match_digest) from track t
          where t.content_sha256 = p.content_sha256) as copies,
        array(select t.path from track t where t.content_sha256 = p.content_sha256
          order by t.misplaced, length(t.path), t.modified, t.id limit 100) as copy_paths,
        (select bool_or(full_stretch) from whole) as full_stretch,
        (select count(*) from pairs) = $2 as full_page,
        (select content_sha256 from whole where not cut order by content_sha256 desc limit 1)
          as read_to
      from (select 1) one left join pairs p on true
      -- The limit keeps the plan for any values from reading all contents for the sake of one page.
      left join lateral (select size_bytes from content where sha256 = p.content_sha256 limit 1) c on true
      order by p.content_sha256
      """
          .formatted(STRETCH);

  /**
   * The contents of one payload that a file has: a file that was tagged anew leaves its old content
   * behind, which nobody's is any more.
   */
  private static final String MEMBERS =
      """
      left join lateral (
        select c.sha256, c.size_bytes, c.codec, c.bitrate, best.path,
          (select count(distinct t.match_digest) from track t where t.content_sha256 = c.sha256)
            as copies,
          count(*) over () as contents, sum(c.size_bytes) over () as all_bytes,
          row_number() over (order by best.misplaced, length(best.path), best.modified, best.id)
            as place
        from content c
        cross join lateral (
          select t.path, t.misplaced, t.modified, t.id from track t
          where t.content_sha256 = c.sha256
          order by t.misplaced, length(t.path), t.modified, t.id limit 1) best
        where c.payload_digest = p.payload_digest
        order by place limit 100) f on true
      """;

  /** As {@link #DUPLICATES}, over the index of payloads. */
  private static final String RELATED =
      """
      with stretch as (
        select payload_digest, sha256 from content
        where payload_digest is not null and payload_digest > $1
        order by payload_digest limit %1$d),
      seen as (
        select payload_digest, count(*) as n,
          count((select t.id from track t where t.content_sha256 = stretch.sha256 limit 1)) as held
        from stretch group by payload_digest),
      whole as (
        select payload_digest, held, sum(n) over () = %1$d as full_stretch,
          sum(n) over () = %1$d and count(*) over () > 1
            and row_number() over (order by payload_digest desc) = 1 as cut
        from seen),
      groups as (
        select payload_digest from whole where held > 1 and not cut
        order by payload_digest limit $2::bigint)
      select p.payload_digest, f.*,
        (select bool_or(full_stretch) from whole) as full_stretch,
        (select count(*) from groups) = $2 as full_page,
        (select payload_digest from whole where not cut order by payload_digest desc limit 1)
          as read_to
      from (select 1) one left join groups p on true
      """
              .formatted(STRETCH)
          + MEMBERS
          + "order by p.payload_digest, f.place";

  private static final String RELATED_TO =
      "select p.payload_digest, f.* from (select payload_digest from content where sha256 = $1"
          + " and payload_digest is not null) p\n"
          + MEMBERS
          + "order by f.place";

  private final ReactiveBoundary boundary;
  private final Pool pool;
  private final Validations validations;

  PgTrackStore(ReactiveBoundary boundary, Pool pool, Validations validations) {
    this.boundary = boundary;
    this.pool = pool;
    this.validations = validations;
  }

  @Override
  public Optional<KnownTrack> find(PathKey key) {
    return one(FIND, Tuple.of(key.matchDigest(), key.digest()));
  }

  @Override
  public Optional<KnownTrack> findByHash(ContentHash content) {
    return one(FIND_BY_HASH, Tuple.of(Buffer.buffer(content.bytes())));
  }

  @Override
  public KnownTrack record(AnalysedTrack track) {
    return one(RECORD, parameters(track)).orElseThrow();
  }

  private static Tuple parameters(AnalysedTrack track) {
    PathKey key = track.key();
    StreamFacts stream = track.stream();
    Decision decision = track.decision();
    List<@Nullable Object> values = new ArrayList<>(38);
    values.add(key.digest());
    values.add(key.matchDigest());
    values.add(key.path());
    values.add(key.folder());
    values.add(key.fileName());
    values.add(key.extension());
    values.add(PrimaryRule.isCastOff(key.path()));
    values.add(track.file().sizeBytes());
    values.add(track.file().modified().atOffset(ZoneOffset.UTC));
    values.add(buffer(track.content()));
    values.add(buffer(track.payload()));
    values.add(stream == null ? null : stream.container());
    values.add(stream == null ? null : stream.codec());
    values.add(stream == null ? null : stream.durationSeconds());
    values.add(stream == null ? null : stream.sampleRate());
    values.add(stream == null ? null : stream.channels());
    values.add(stream == null ? null : stream.bitDepth());
    values.add(stream == null ? null : stream.bitrate());
    values.add(stream == null ? null : stream.lossless());
    values.add(track.metadata());
    values.add(decision.id());
    values.add(decision.artist());
    values.add(decision.title());
    values.add(decision.mixKind());
    values.add(decision.mixText());
    values.add(decision.remixer());
    values.add(decision.label());
    values.add(decision.catalogueNumber());
    values.add(decision.genre());
    values.add(decision.subgenre());
    values.add(decision.bpm());
    values.add(decision.key());
    values.add(decision.confidence());
    values.add(TrackRows.json(decision.fieldConfidences()));
    values.add(TrackRows.json(decision.sources()));
    values.add(decision.needsReview());
    values.add(decision.method());
    values.add(decision.decidedAt().atOffset(ZoneOffset.UTC));
    return Tuple.from(values);
  }

  private static @Nullable Buffer buffer(@Nullable ContentHash hash) {
    return hash == null ? null : Buffer.buffer(hash.bytes());
  }

  @Override
  public Optional<KnownTrack> correct(PathKey key, Correction correction) {
    Optional<KnownTrack> known = find(key);
    if (known.isEmpty()) {
      return known;
    }
    PathKey stored = PathKey.of(known.get().path());
    boundary.await(() -> validations.validate(stored, correction, Instant.now()));
    return find(stored);
  }

  @Override
  public Profiles profiles(Profiles.Names names) {
    if (names.artists().isEmpty() && names.labels().isEmpty()) {
      return Profiles.NONE;
    }
    return boundary.await(() -> validations.profiles(names));
  }

  @Override
  public DuplicatePage duplicates(@Nullable ContentHash after, int limit) {
    Buffer from = after == null ? Buffer.buffer() : Buffer.buffer(after.bytes());
    RowSet<Row> rows =
        boundary.await(() -> pool.preparedQuery(DUPLICATES).execute(Tuple.of(from, (long) limit)));
    List<DuplicateGroup> groups = new ArrayList<>();
    ContentHash next = null;
    for (Row row : rows) {
      var sha256 = row.getBuffer("content_sha256");
      if (sha256 != null) {
        long copies = row.getLong("copies");
        // Two spellings of one Windows path are one file.
        if (copies > 1) {
          groups.add(
              new DuplicateGroup(
                  ContentHash.of(sha256.getBytes()),
                  row.getLong("size_bytes"),
                  new Copies(copies, List.of(row.getArrayOfStrings("copy_paths")))));
        }
      }
      if (Boolean.TRUE.equals(row.getBoolean("full_page")) && sha256 != null) {
        next = ContentHash.of(sha256.getBytes());
      } else if (Boolean.TRUE.equals(row.getBoolean("full_stretch"))) {
        next = ContentHash.of(row.getBuffer("read_to").getBytes());
      }
    }
    return new DuplicatePage(groups, next);
  }

  @Override
  public RelatedPage related(@Nullable ContentHash after, int limit) {
    Buffer from = after == null ? Buffer.buffer() : Buffer.buffer(after.bytes());
    RowSet<Row> rows =
        boundary.await(() -> pool.preparedQuery(RELATED).execute(Tuple.of(from, (long) limit)));
    List<RelatedGroup> groups = groups(rows);
    ContentHash next = null;
    for (Row row : rows) {
      if (Boolean.TRUE.equals(row.getBoolean("full_page"))) {
        next = hash(row, "payload_digest");
      } else if (Boolean.TRUE.equals(row.getBoolean("full_stretch"))) {
        next = hash(row, "read_to");
      }
    }
    return new RelatedPage(groups, next);
  }

  @Override
  public Optional<RelatedGroup> relatedTo(ContentHash content) {
    List<RelatedGroup> groups =
        groups(
            boundary.await(
                () ->
                    pool.preparedQuery(RELATED_TO)
                        .execute(Tuple.of(Buffer.buffer(content.bytes())))));
    return groups.stream()
        .filter(group -> group.files().stream().anyMatch(f -> f.content().equals(content)))
        .findFirst();
  }

  private static List<RelatedGroup> groups(RowSet<Row> rows) {
    Map<ContentHash, List<Row>> byPayload = new LinkedHashMap<>();
    for (Row row : rows) {
      ContentHash payload = hash(row, "payload_digest");
      if (payload != null && row.getString("path") != null) {
        byPayload.computeIfAbsent(payload, _ -> new ArrayList<>()).add(row);
      }
    }
    List<RelatedGroup> groups = new ArrayList<>();
    byPayload.forEach(
        (payload, members) -> {
          Row first = members.getFirst();
          List<RelatedGroup.Content> files =
              members.stream()
                  .map(
                      row ->
                          new RelatedGroup.Content(
                              Objects.requireNonNull(hash(row, "sha256")),
                              row.getLong("size_bytes"),
                              row.getString("codec"),
                              row.getLong("bitrate"),
                              row.getLong("copies"),
                              row.getString("path")))
                  .toList();
          groups.add(
              new RelatedGroup(
                  payload,
                  first.getLong("contents"),
                  files,
                  first.getBigDecimal("all_bytes").longValueExact()
                      - files.getFirst().sizeBytes()));
        });
    return groups;
  }

  private static @Nullable ContentHash hash(Row row, String column) {
    var sha256 = row.getBuffer(column);
    return sha256 == null ? null : ContentHash.of(sha256.getBytes());
  }

  @Override
  public LibraryFigures figures() {
    return boundary.await(() -> new Figures(pool).read());
  }

  private Optional<KnownTrack> one(String sql, Tuple parameters) {
    return boundary.await(
        () ->
            pool.preparedQuery(sql)
                .execute(parameters)
                .flatMap(rows -> Uni.createFrom().item(first(rows))));
  }

  private static Optional<KnownTrack> first(RowSet<Row> rows) {
    var iterator = rows.iterator();
    return iterator.hasNext() ? Optional.of(TrackRows.track(iterator.next())) : Optional.empty();
  }
}
