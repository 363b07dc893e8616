package culturalintelligence.persistence.tracks;

import culturalintelligence.domain.library.RequestLog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The request log: single rows in daily partitions, and sums by day that outlive them. */
@ApplicationScoped
class PgRequestLog implements RequestLog {
  private static final String APPEND =
      """
      insert into api_request (at, route, status, outcome, code, took_micros, items)
      select * from unnest($1::timestamptz[], $2::text[], $3::int[], $4::text[], $5::text[], $6::bigint[],
        $7::int[])
      """;

  /** In the order of the key, so that two processes never wait for each other crosswise. */
  private static final String SUM =
      """
      insert into api_request_day as d (day, route, outcome, requests, items, took_micros, since)
      select (at at time zone 'UTC')::date, route, outcome, count(*), sum(items), sum(took), min(at)
      from unnest($1::timestamptz[], $2::text[], $3::text[], $4::bigint[], $5::int[])
        as r (at, route, outcome, took, items)
      group by 1, 2, 3 order by 1, 2, 3
      on conflict (day, route, outcome) do update set requests = d.requests + excluded.requests,
        items = d.items + excluded.items, took_micros = d.took_micros + excluded.took_micros,
        since = least(d.since, excluded.since)
      """;

  /**
   * Look-ups that read no file, by the phase the tracks' table was in at that moment and by the
   * power of two of their microseconds: what the move did to them.
   */
  private static final String LATENCY =
      """
      insert into migration.lookup_latency as l (phase, day, bucket, lookups)
      select coalesce((select c.to_phase from migration.phase_change c
                         join migration.source_table s on s.id = c.table_id
                        where s.mapping = 'tracks' and c.at <= r.at order by c.at desc, c.id desc limit 1), 'OLD'),
        (at at time zone 'UTC')::date, least(40, ceil(log(2, greatest(took, 1)::numeric)))::smallint, count(*)
      from unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::int[]) as r (at, outcome, took, items)
      where outcome = 'cached' and items = 1
      group by 1, 2, 3 order by 1, 2, 3
      on conflict (phase, day, bucket) do update set lookups = l.lookups + excluded.lookups
      """;

  private static final String SUMS =
      """
      select coalesce(sum(requests), 0)::bigint as requests, min(since) as since,
        coalesce(sum(requests) filter (where outcome = 'cached'), 0)::bigint as cached,
        coalesce(sum(requests) filter (where outcome = 'analysed'), 0)::bigint as analysed,
        coalesce(sum(requests) filter (where outcome = 'error'), 0)::bigint as errors
      from api_request_day
      """;

  private final ReactiveBoundary boundary;
  private final Pool pool;
  private final int keepDays;
  private final AtomicReference<@Nullable LocalDate> maintained = new AtomicReference<>();

  PgRequestLog(
      ReactiveBoundary boundary,
      Pool pool,
      @ConfigProperty(name = "cultural-intelligence.request-log.keep-days", defaultValue = "30")
          int keepDays) {
    this.boundary = boundary;
    this.pool = pool;
    this.keepDays = keepDays;
  }

  @Override
  public void append(List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    // A batch may hold what was asked before midnight, or in the days the database was away. What
    // is older than is kept has no partition any more, and only counts.
    List<Entry> kept =
        entries.stream().filter(entry -> !day(entry).isBefore(today.minusDays(keepDays))).toList();
    NavigableSet<LocalDate> days = new TreeSet<>();
    kept.stream().map(PgRequestLog::day).forEach(days::add);
    days.remove(today);
    if (!today.equals(maintained.get())) {
      days.add(today);
    }
    boundary.await(
        () ->
            pool.withTransaction(
                connection -> {
                  Uni<Boolean> done = Uni.createFrom().item(true);
                  for (LocalDate day : days) {
                    done = done.flatMap(_ -> maintain(connection, day, today));
                  }
                  return done.flatMap(_ -> insert(connection, kept))
                      .flatMap(_ -> sum(connection, entries))
                      .flatMap(_ -> latency(connection, entries));
                }));
    maintained.set(today);
  }

  private static LocalDate day(Entry entry) {
    return entry.at().atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /** Makes the day's partitions, and drops those that are too old today. */
  private Uni<Boolean> maintain(SqlConnection connection, LocalDate day, LocalDate today) {
    int keepFromThatDay = keepDays - (int) ChronoUnit.DAYS.between(day, today);
    return connection
        .preparedQuery("select maintain_api_request($1, $2)")
        .execute(Tuple.of(day, Math.max(1, keepFromThatDay)))
        .map(_ -> true);
  }

  private static Uni<Boolean> insert(SqlConnection connection, List<Entry> entries) {
    return connection
        .preparedQuery(APPEND)
        .execute(
            Tuple.from(
                List.of(
                    at(entries),
                    entries.stream().map(Entry::route).toArray(String[]::new),
                    entries.stream().map(Entry::status).toArray(Integer[]::new),
                    entries.stream().map(PgRequestLog::outcome).toArray(String[]::new),
                    entries.stream().map(Entry::code).toArray(String[]::new),
                    entries.stream().map(Entry::tookMicros).toArray(Long[]::new),
                    entries.stream().map(Entry::items).toArray(Integer[]::new))))
        .map(_ -> true);
  }

  private static Uni<Boolean> sum(SqlConnection connection, List<Entry> entries) {
    return connection
        .preparedQuery(SUM)
        .execute(
            Tuple.from(
                List.of(
                    at(entries),
                    entries.stream().map(Entry::route).toArray(String[]::new),
                    entries.stream().map(PgRequestLog::outcome).toArray(String[]::new),
                    entries.stream().map(Entry::tookMicros).toArray(Long[]::new),
                    entries.stream().map(Entry::items).toArray(Integer[]::new))))
        .map(_ -> true);
  }

  private static Uni<Boolean> latency(SqlConnection connection, List<Entry> entries) {
    return connection
        .preparedQuery(LATENCY)
        .execute(
            Tuple.of(
                at(entries),
                entries.stream().map(PgRequestLog::outcome).toArray(String[]::new),
                entries.stream().map(Entry::tookMicros).toArray(Long[]::new),
                entries.stream().map(Entry::items).toArray(Integer[]::new)))
        .map(_ -> true);
  }

  private static OffsetDateTime[] at(List<Entry> entries) {
    return entries.stream()
        .map(entry -> entry.at().atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }

  private static String outcome(Entry entry) {
    return entry.outcome().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Sums sums() {
    return boundary.await(
        () -> pool.preparedQuery(SUMS).execute().map(rows -> sums(rows.iterator().next())));
  }

  private static Sums sums(Row row) {
    OffsetDateTime since = row.getOffsetDateTime("since");
    return new Sums(
        row.getLong("requests"),
        row.getLong("cached"),
        row.getLong("analysed"),
        row.getLong("errors"),
        since == null ? null : since.toInstant());
  }
}
