package culturalintelligence.operations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import culturalintelligence.domain.migration.Assessment;
import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.Progress;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.capture.CaptureStatus;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.ProgressLedger;
import culturalintelligence.persistence.postgres.SourceDatabase;
import culturalintelligence.persistence.postgres.TargetDatabase;
import culturalintelligence.persistence.source.SourceCatalog;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The operator's verbs over HTTP. All of them can be said twice: a plan is made once, a start
 * queues what is still to be done, a verification asks for a fresh one.
 */
@Path("/operations")
@Produces(MediaType.APPLICATION_JSON)
public class OperationsResource {
  private static final int MOST_LISTED = 1_000;
  private static final Logger LOG = Logger.getLogger(OperationsResource.class);

  private final SourceDatabase source;
  private final TargetDatabase target;
  private final SourceCatalog catalog;
  private final TargetSchema schema;
  private final PlanLedger plans;
  private final ProgressLedger progress;
  private final ChunkQueue queue;
  private final CaptureStatus captured;

  OperationsResource(
      SourceDatabase source,
      TargetDatabase target,
      SourceCatalog catalog,
      TargetSchema schema,
      PlanLedger plans,
      ProgressLedger progress,
      ChunkQueue queue,
      CaptureStatus captured) {
    this.source = source;
    this.target = target;
    this.catalog = catalog;
    this.schema = schema;
    this.plans = plans;
    this.progress = progress;
    this.queue = queue;
    this.captured = captured;
  }

  /** What the target's schema is and what is pending; nothing is changed. */
  @GET
  @Path("/schema")
  public TargetSchema.State schema() {
    return schema.state();
  }

  /** Applies the pending migrations of the target's schema. */
  @POST
  @Path("/schema")
  public TargetSchema.State applySchema() {
    return schema.apply();
  }

  /** A music table that was found. */
  public record Discovered(
      String table,
      long estimatedRows,
      long totalBytes,
      List<String> key,
      int columns,
      Assessment.Verdict verdict,
      List<String> reasons,
      String mapping) {}

  /** The music tables of the source; nothing is written anywhere. */
  public record Discovery(String source, List<Discovered> tables) {}

  @GET
  @Path("/discover")
  public Discovery discover() throws SQLException {
    return new Discovery(
        source.describe(),
        catalog.discover().stream().map(OperationsResource::discovered).toList());
  }

  private static Discovered discovered(SourceTable table) {
    Assessment assessment = table.assess();
    return new Discovered(
        table.qualifiedName(),
        table.estimatedRows(),
        table.totalBytes(),
        table.key(),
        table.columns().size(),
        assessment.verdict(),
        assessment.reasons(),
        assessment.verdict() == Assessment.Verdict.CANNOT ? "none" : Mapping.propose(table).name());
  }

  /** Makes the plan, or gives the one there is. */
  public record Planned(long plan, boolean created, Progress progress) {}

  @POST
  @Path("/plan")
  public Planned plan() throws SQLException {
    requireSchema();
    PlanLedger.Planned planned = plans.plan();
    return new Planned(planned.plan(), planned.created(), progressOf(planned.plan()));
  }

  /** How many messages were queued. */
  public record Queued(long plan, int chunks) {}

  /** Lets the run go on: queues every chunk that is not copied yet. */
  @POST
  @Path("/start")
  public Queued start() throws SQLException {
    long plan = newestPlan();
    var chunks = plans.start(plan);
    queue.copy(chunks);
    return new Queued(plan, chunks.size());
  }

  /** Holds the run: no worker takes another chunk. Start lets it go on. */
  @POST
  @Path("/pause")
  public Progress pause() throws SQLException {
    long plan = newestPlan();
    plans.pause(plan, true);
    return progressOf(plan);
  }

  /**
   * Where the run stands, and how far it is behind.
   *
   * @param changes what was captured and waits; null when the source could not be asked
   */
  public record Status(@JsonUnwrapped Progress progress, CaptureStatus.@Nullable Now changes) {}

  @GET
  @Path("/status")
  public Status status() throws SQLException {
    long plan = newestPlan();
    return new Status(progressOf(plan), changes(plan));
  }

  /** A source that is away must not hide where the run stands. */
  private CaptureStatus.@Nullable Now changes(long plan) {
    try {
      return captured.now(plan);
    } catch (SQLException e) {
      LOG.infof("what waits in the source is not known: %s", e.getMessage());
      return null;
    }
  }

  /** Asks for a fresh comparison of everything that is copied. */
  @POST
  @Path("/verify")
  public Queued verify() throws SQLException {
    long plan = newestPlan();
    var chunks = plans.askForVerification(plan);
    queue.verify(chunks);
    return new Queued(plan, chunks.size());
  }

  /** What the newest comparison found. */
  public record Report(
      String source,
      String target,
      Progress progress,
      ProgressLedger.@Nullable Counted counted,
      List<Difference> differences,
      List<ProgressLedger.Quarantined> quarantined) {}

  /**
   * The report of the run.
   *
   * @param limit how many differences and how many rows of quarantine to list
   */
  @GET
  @Path("/report")
  public Report report(@QueryParam("limit") @DefaultValue("100") int limit) throws SQLException {
    long plan = newestPlan();
    int most = Math.clamp(limit, 0, MOST_LISTED);
    return new Report(
        source.describe(),
        target.describe(),
        progressOf(plan),
        progress.counted(plan).orElse(null),
        progress.differences(plan, most),
        progress.quarantined(plan, most));
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
