package culturalintelligence.operations;

import culturalintelligence.persistence.archive.ArchivePlace;
import culturalintelligence.persistence.archive.FolderPlace;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.phase.PhaseLedger;
import culturalintelligence.persistence.verification.EvidenceBundles;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Evidence bundles: made, given, and checked again. */
@Path("/operations/evidence")
@Produces(MediaType.APPLICATION_JSON)
public class EvidenceResource {
  private static final Logger LOG = Logger.getLogger(EvidenceResource.class);

  private final PlanLedger plans;
  private final EvidenceBundles bundles;
  private final PhaseLedger phases;
  private final Archives archives;

  EvidenceResource(
      PlanLedger plans, EvidenceBundles bundles, PhaseLedger phases, Archives archives) {
    this.plans = plans;
    this.bundles = bundles;
    this.phases = phases;
    this.archives = archives;
  }

  /** Makes a bundle of the run as it stands. */
  @POST
  public String make() throws SQLException {
    return bundles.make(newestPlan());
  }

  /** The newest bundle. */
  @GET
  public String newest() throws SQLException {
    return bundles
        .newest(newestPlan())
        .orElseThrow(() -> new NotReady("there is no evidence yet", "cratectl evidence"));
  }

  /** Computes the sums of a bundle again. */
  @POST
  @Path("/check")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response check(String bundle) throws SQLException, IOException {
    try {
      return Response.ok(bundles.check(bundle, this::archiveOf)).build();
    } catch (IllegalArgumentException e) {
      return Response.status(Response.Status.BAD_REQUEST)
          .type(MediaType.APPLICATION_JSON)
          .entity(
              new Failures.Failure(
                  "error", "NOT_A_BUNDLE", String.valueOf(e.getMessage()), "cratectl evidence"))
          .build();
    }
  }

  /** Where the ledger says it was written; else the folder of the table's name. */
  private @Nullable ArchivePlace archiveOf(String table) {
    java.nio.file.Path root = archives.root();
    if (root == null) {
      return null;
    }
    try {
      for (PlannedTable planned : plans.carriedTables(newestPlan())) {
        String archive = phases.standing(planned).archive();
        if (planned.source().qualifiedName().equals(table) && archive != null) {
          Archives.Named named = archives.named(archive);
          return named == null ? null : named.place();
        }
      }
    } catch (SQLException | NotReady e) {
      LOG.debugf("the ledger names no archive of %s: %s", table, e.getMessage());
    }
    if (table.contains("/") || table.contains("\\") || table.contains("..")) {
      return null;
    }
    java.nio.file.Path folder = root.resolve(table);
    return Files.isDirectory(folder) ? new FolderPlace(folder) : null;
  }

  private long newestPlan() throws SQLException {
    return plans.newest().orElseThrow(() -> new NotReady("there is no plan yet", "cratectl plan"));
  }
}
