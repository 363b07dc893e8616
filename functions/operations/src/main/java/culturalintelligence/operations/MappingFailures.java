package culturalintelligence.operations;

import culturalintelligence.persistence.mapping.MappingProblem;
import culturalintelligence.persistence.mapping.MappingProblems;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** A mapping document that can't be used, as JSON that names each place. */
class MappingFailures {

  /** The body that says what is wrong where. */
  record Problems(
      String status, String code, String error, List<MappingProblem> problems, String next) {}

  @ServerExceptionMapper
  Response problems(MappingProblems e) {
    return Response.status(Response.Status.CONFLICT)
        .type(MediaType.APPLICATION_JSON)
        .entity(
            new Problems(
                "error",
                "MAPPING",
                String.valueOf(e.getMessage()),
                e.problems(),
                "cratectl map --edit FILE"))
        .build();
  }
}
