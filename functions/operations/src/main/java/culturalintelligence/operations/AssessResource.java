package culturalintelligence.operations;

import culturalintelligence.domain.migration.Selection;
import culturalintelligence.domain.migration.SourceReport;
import culturalintelligence.persistence.source.SourceAssessment;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;

/** What is in the source, and what stands in the way; nothing is written anywhere. */
@Path("/operations/assess")
@Produces(MediaType.APPLICATION_JSON)
public class AssessResource {
  private final SourceAssessment assessment;

  AssessResource(SourceAssessment assessment) {
    this.assessment = assessment;
  }

  /**
   * Assesses.
   *
   * @param schemas only these; none: all
   * @param tables further tables, or with a minus before them those to leave out
   * @param exact whether to read every row
   */
  @GET
  public SourceReport assess(
      @QueryParam("schema") List<String> schemas,
      @QueryParam("table") List<String> tables,
      @QueryParam("exact") @DefaultValue("false") boolean exact)
      throws SQLException {
    return assessment.assess(Selection.of(schemas, tables), exact);
  }
}
