package culturalintelligence.persistence.tracks;

import culturalintelligence.domain.library.RequestLog;
import culturalintelligence.persistence.ReactiveBoundary;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    boolean firstToday = !today.equals(maintained.get());
    // A batch may hold what was asked before midnight, or before the database came back.
    LocalDate oldest =
        entries.stream()
            .map(entry -> entry.at().atOffset(ZoneOffset.UTC).toLocalDate())
            .min(LocalDate::compareTo)
            .orElse(today);
    boundary.await(
        () ->
            pool.withTransaction(
                connection ->
                    (firstToday || oldest.isBefore(today)
                            ? maintain(connection, oldest).flatMap(_ -> maintain(connection, today))
                            : Uni.createFrom().item(true))
                        .flatMap(_ -> insert(connection, entries))));
    maintained.set(today);
  }

  private Uni<Boolean> maintain(SqlConnection connection, LocalDate day) {
    return connection
        .preparedQuery("select maintain_api_request($1, $2)")
        .execute(Tuple.of(day, keepDays))
        .map(_ -> true);
  }

  private static Uni<Boolean> insert(SqlConnection connection, List<Entry> entries) {
    int n = entries.size();
    OffsetDateTime[] at = new OffsetDateTime[n];
    String[] routes = new String[n];
    Integer[] status = new Integer[n];
    String[] outcomes = new String[n];
    @Nullable String[] codes = new String[n];
    Long[] took = new Long[n];
    Integer[] items = new Integer[n];
    for (int i = 0; i < n; i++) {
      Entry entry = entries.get(i);
      at[i] = entry.at().atOffset(ZoneOffset.UTC);
      routes[i] = entry.route();
      status[i] = entry.status();
      outcomes[i] = entry.outcome().name().toLowerCase(Locale.ROOT);
      codes[i] = entry.code();
      took[i] = entry.tookMicros();
      items[i] = entry.items();
    }
    List<Object> row = new ArrayList<>(List.of(at, routes, status, outcomes, codes, took, items));
    List<Object> sum = new ArrayList<>(List.of(at, routes, outcomes, took, items));
    return connection
        .preparedQuery(APPEND)
        .execute(Tuple.from(row))
        .flatMap(_ -> connection.preparedQuery(SUM).execute(Tuple.from(sum)))
        .map(_ -> true);
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
