package culturalintelligence.persistence.phase;

import culturalintelligence.domain.migration.MappingKind;
import culturalintelligence.domain.phase.ChecklistItem;
import culturalintelligence.domain.phase.ChecklistItem.State;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.postgres.NotConfigured;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The migration plan's own list of tasks, each ticked by what the databases show, never by hand.
 */
@ApplicationScoped
public class Checklist {
  private static final String IMMEDIATE = "Immediate";
  private static final String DATA = "Data migration";
  private static final String CLEANUP = "Cleanup";

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final PlanLedger plans;
  private final PhaseOverview overview;
  private final Effect effect;

  public Checklist(
      SourceDatabase source,
      TargetDatabase target,
      PlanLedger plans,
      PhaseOverview overview,
      Effect effect) {
    this.source = source;
    this.target = target;
    this.plans = plans;
    this.overview = overview;
    this.effect = effect;
  }

  /**
   * The list in the plan's order.
   *
   * @param applied how many migrations of the target's schema are applied
   * @param pending those that are not
   */
  public List<ChecklistItem> items(int applied, List<String> pending) throws SQLException {
    List<ChecklistItem> items = new ArrayList<>();
    items.add(created());
    items.add(
        ChecklistItem.of(
            "schema_deployed",
            IMMEDIATE,
            "Deploy clean schema",
            pending.isEmpty(),
            pending.isEmpty()
                ? "%d migrations applied, none pending".formatted(applied)
                : "pending: " + String.join(", ", pending),
            "cratectl schema --execute"));
    if (!pending.isEmpty()) {
      rest(items);
      return items;
    }
    OptionalLong plan = plans.newest();
    List<PhaseOverview.Table> tables =
        plan.isPresent() ? overview.tables(plan.getAsLong()) : List.of();
    try (Connection here = target.open()) {
      items.add(bridge(here, tables));
      items.add(samples(here));
      items.addAll(copied(here, plan, tables));
    }
    items.add(integration(tables));
    items.add(removed(tables));
    items.add(documented(tables));
    items.add(monitored());
    return items;
  }

  private ChecklistItem created() throws SQLException {
    try (Connection here = target.open();
        Statement statement = here.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_database(), current_setting('server_version')")) {
      row.next();
      return ChecklistItem.of(
          "database_created",
          IMMEDIATE,
          "Create Cultural Intelligence database",
          true,
          "database %s on PostgreSQL %s".formatted(row.getString(1), row.getString(2)),
          "");
    }
  }

  /** What can't be looked at before the schema is there. */
  private static void rest(List<ChecklistItem> items) {
    for (String[] open :
        new String[][] {
          {"bridge_up", IMMEDIATE, "Set up API bridge"},
          {"samples_tested", IMMEDIATE, "Test with sample files"},
          {"exported", DATA, "Export existing music data from MetaCrate"},
          {"transformed", DATA, "Transform to Cultural Intelligence format"},
          {"imported", DATA, "Import"},
          {"verified", DATA, "Verify data integrity"},
          {"integration_updated", DATA, "Update MetaCrate integration points"},
          {"tables_removed", CLEANUP, "Remove deprecated music tables from MetaCrate"},
          {"documentation_updated", CLEANUP, "Update MetaCrate documentation"},
          {"performance_monitored", CLEANUP, "Monitor performance improvements"}
        }) {
      items.add(
          ChecklistItem.of(
              open[0],
              open[1],
              open[2],
              false,
              "the schema is not there yet",
              "cratectl schema --execute"));
    }
  }

  private ChecklistItem bridge(Connection here, List<PhaseOverview.Table> tables)
      throws SQLException {
    String id = "bridge_up";
    String task = "Set up API bridge";
    try (Connection there = source.snapshot()) {
      there.rollback();
    } catch (SQLException | NotConfigured e) {
      return new ChecklistItem(
          id,
          IMMEDIATE,
          task,
          e instanceof NotConfigured ? State.OPEN : State.UNKNOWN,
          "MetaCrate's database does not answer: " + firstLine(e),
          "look at METACRATE_URL");
    }
    long views =
        number(
            here,
            """
            SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'metacrate' AND c.relkind = 'v' AND c.relname = ANY (?)
            """,
            tables.stream().map(t -> t.planned().carriedName()).toList());
    return ChecklistItem.of(
        id,
        IMMEDIATE,
        task,
        !tables.isEmpty() && views == tables.size(),
        tables.isEmpty()
            ? "MetaCrate's database answers; no table is planned"
            : "MetaCrate's database answers; %d of %d compatibility views are there"
                .formatted(views, tables.size()),
        "cratectl plan");
  }

  private static ChecklistItem samples(Connection here) throws SQLException {
    long analysed =
        number(
            here,
            "SELECT coalesce(sum(items), 0)::bigint FROM public.api_request_day WHERE outcome = 'analysed'",
            null);
    long read = number(here, "SELECT count(*) FROM public.content WHERE codec IS NOT NULL", null);
    return ChecklistItem.of(
        "samples_tested",
        IMMEDIATE,
        "Test with sample files",
        read > 0,
        "%d files read and kept, %d of them on request".formatted(read, analysed),
        "cratectl analyse PATH");
  }

  private static List<ChecklistItem> copied(
      Connection here, OptionalLong plan, List<PhaseOverview.Table> tables) throws SQLException {
    String export = "Export existing music data from MetaCrate";
    String transform = "Transform to Cultural Intelligence format";
    String load = "Import";
    String verify = "Verify data integrity";
    if (plan.isEmpty() || tables.isEmpty()) {
      String none = "there is no plan";
      return List.of(
          ChecklistItem.of("exported", DATA, export, false, none, "cratectl plan"),
          ChecklistItem.of("transformed", DATA, transform, false, none, "cratectl plan"),
          ChecklistItem.of("imported", DATA, load, false, none, "cratectl plan"),
          ChecklistItem.of("verified", DATA, verify, false, none, "cratectl plan"));
    }
    try (PreparedStatement select =
        here.prepareStatement(
            """
            SELECT count(*), count(c.copied_at), coalesce(sum(c.migrated_rows), 0)::bigint,
                   coalesce(sum(c.quarantined_rows), 0)::bigint,
                   count(*) FILTER (WHERE c.state IN ('FAILED', 'MISMATCH')),
                   count(*) FILTER (WHERE c.state <> 'VERIFIED'),
                   count(*) FILTER (WHERE c.checked_at < clock_timestamp() - interval '24 hours'
                                      AND coalesce(p.phase, 'OLD') NOT IN ('RETIRED', 'DROPPED')),
                   (SELECT count(*) FROM migration.difference d WHERE d.run_id = ?),
                   (SELECT count(*) FROM migration.source_table s
                     WHERE s.run_id = ? AND s.mapping <> 'none' AND s.check_result IS DISTINCT FROM 'EQUAL')
              FROM migration.chunk c LEFT JOIN migration.phase p ON p.table_id = c.table_id
             WHERE c.run_id = ?
            """)) {
      for (int i = 1; i <= 3; i++) {
        select.setLong(i, plan.getAsLong());
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        boolean all = row.getLong(1) == row.getLong(2);
        long unaccepted = tables.stream().mapToLong(t -> t.quarantined() - t.accepted()).sum();
        String kept =
            tables.stream()
                .filter(t -> t.quarantined() > t.accepted())
                .map(t -> t.planned().source().qualifiedName())
                .findFirst()
                .orElse("TABLE");
        return List.of(
            ChecklistItem.of(
                "exported",
                DATA,
                export,
                all,
                "%d of %d chunks of %d tables"
                    .formatted(row.getLong(2), row.getLong(1), tables.size()),
                "cratectl start"),
            ChecklistItem.of(
                "transformed",
                DATA,
                transform,
                all && unaccepted == 0,
                "%d rows; %d in quarantine that nobody accepted"
                    .formatted(row.getLong(3), unaccepted),
                unaccepted > 0 ? "cratectl accept " + kept : "cratectl start"),
            ChecklistItem.of(
                "imported",
                DATA,
                load,
                all && row.getLong(5) == 0,
                "%d rows migrated, %d in quarantine when copied, %d chunks failed or differ"
                    .formatted(row.getLong(3), row.getLong(4), row.getLong(5)),
                row.getLong(5) == 0 ? "cratectl start" : "cratectl report"),
            ChecklistItem.of(
                "verified",
                DATA,
                verify,
                row.getLong(6) == 0
                    && row.getLong(7) == 0
                    && row.getLong(8) == 0
                    && row.getLong(9) == 0,
                "%d chunks not verified, %d checks older than a day, %d differences, %d tables not found equal as a whole"
                    .formatted(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9)),
                row.getLong(8) > 0 ? "cratectl repair" : "cratectl verify"));
      }
    }
  }

  private ChecklistItem integration(List<PhaseOverview.Table> tables) throws SQLException {
    long answered = count(tables, t -> t.standing().phase().newSideAnswers());
    boolean tracks =
        tables.stream().anyMatch(t -> t.planned().mapping().kind() == MappingKind.TRACKS);
    long lookups =
        effect.seen().latencies().stream()
            .filter(l -> Phase.valueOf(l.phase()).newSideAnswers())
            .mapToLong(Effect.Latency::lookups)
            .sum();
    boolean all = !tables.isEmpty() && answered == tables.size();
    return ChecklistItem.of(
        "integration_updated",
        DATA,
        "Update MetaCrate integration points",
        all && (!tracks || lookups > 0),
        "%d of %d tables are answered by the new side; %d look-ups came since"
            .formatted(answered, tables.size(), lookups),
        all
            ? "let MetaCrate ask the API: cratectl analyse PATH shows an answer"
            : step(tables, t -> !t.standing().phase().newSideAnswers()));
  }

  private static ChecklistItem removed(List<PhaseOverview.Table> tables) {
    long dropped = count(tables, t -> t.standing().phase() == Phase.DROPPED);
    return ChecklistItem.of(
        "tables_removed",
        CLEANUP,
        "Remove deprecated music tables from MetaCrate",
        !tables.isEmpty() && dropped == tables.size(),
        "%d of %d tables are dropped, %d retired"
            .formatted(
                dropped, tables.size(), count(tables, t -> t.standing().phase() == Phase.RETIRED)),
        step(tables, t -> t.standing().phase() != Phase.DROPPED));
  }

  /** The bridge's script leaves a comment under every old name it serves. */
  private ChecklistItem documented(List<PhaseOverview.Table> tables) {
    String id = "documentation_updated";
    String task = "Update MetaCrate documentation";
    String next = "run sql/metacrate/bridge/install.sql in MetaCrate's database";
    try (Connection there = source.snapshot()) {
      long documented =
          number(
              there,
              """
              SELECT count(DISTINCT c.relname)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
               WHERE n.nspname = 'cultural_intelligence' AND c.relname = ANY (?)
              """,
              tables.stream().map(t -> t.planned().carriedName()).distinct().toList());
      return ChecklistItem.of(
          id,
          CLEANUP,
          task,
          !tables.isEmpty() && documented == tables.size(),
          "%d of %d old names say in MetaCrate's own catalogue where their table went"
              .formatted(documented, tables.size()),
          next);
    } catch (SQLException | NotConfigured e) {
      return new ChecklistItem(
          id,
          CLEANUP,
          task,
          State.UNKNOWN,
          "MetaCrate's database does not answer: " + firstLine(e),
          "look at METACRATE_URL");
    }
  }

  private ChecklistItem monitored() throws SQLException {
    Effect.Seen seen = effect.seen();
    long before = lookups(seen, false);
    long after = lookups(seen, true);
    long sizes = seen.sizes().size();
    return ChecklistItem.of(
        "performance_monitored",
        CLEANUP,
        "Monitor performance improvements",
        before > 0 && after > 0 && sizes > 0,
        "%d look-ups measured before the new side answered, %d since; %d sizes of the databases"
            .formatted(before, after, sizes),
        before == 0 || after == 0
            ? "let MetaCrate ask the API in each phase; cratectl phase shows the times"
            : "cratectl phase");
  }

  private static long lookups(Effect.Seen seen, boolean newSide) {
    return seen.latencies().stream()
        .filter(l -> Phase.valueOf(l.phase()).newSideAnswers() == newSide)
        .mapToLong(Effect.Latency::lookups)
        .sum();
  }

  private static String step(
      List<PhaseOverview.Table> tables, Predicate<PhaseOverview.Table> behind) {
    return tables.stream()
        .filter(behind)
        .findFirst()
        .flatMap(
            t ->
                t.standing()
                    .phase()
                    .next()
                    .map(
                        to ->
                            "cratectl phase %s --to %s"
                                .formatted(t.planned().source().qualifiedName(), to)))
        .orElse("cratectl plan");
  }

  private static long count(
      List<PhaseOverview.Table> tables, Predicate<PhaseOverview.Table> which) {
    return tables.stream().filter(which).count();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  private static long number(Connection connection, String sql, @Nullable List<String> names)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      if (names != null) {
        select.setArray(1, connection.createArrayOf("text", names.toArray()));
      }
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
