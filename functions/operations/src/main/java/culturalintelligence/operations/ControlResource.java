package culturalintelligence.operations;

import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.migration.Throttle;
import culturalintelligence.persistence.ledger.ControlLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.ProgressLedger;
import culturalintelligence.persistence.queue.DeadLetters;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a run that goes on is held back, ended, and helped along. */
@Path("/operations")
@Produces(MediaType.APPLICATION_JSON)
public class ControlResource {
  private static final int MOST_LISTED = 1_000;
  private static final int MOST_LIMIT = 1_000_000;

  private final TargetSchema schema;
  private final PlanLedger plans;
  private final ProgressLedger progress;
  private final ControlLedger control;
  private final ChunkQueue queue;
  private final DeadLetters deadLetters;

  ControlResource(
      TargetSchema schema,
      PlanLedger plans,
      ProgressLedger progress,
      ControlLedger control,
      ChunkQueue queue,
      DeadLetters deadLetters) {
    this.schema = schema;
    this.plans = plans;
    this.progress = progress;
    this.control = control;
    this.queue = queue;
    this.deadLetters = deadLetters;
  }

  /** What a plan would be; nothing is written anywhere. */
  @GET
  @Path("/plan/dry-run")
  public PlanLedger.DryRun dryRun() throws SQLException {
    return plans.dryRun();
  }

  /** Lets a paused or cancelled run go on: the same as a start. */
  @POST
  @Path("/resume")
  public OperationsResource.Queued resume() throws SQLException {
    long plan = newestPlan();
    var chunks = plans.start(plan);
    queue.copy(chunks);
    return new OperationsResource.Queued(plan, chunks.size());
  }

  /**
   * Changes limits: a number sets one, 0 takes it away, what is not named stays.
   *
   * @param workers chunks copied at once
   */
  public record Limits(
      @Nullable Integer workers,
      @Nullable Integer active,
      @Nullable Integer lagMillis,
      @Nullable Integer probeMillis) {}

  @POST
  @Path("/throttle")
  @Consumes(MediaType.APPLICATION_JSON)
  public Progress throttle(Limits limits) throws SQLException {
    long plan = newestPlan();
    Throttle now = control.throttle(plan);
    control.throttle(
        plan,
        new Throttle(
            changed(now.workers(), limits.workers()),
            changed(now.active(), limits.active()),
            changed(now.lagMillis(), limits.lagMillis()),
            changed(now.probeMillis(), limits.probeMillis())));
    return progressOf(plan);
  }

  private static @Nullable Integer changed(@Nullable Integer now, @Nullable Integer to) {
    if (to == null) {
      return now;
    }
    if (to < 0 || to > MOST_LIMIT) {
      throw new NotReady(
          "a limit is between 0 (none) and %,d".formatted(MOST_LIMIT), "cratectl throttle --help");
    }
    return to == 0 ? null : to;
  }

  /** What a cancel came to. */
  public record Cancelled(
      long plan, int attempts, ControlLedger.@Nullable Discarded discarded, boolean executed) {}

  /**
   * Ends the run's work; what is copied stays.
   *
   * @param discard also say what was copied, or with {@code execute} remove it
   */
  @POST
  @Path("/cancel")
  public Cancelled cancel(
      @QueryParam("discard") @DefaultValue("false") boolean discard,
      @QueryParam("execute") @DefaultValue("false") boolean execute)
      throws SQLException {
    long plan = newestPlan();
    int attempts = control.cancel(plan);
    return new Cancelled(
        plan, attempts, discard ? control.discard(plan, execute) : null, discard && execute);
  }

  /** Messages that failed, with their reasons, and how many the queue gave up. */
  public record DeadLettersFound(
      List<DeadLetters.Letter> letters, DeadLetters.Redriven queue, boolean executed) {}

  @GET
  @Path("/dead-letters")
  public DeadLettersFound deadLetters() throws SQLException {
    requireSchema();
    return new DeadLettersFound(deadLetters.letters(MOST_LISTED), deadLetters.waiting(), false);
  }

  /** Sends dead letters back to their queues. */
  @POST
  @Path("/redrive")
  public DeadLettersFound redrive() throws SQLException {
    requireSchema();
    DeadLetters.Redriven redriven = deadLetters.redrive();
    return new DeadLettersFound(deadLetters.letters(MOST_LISTED), redriven, true);
  }

  private void requireSchema() {
    if (!schema.state().pending().isEmpty()) {
      throw new NotReady("the target's schema is not up to date", "cratectl schema --execute");
    }
  }

  private long newestPlan() throws SQLException {
    requireSchema();
    return plans.newest().orElseThrow(() -> new NotReady("there is no plan yet", "cratectl plan"));
  }

  private Progress progressOf(long plan) throws SQLException {
    return progress
        .progress(plan)
        .orElseThrow(() -> new NotReady("there is no plan " + plan, "cratectl plan"));
  }
}
