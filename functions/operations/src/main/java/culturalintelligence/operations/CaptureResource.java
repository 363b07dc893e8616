package culturalintelligence.operations;

import culturalintelligence.domain.migration.ChunkQueue;
import culturalintelligence.persistence.capture.CaptureInstaller;
import culturalintelligence.persistence.capture.CaptureStatus;
import culturalintelligence.persistence.ledger.PlanLedger;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Catching the source's changes: what it takes, doing it, undoing it, and how far behind we are.
 */
@Path("/operations")
@Produces(MediaType.APPLICATION_JSON)
public class CaptureResource {
  private final TargetSchema schema;
  private final PlanLedger plans;
  private final CaptureInstaller installer;
  private final CaptureStatus status;
  private final ChunkQueue queue;

  CaptureResource(
      TargetSchema schema,
      PlanLedger plans,
      CaptureInstaller installer,
      CaptureStatus status,
      ChunkQueue queue) {
    this.schema = schema;
    this.plans = plans;
    this.installer = installer;
    this.status = status;
    this.queue = queue;
  }

  /** Whether changes are captured, what waits, and what an installation would run. */
  public record Capture(
      CaptureStatus.Now now, CaptureInstaller.Installation installation, String uninstallation) {}

  @GET
  @Path("/capture")
  public Capture capture() throws SQLException {
    long plan = newestPlan();
    return new Capture(status.now(plan), installer.plan(plan), installer.uninstallSql());
  }

  /** What waits, alone: cheap enough to be asked for every second. */
  @GET
  @Path("/capture/lag")
  public CaptureStatus.Now lag() throws SQLException {
    return status.now(newestPlan());
  }

  /** Installs outbox and triggers; what is there already stays. */
  @POST
  @Path("/capture")
  public Capture install() throws SQLException {
    long plan = newestPlan();
    CaptureInstaller.Installation installation = installer.install(plan);
    return new Capture(status.now(plan), installation, installer.uninstallSql());
  }

  /**
   * Takes them out of the source.
   *
   * @param discard also when changes wait that nobody has applied yet
   */
  @DELETE
  @Path("/capture")
  public CaptureStatus.Now uninstall(@QueryParam("discard") @DefaultValue("false") boolean discard)
      throws SQLException {
    long plan = newestPlan();
    installer.uninstall(plan, discard);
    return status.now(plan);
  }

  /** Asks for a drain now, whatever the schedule says. */
  @POST
  @Path("/drain")
  public CaptureStatus.Now drain() throws SQLException {
    long plan = newestPlan();
    queue.drain(plan);
    return status.now(plan);
  }

  @ServerExceptionMapper
  public Response refused(CaptureInstaller.Refused e) {
    return Response.status(Response.Status.CONFLICT)
        .type(MediaType.APPLICATION_JSON)
        .entity(new Failures.Failure("error", "CAPTURE", String.valueOf(e.getMessage()), e.next()))
        .build();
  }

  private long newestPlan() throws SQLException {
    if (!schema.state().pending().isEmpty()) {
      throw new NotReady("the target's schema is not up to date", "cratectl schema --execute");
    }
    return plans.newest().orElseThrow(() -> new NotReady("there is no plan yet", "cratectl plan"));
  }
}
