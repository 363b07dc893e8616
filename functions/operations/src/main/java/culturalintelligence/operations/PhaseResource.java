package culturalintelligence.operations;

import culturalintelligence.domain.phase.Gate;
import culturalintelligence.domain.phase.Phase;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.phase.Effect;
import culturalintelligence.persistence.phase.PhaseOverview;
import culturalintelligence.persistence.phase.QuarantineLedger;
import culturalintelligence.persistence.phase.Standing;
import culturalintelligence.persistence.phase.Switch;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The switch, table by table: where each stands, what stands in the way of its next phase, and the
 * step there or back.
 */
@Path("/operations")
@Produces(MediaType.APPLICATION_JSON)
public class PhaseResource {
  private static final Logger LOG = Logger.getLogger(PhaseResource.class);
  private static final int MOST_LISTED = 1_000;
  private static final int LONGEST_WHO = 200;
  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,6})([smhd])");

  private final TargetSchema schema;
  private final PlanLedger plans;
  private final PhaseOverview overview;
  private final Effect effect;
  private final Switch changer;
  private final QuarantineLedger quarantine;
  private final Archives archives;
  private final String grace;

  PhaseResource(
      TargetSchema schema,
      PlanLedger plans,
      PhaseOverview overview,
      Effect effect,
      Switch changer,
      QuarantineLedger quarantine,
      Archives archives,
      @ConfigProperty(name = "RETIRED_GRACE", defaultValue = "30d") String grace) {
    this.schema = schema;
    this.plans = plans;
    this.overview = overview;
    this.effect = effect;
    this.changer = changer;
    this.quarantine = quarantine;
    this.archives = archives;
    this.grace = grace;
  }

  /**
   * One step that can be asked for.
   *
   * @param open null when the gates could not be looked at
   * @param error why they could not
   * @param command that asks for it
   */
  public record Step(
      Phase to,
      @Nullable Boolean open,
      List<Gate> gates,
      @Nullable String error,
      @Nullable String command) {}

  /**
   * One table.
   *
   * @param towards the phase of a transition that was begun and not ended
   * @param guard what happens to old writers while the new side is the master: reject or forward
   * @param since when the phase was last changed; null when it never was
   * @param answers whose answer is given: old or new
   * @param written which side takes writes: old, new, or none while a transition is under way
   * @param waiting captured changes that are not applied; null when that is not known
   * @param waitingBack changes of the new side that are to go back
   * @param next the step on; null at the end
   * @param back the command that leads one step back; null at the beginning
   */
  public record TableView(
      String table,
      String mapping,
      Phase phase,
      long epoch,
      @Nullable Phase towards,
      String guard,
      @Nullable Instant since,
      String answers,
      String written,
      @Nullable Long waiting,
      long waitingBack,
      long quarantined,
      long accepted,
      @Nullable String retiredAs,
      @Nullable Instant retiredAt,
      @Nullable Long accessesSinceRetired,
      @Nullable String archive,
      @Nullable String archiveSha256,
      PhaseOverview.@Nullable Shadow shadow,
      @Nullable Step next,
      @Nullable String back) {}

  /** All tables of the newest plan, and what the move did so far. */
  public record Phases(long plan, List<TableView> tables, Effect.Seen effect) {}

  /** Where every table stands. */
  @GET
  @Path("/phase")
  public Phases phases() throws SQLException {
    long plan = newestPlan();
    List<TableView> views = new ArrayList<>();
    for (PhaseOverview.Table table : overview.tables(plan)) {
      views.add(view(table));
    }
    return new Phases(plan, views, effect.seen());
  }

  /** One table, with its history and what the sides' answers differed in. */
  public record Detail(
      TableView table, List<PhaseOverview.Change> changes, List<PhaseOverview.Sample> samples) {}

  @GET
  @Path("/phase/table")
  public Detail phase(@QueryParam("table") @Nullable String name) throws SQLException {
    PlannedTable table = find(newestPlan(), name);
    return new Detail(viewOf(table), overview.changes(table), overview.samples(table));
  }

  /**
   * A change of phase.
   *
   * @param table its name, {@code schema.table}, or without the schema where that is clear
   * @param to the phase wished for
   * @param execute false: only say what would be done
   * @param guard in WRITE_NEW: {@code reject} (default) or {@code forward} old writers
   * @param archive a folder's name below ARCHIVE_FOLDER; none: a new one, or the one written last
   * @param grace for DROPPED: how long it must have been retired, such as {@code 30d}; none: the
   *     setting's
   * @param confirm for DROPPED: the table's name, typed
   * @param by who asks, for the history
   */
  public record Change(
      @Nullable String table,
      @Nullable String to,
      @Nullable Boolean execute,
      @Nullable String guard,
      @Nullable String archive,
      @Nullable String grace,
      @Nullable String confirm,
      @Nullable String by) {}

  /** How a change ended. */
  public enum Result {
    /** The phase is the one wished for. */
    CHANGED,
    /** It was that before. */
    ALREADY,
    /** It would be done, if it were told to be. */
    WOULD_CHANGE,
    /** A gate is closed; nothing was changed. */
    CLOSED,
    /** No step leads there, or somebody else is at it; nothing was changed. */
    REFUSED
  }

  /**
   * What came of a change.
   *
   * @param status {@code error} when what was told to be done was not done
   * @param steps what is done, in order
   * @param pauses whether for a moment neither side takes writes
   * @param pauseMillis for how long none did; null when nothing was changed, or both went on
   * @param tookMillis the whole change; null when nothing was told to be done
   */
  public record Changed(
      String status,
      @Nullable String code,
      @Nullable String error,
      @Nullable String next,
      Result result,
      boolean executed,
      Phase from,
      Phase to,
      List<Gate> gates,
      List<String> steps,
      boolean pauses,
      @Nullable Long pauseMillis,
      @Nullable Long tookMillis,
      TableView table) {}

  /** Takes a table to another phase, or says what that would be. */
  @POST
  @Path("/phase")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(@Nullable Change asked) throws SQLException {
    if (asked == null || asked.to() == null) {
      return badRequest("name a table and a phase: {\"table\": …, \"to\": …}");
    }
    Phase to;
    Duration least;
    boolean forwards;
    try {
      to = phaseOf(asked.to());
      least = duration(asked.grace() == null ? grace : asked.grace());
      forwards = forwards(asked.guard());
    } catch (IllegalArgumentException e) {
      return badRequest(String.valueOf(e.getMessage()));
    }
    PlannedTable table = find(newestPlan(), asked.table());
    try {
      return change(table, asked, to, least, forwards);
    } catch (SQLException e) {
      LOG.warn("a change of phase was cut off", e);
      return failed("DATABASE", e, table);
    } catch (IOException e) {
      LOG.warn("an archive could not be written or read", e);
      return failed("ARCHIVE", e, table);
    }
  }

  private Response change(
      PlannedTable table, Change asked, Phase to, Duration least, boolean forwards)
      throws SQLException, IOException {
    Standing before = standing(table);
    Archives.@Nullable Named archive = archive(table, before, to, asked.archive());
    String by = asked.by() == null || asked.by().isBlank() ? "operator" : asked.by().strip();
    Switch.Wish wish =
        new Switch.Wish(
            to,
            by.length() > LONGEST_WHO ? by.substring(0, LONGEST_WHO) : by,
            forwards,
            archive == null ? null : archive.place(),
            archive == null ? null : archive.folder().toString(),
            asked.confirm(),
            least);
    Switch.Preview preview = changer.preview(table, wish);
    if (!Boolean.TRUE.equals(asked.execute())) {
      return Response.ok(previewed(table, to, preview)).build();
    }
    long began = System.nanoTime();
    Switch.Outcome outcome = changer.to(table, wish);
    long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
    Changed answer =
        switch (outcome) {
          case Switch.Outcome.Changed(Standing _, Long pause, List<Gate> gates) ->
              new Changed(
                  "success",
                  null,
                  null,
                  null,
                  Result.CHANGED,
                  true,
                  before.phase(),
                  to,
                  gates,
                  preview.steps(),
                  preview.pauses(),
                  pause,
                  took,
                  viewOf(table));
          case Switch.Outcome.Already(Standing now) ->
              new Changed(
                  "success",
                  null,
                  null,
                  null,
                  Result.ALREADY,
                  true,
                  now.phase(),
                  to,
                  List.of(),
                  List.of(),
                  false,
                  null,
                  took,
                  viewOf(table));
          case Switch.Outcome.Closed(Standing now, List<Gate> gates) ->
              new Changed(
                  "error",
                  "GATES_CLOSED",
                  closed(gates),
                  firstStep(gates),
                  Result.CLOSED,
                  false,
                  now.phase(),
                  to,
                  gates,
                  preview.steps(),
                  preview.pauses(),
                  null,
                  took,
                  viewOf(table));
          case Switch.Outcome.Refused(Standing now, String reason, String next) ->
              new Changed(
                  "error",
                  "REFUSED",
                  reason,
                  next,
                  Result.REFUSED,
                  false,
                  now.phase(),
                  to,
                  List.of(),
                  List.of(),
                  false,
                  null,
                  took,
                  viewOf(table));
        };
    return Response.status(
            answer.status().equals("error") ? Response.Status.CONFLICT : Response.Status.OK)
        .entity(answer)
        .build();
  }

  private Changed previewed(PlannedTable table, Phase to, Switch.Preview preview)
      throws SQLException {
    Result result =
        preview.reason() != null
            ? Result.REFUSED
            : preview.already()
                ? Result.ALREADY
                : preview.isOpen() ? Result.WOULD_CHANGE : Result.CLOSED;
    boolean closed = result == Result.CLOSED;
    return new Changed(
        "success",
        null,
        closed ? closed(preview.gates()) : preview.reason(),
        closed ? firstStep(preview.gates()) : preview.next(),
        result,
        false,
        preview.now().phase(),
        to,
        preview.gates(),
        preview.steps(),
        preview.pauses(),
        null,
        null,
        viewOf(table));
  }

  private static String closed(List<Gate> gates) {
    return "not yet: "
        + String.join(
            "; ",
            gates.stream()
                .filter(gate -> !gate.passed())
                .map(gate -> gate.name() + ": " + gate.found())
                .toList());
  }

  private static @Nullable String firstStep(List<Gate> gates) {
    return gates.stream().filter(gate -> !gate.passed()).map(Gate::next).findFirst().orElse(null);
  }

  private static Response badRequest(String error) {
    return Response.status(Response.Status.BAD_REQUEST)
        .entity(new Failures.Failure("error", "BAD_REQUEST", error, "cratectl phase --help"))
        .build();
  }

  private static Response failed(String code, Exception e, PlannedTable table) {
    return Response.status(Response.Status.SERVICE_UNAVAILABLE)
        .entity(
            new Failures.Failure(
                "error",
                code,
                String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"),
                "cratectl phase %s says where it stands; what was begun is finished by asking again"
                    .formatted(Words.quoted(table.source().qualifiedName()))))
        .build();
  }

  private static Phase phaseOf(String word) {
    String name = word.strip().toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(Phase.values())
        .filter(phase -> phase.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no phase %s, only %s"
                        .formatted(word, Arrays.toString(Phase.values()))));
  }

  private static boolean forwards(@Nullable String guard) {
    return switch (guard == null ? "reject" : guard.toLowerCase(Locale.ROOT)) {
      case "reject" -> false;
      case "forward" -> true;
      default -> throw new IllegalArgumentException("a guard is reject or forward, not " + guard);
    };
  }

  /** Such as {@code 30d}, {@code 12h}, {@code 0s}, or as ISO 8601 writes it. */
  static Duration duration(String text) {
    Matcher matcher = SHORT_DURATION.matcher(text.strip());
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
    try {
      Duration duration = Duration.parse(text.strip());
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (java.time.format.DateTimeParseException e) {
      // Said below, with what it should look like.
    }
    throw new IllegalArgumentException("%s is no time: say 30d, 12h or 90m".formatted(text));
  }

  /** A new place where one is written; the one that was written where it is read. */
  private Archives.@Nullable Named archive(
      PlannedTable table, Standing now, Phase to, @Nullable String said) {
    if (said != null) {
      return archives.named(said);
    }
    boolean begun = now.towards() == Phase.RETIRED;
    boolean written = now.phase() == Phase.RETIRED || now.phase() == Phase.DROPPED;
    if ((begun || written) && now.archive() != null) {
      return archives.named(now.archive());
    }
    return to == Phase.RETIRED
        ? archives.next(table.source().schema(), table.source().name())
        : null;
  }

  /**
   * Rows of a table that stay behind.
   *
   * @param accepted how many of all that are there somebody accepted
   */
  public record Quarantine(
      String table, long rows, long accepted, List<QuarantineLedger.Kept> kept) {}

  @GET
  @Path("/quarantine")
  public Quarantine quarantine(@QueryParam("table") @Nullable String name) throws SQLException {
    return quarantine(find(newestPlan(), name));
  }

  private Quarantine quarantine(PlannedTable table) throws SQLException {
    PhaseOverview.Table row = row(table);
    return new Quarantine(
        table.source().qualifiedName(),
        row.quarantined(),
        row.accepted(),
        quarantine.kept(table, MOST_LISTED));
  }

  /**
   * Accepts a row by its name.
   *
   * @param key the parts of its key; of a row without one, what a listing calls it
   */
  public record Acceptance(
      @Nullable String table, @Nullable List<String> key, @Nullable String by) {}

  @POST
  @Path("/quarantine/accept")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response accept(@Nullable Acceptance asked) throws SQLException {
    if (asked == null || asked.key() == null || asked.key().isEmpty()) {
      return badRequest("name the row: {\"table\": …, \"key\": [\"…\"]}");
    }
    PlannedTable table = find(newestPlan(), asked.table());
    String by = asked.by() == null || asked.by().isBlank() ? "operator" : asked.by().strip();
    if (!quarantine.accept(table, asked.key(), by)) {
      return Response.status(Response.Status.NOT_FOUND)
          .entity(
              new Failures.Failure(
                  "error",
                  "NOT_IN_QUARANTINE",
                  "no row %s of %s is in quarantine"
                      .formatted(String.join(", ", asked.key()), table.source().qualifiedName()),
                  "cratectl accept " + Words.quoted(table.source().qualifiedName())))
          .build();
    }
    return Response.ok(quarantine(table)).build();
  }

  private TableView viewOf(PlannedTable table) throws SQLException {
    return view(row(table));
  }

  private PhaseOverview.Table row(PlannedTable table) throws SQLException {
    return overview.tables(table.plan()).stream()
        .filter(row -> row.planned().id() == table.id())
        .findFirst()
        .orElseThrow();
  }

  private Standing standing(PlannedTable table) throws SQLException {
    return row(table).standing();
  }

  private TableView view(PhaseOverview.Table row) {
    Standing now = row.standing();
    String name = row.planned().source().qualifiedName();
    Phase towards = now.towards();
    return new TableView(
        name,
        row.planned().mapping().name(),
        now.phase(),
        now.epoch(),
        towards,
        now.forwards() ? "forward" : "reject",
        now.changedAt().equals(Instant.EPOCH) ? null : now.changedAt(),
        now.phase().newSideAnswers() ? "new" : "old",
        written(now),
        row.waiting(),
        row.waitingBack(),
        row.quarantined(),
        row.accepted(),
        now.phase() == Phase.RETIRED ? now.retiredName() : null,
        now.phase().compareTo(Phase.RETIRED) >= 0 ? now.retiredAt() : null,
        row.accesses(),
        now.phase().compareTo(Phase.RETIRED) >= 0 ? now.archive() : null,
        now.phase().compareTo(Phase.RETIRED) >= 0 ? now.archiveSha256() : null,
        row.shadow(),
        step(row.planned(), now),
        back(now, name));
  }

  private static String written(Standing now) {
    Phase towards = now.towards();
    boolean between =
        towards != null
            && (now.phase().newSideIsMaster() != towards.newSideIsMaster()
                // On its way back, the row is ahead of the old table's guard.
                || towards == now.phase());
    return between ? "none" : now.phase().newSideIsMaster() ? "new" : "old";
  }

  private static @Nullable String back(Standing now, String name) {
    return now.phase() == Phase.DROPPED
        ? "cratectl restore %s --execute".formatted(Words.quoted(name))
        : now.phase()
            .previous()
            .map(_ -> "cratectl rollback %s --execute".formatted(Words.quoted(name)))
            .orElse(null);
  }

  private @Nullable Step step(PlannedTable table, Standing now) {
    Phase towards = now.towards();
    Phase to = towards != null ? towards : now.phase().next().orElse(null);
    if (to == null) {
      return null;
    }
    String name = Words.quoted(table.source().qualifiedName());
    String command =
        "cratectl phase %s --to %s%s --execute"
            .formatted(name, to, to == Phase.DROPPED ? " --confirm " + name : "");
    try {
      // Whether an archive can be read back is looked at when the drop is asked for.
      List<Gate> gates =
          changer.gatesAhead(
              table,
              new Switch.Wish(
                  to,
                  "",
                  now.forwards(),
                  place(table, now, to),
                  now.archive(),
                  table.source().qualifiedName(),
                  duration(grace)));
      boolean open = gates.stream().allMatch(Gate::passed);
      return new Step(to, open, gates, null, open ? command : firstStep(gates));
    } catch (SQLException | IOException | RuntimeException e) {
      return new Step(
          to,
          null,
          List.of(),
          String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"),
          null);
    }
  }

  private culturalintelligence.persistence.archive.@Nullable ArchivePlace place(
      PlannedTable table, Standing now, Phase to) {
    if (to != Phase.RETIRED && to != Phase.DROPPED) {
      return null;
    }
    Archives.Named archive = archive(table, now, to, null);
    return archive == null ? null : archive.place();
  }

  /** By {@code schema.table}, or by the table's name alone where only one is called so. */
  private PlannedTable find(long plan, @Nullable String name) throws SQLException {
    List<PlannedTable> tables = plans.carriedTables(plan);
    List<String> names = tables.stream().map(t -> t.source().qualifiedName()).toList();
    if (name == null || name.isBlank()) {
      throw new NotReady("name a table: " + String.join(", ", names), "cratectl phase");
    }
    List<PlannedTable> found =
        tables.stream().filter(t -> t.source().qualifiedName().equals(name)).toList();
    if (found.isEmpty()) {
      found = tables.stream().filter(t -> t.source().name().equals(name)).toList();
    }
    if (found.size() != 1) {
      throw new NotReady(
          found.isEmpty()
              ? "no table %s is carried, only %s".formatted(name, String.join(", ", names))
              : "more than one table is called %s: write its schema too".formatted(name),
          "cratectl phase");
    }
    return found.getFirst();
  }

  private long newestPlan() throws SQLException {
    if (!schema.state().pending().isEmpty()) {
      throw new NotReady("the target's schema is not up to date", "cratectl schema --execute");
    }
    return plans.newest().orElseThrow(() -> new NotReady("there is no plan yet", "cratectl plan"));
  }
}
