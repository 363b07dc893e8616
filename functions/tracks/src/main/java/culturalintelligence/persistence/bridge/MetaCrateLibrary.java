package culturalintelligence.persistence.bridge;

import culturalintelligence.domain.library.KnownTrack;
import culturalintelligence.domain.library.OldLibrary;
import culturalintelligence.domain.library.PathKey;
import culturalintelligence.domain.library.StoreUnavailableException;
import culturalintelligence.domain.migration.Assessment;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.source.SourceCatalog;
import culturalintelligence.persistence.tracks.ReactiveBoundary;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * MetaCrate's database behind the API.
 *
 * <p>A request about a known file never comes here but for a look into memory: which tables there
 * are and in what phase is asked for beside the requests, once a second while there are any. An old
 * side that does not answer in time costs one request its patience; the next are not even asked for
 * a while.
 */
@ApplicationScoped
class MetaCrateLibrary implements OldLibrary {
  private static final Logger LOG = Logger.getLogger(MetaCrateLibrary.class);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A function that was frozen, or had nothing to do, looks before it believes what it knew. */
  private static final long USABLE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long DISCOVER_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long ONCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int MOST_REMEMBERED = 10_000;

  private static final String PHASES =
      """
      select r.id as run_id, s.id, coalesce(p.phase, 'OLD') as phase
      from (select max(id) as id from migration.run where discarded_at is null) r
      left join migration.source_table s on s.run_id = r.id and s.mapping = 'tracks'
      left join migration.phase p on p.table_id = s.id
      order by s.id
      """;

  private static final String FORWARD =
      "insert into migration.redo (table_id, key, reason) values ($1, $2, 'asked for')";

  private final SourceDatabase source;
  private final PlanLedger plans;
  private final ReactiveBoundary boundary;
  private final Pool pool;
  private final ShadowLedger shadow;
  private final boolean configured;
  private final Duration patience;
  private final OldConnections connections;
  private final ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<@Nullable Future<?>> looking = new AtomicReference<>();
  private final ConcurrentMap<List<String>, Long> forwarded = new ConcurrentHashMap<>();
  private volatile @Nullable State state;
  private volatile long restUntil = System.nanoTime();

  /**
   * What was known at a moment.
   *
   * @param plan 0 when there is none: the tables are those that were discovered then
   */
  private record State(long at, long plan, long discoveredAt, List<OldTracks> tables) {
    Asked asked() {
      boolean unknown = false;
      for (OldTracks table : tables) {
        if (table.phase() == Phase.SHADOW) {
          return Asked.ALWAYS;
        }
        unknown |= !table.phase().newSideIsMaster();
      }
      return unknown ? Asked.WHEN_UNKNOWN : Asked.NEVER;
    }
  }

  MetaCrateLibrary(
      SourceDatabase source,
      PlanLedger plans,
      ReactiveBoundary boundary,
      Pool pool,
      ShadowLedger shadow,
      @ConfigProperty(name = "METACRATE_URL") Optional<String> url,
      @ConfigProperty(name = "cultural-intelligence.bridge.enabled", defaultValue = "true")
          boolean enabled,
      @ConfigProperty(name = "cultural-intelligence.bridge.patience", defaultValue = "PT0.5S")
          Duration patience) {
    this.source = source;
    this.plans = plans;
    this.boundary = boundary;
    this.pool = pool;
    this.shadow = shadow;
    this.configured = enabled && url.filter(address -> !address.isBlank()).isPresent();
    this.patience = patience;
    this.connections = new OldConnections(source, patience);
  }

  @Override
  public Asked asked() {
    if (!configured) {
      return Asked.NEVER;
    }
    State now = state;
    long age = now == null ? Long.MAX_VALUE : System.nanoTime() - now.at();
    if (age > FRESH_NANOS) {
      Future<?> look = look();
      if (age > USABLE_NANOS) {
        try {
          look.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
          // The analysis of our own is answered.
        }
        now = state;
        if (now == null || System.nanoTime() - now.at() > USABLE_NANOS) {
          return Asked.NEVER;
        }
      }
    }
    return now == null ? Asked.NEVER : now.asked();
  }

  /** One look at a time, beside the requests. */
  private Future<?> look() {
    Future<?> running = looking.get();
    if (running != null && !running.isDone()) {
      return running;
    }
    synchronized (looking) {
      running = looking.get();
      if (running == null || running.isDone()) {
        running = beside.submit(this::refresh);
        looking.set(running);
      }
      return running;
    }
  }

  private void refresh() {
    try {
      Map<Long, Phase> phases = new LinkedHashMap<>();
      long plan = 0;
      for (Row row : phases()) {
        plan = row.getLong("run_id") == null ? 0 : row.getLong("run_id");
        if (row.getLong("id") != null) {
          phases.put(row.getLong("id"), Phase.valueOf(row.getString("phase")));
        }
      }
      State before = state;
      state = plan == 0 ? unplanned(before) : planned(before, plan, phases);
    } catch (SQLException | RuntimeException e) {
      LOG.warnf("where MetaCrate's tables stand is not known: %s", e.getMessage());
    }
  }

  /** Before the schema is applied there is no plan either. */
  private List<Row> phases() {
    List<Row> rows = new ArrayList<>();
    try {
      RowSet<Row> answer = boundary.await(() -> pool.query(PHASES).execute());
      answer.forEach(rows::add);
    } catch (StoreUnavailableException e) {
      if (!String.valueOf(e.getCause()).contains("42P01")) {
        throw e;
      }
    }
    return rows;
  }

  private State planned(@Nullable State before, long plan, Map<Long, Phase> phases)
      throws SQLException {
    List<OldTracks> tables = new ArrayList<>();
    if (before != null && before.plan() == plan && before.tables().size() == phases.size()) {
      for (OldTracks table : before.tables()) {
        tables.add(table.in(phases.getOrDefault(table.id(), table.phase())));
      }
    } else {
      for (PlannedTable table : plans.carriedTables(plan)) {
        Phase phase = phases.get(table.id());
        if (phase != null && table.mapping() instanceof Mapping.Tracks tracks) {
          tables.add(new OldTracks(table.id(), phase, table.source(), tracks));
        }
      }
    }
    return new State(System.nanoTime(), plan, 0, tables);
  }

  private State unplanned(@Nullable State before) throws SQLException {
    if (before != null
        && before.plan() == 0
        && System.nanoTime() - before.discoveredAt() < DISCOVER_NANOS) {
      return new State(System.nanoTime(), 0, before.discoveredAt(), before.tables());
    }
    List<OldTracks> tables = new ArrayList<>();
    try (Connection snapshot = source.snapshot()) {
      for (SourceTable table : SourceCatalog.discover(snapshot)) {
        if (table.assess().verdict() != Assessment.Verdict.CANNOT
            && Mapping.propose(table) instanceof Mapping.Tracks tracks) {
          tables.add(new OldTracks(0, Phase.OLD, table, tracks));
        }
      }
    }
    long now = System.nanoTime();
    return new State(now, 0, now, tables);
  }

  @Override
  public Answer find(PathKey key, boolean known) {
    State now = state;
    if (!configured || now == null) {
      return new Answer.Absent();
    }
    List<OldTracks> tables =
        now.tables().stream()
            .filter(
                table -> known ? table.phase() == Phase.SHADOW : !table.phase().newSideIsMaster())
            .toList();
    if (tables.isEmpty()) {
      return new Answer.Absent();
    }
    if (System.nanoTime() - restUntil < 0) {
      return new Answer.Silent();
    }
    Future<Answer> answer = beside.submit(() -> found(tables, key));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Silent();
    } catch (ExecutionException | TimeoutException e) {
      answer.cancel(true);
      restUntil = System.nanoTime() + REST_NANOS;
      LOG.warnf(
          "MetaCrate's database does not answer, and is left alone for a while: %s",
          e instanceof ExecutionException ? e.getCause() : "not within " + patience);
      return new Answer.Silent();
    }
  }

  private Answer found(List<OldTracks> tables, PathKey key)
      throws SQLException, InterruptedException {
    return connections.use(
        connection -> {
          for (OldTracks table : tables) {
            try {
              Optional<Answer.Found> found = table.find(connection, key);
              if (found.isPresent()) {
                return found.get();
              }
            } catch (SQLException e) {
              // A path its encoding can't say, a table that was renamed meanwhile: not there.
              if (e.getSQLState() == null
                  || !(e.getSQLState().startsWith("22") || e.getSQLState().equals("42P01"))) {
                throw e;
              }
            }
          }
          return new Answer.Absent();
        });
  }

  @Override
  public void bringForward(Answer.Found row) {
    if (row.table() == 0 || row.key().isEmpty()) {
      return;
    }
    List<String> name = new ArrayList<>(row.key());
    name.add(Long.toString(row.table()));
    long now = System.nanoTime();
    Long before = forwarded.put(name, now);
    if (before != null && now - before < ONCE_NANOS) {
      return;
    }
    if (forwarded.size() > MOST_REMEMBERED) {
      forwarded.clear();
    }
    beside.execute(
        () -> {
          try {
            boundary.await(
                () ->
                    pool.preparedQuery(FORWARD)
                        .execute(Tuple.of(row.table(), row.key().toArray(String[]::new))));
          } catch (RuntimeException e) {
            forwarded.remove(name);
            LOG.debugf("a row was not brought forward: %s", e.getMessage());
          }
        });
  }

  @Override
  public void compared(
      PathKey key,
      Answer old,
      @Nullable KnownTrack ours,
      @Nullable String failure,
      long oldMicros,
      long newMicros) {
    switch (old) {
      case Answer.Found found -> shadow.compared(found, ours, failure, oldMicros, newMicros);
      case Answer.Absent _ -> {}
      case Answer.Silent _ -> {
        State now = state;
        if (now != null) {
          now.tables().stream()
              .filter(table -> table.phase() == Phase.SHADOW)
              .forEach(table -> shadow.silent(table.id(), newMicros));
        }
      }
    }
  }

  @PreDestroy
  void close() {
    beside.shutdownNow();
    connections.closeAll();
  }
}
