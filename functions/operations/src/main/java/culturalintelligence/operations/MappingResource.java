package culturalintelligence.operations;

import culturalintelligence.domain.migration.Selection;
import culturalintelligence.persistence.ledger.MappingLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.mapping.MappingDocument;
import culturalintelligence.persistence.mapping.MappingProblem;
import culturalintelligence.persistence.mapping.MappingProblems;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What becomes of the tables: proposed, checked, frozen. */
@Path("/operations/mapping")
@Produces(MediaType.APPLICATION_JSON)
public class MappingResource {
  private static final int MOST_BYTES = 8 << 20;

  private final MappingLedger mappings;
  private final PlanLedger plans;
  private final TargetSchema schema;

  MappingResource(MappingLedger mappings, PlanLedger plans, TargetSchema schema) {
    this.mappings = mappings;
    this.plans = plans;
    this.schema = schema;
  }

  /**
   * The mapping as it stands.
   *
   * @param version null while nothing is frozen: the document is a proposal
   * @param digest SHA-256 of the document's bytes; null while nothing is frozen
   * @param plan the plan that maps by a version, if one was made; it keeps that version
   * @param planVersion the version it maps by
   * @param document the JSON text
   * @param misfits values that stayed in their carried rows alone, of what is copied
   */
  public record Shown(
      @Nullable Integer version,
      @Nullable String digest,
      @Nullable String origin,
      @Nullable Instant frozenAt,
      @Nullable Long plan,
      @Nullable Integer planVersion,
      String document,
      List<MappingLedger.MisfitCount> misfits) {}

  /** The frozen mapping; or, where there is none or tables are named, a proposal. */
  @GET
  public Shown show(
      @QueryParam("schema") List<String> schemas, @QueryParam("table") List<String> tables)
      throws SQLException {
    requireSchema();
    var newest = mappings.newest();
    boolean asked = !schemas.isEmpty() || !tables.isEmpty();
    if (newest.isEmpty() || asked) {
      String proposal = mappings.propose(Selection.of(schemas, tables));
      return new Shown(null, null, null, null, null, null, proposal, List.of());
    }
    return shown(newest.get());
  }

  private Shown shown(MappingLedger.Frozen frozen) throws SQLException {
    OptionalLong plan = plans.newest();
    if (plan.isEmpty()) {
      return new Shown(
          frozen.version(),
          frozen.digest(),
          frozen.origin(),
          frozen.frozenAt(),
          null,
          null,
          frozen.document(),
          List.of());
    }
    long id = plan.getAsLong();
    return new Shown(
        frozen.version(),
        frozen.digest(),
        frozen.origin(),
        frozen.frozenAt(),
        id,
        mappings.ofRun(id).map(MappingLedger.Frozen::version).orElse(null),
        frozen.document(),
        mappings.misfits(id));
  }

  /** The JSON Schema of such a document, for an editor that helps and for programs. */
  @GET
  @Path("/schema")
  @Produces("application/schema+json")
  public String documentSchema() {
    return MappingDocument.schema();
  }

  /** A document that could be frozen. */
  public record Checked(int tables) {}

  /** Reads a document against the source, and changes nothing. */
  @POST
  @Path("/check")
  @Consumes(MediaType.WILDCARD)
  public Checked check(InputStream document) throws SQLException, IOException {
    return new Checked(mappings.check(text(document)));
  }

  /** Freezes a document that fits; plans made from then on map by it. */
  @PUT
  @Consumes(MediaType.WILDCARD)
  public Shown freeze(InputStream document) throws SQLException, IOException {
    requireSchema();
    return shown(mappings.freeze(text(document)));
  }

  private static String text(InputStream document) throws IOException {
    byte[] bytes = document.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new MappingProblems(
          List.of(new MappingProblem(1, 1, "", "over %d bytes".formatted(MOST_BYTES))));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void requireSchema() {
    if (!schema.state().pending().isEmpty()) {
      throw new NotReady("the target's schema is not up to date", "cratectl schema --execute");
    }
  }
}
