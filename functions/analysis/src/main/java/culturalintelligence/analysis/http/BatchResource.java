package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.analysis.Analyses;
import culturalintelligence.analysis.AnalysisSettings;
import culturalintelligence.analysis.Outcome;
import culturalintelligence.domain.failure.FailureCode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;

/** Several files analysed. */
@Path("/api")
@Consumes(MediaType.APPLICATION_JSON)
public class BatchResource {
  private final Analyses analyses;
  private final AnalysisSettings settings;
  private final Reply reply;

  BatchResource(Analyses analyses, AnalysisSettings settings, Reply reply) {
    this.analyses = analyses;
    this.settings = settings;
    this.reply = reply;
  }

  @POST
  @Path("/v3.2/batch")
  public Response batch(byte[] body) {
    List<String> paths = RequestBody.of(body).filePaths();
    if (paths.size() > settings.batchCap()) {
      throw new Refusal(
          FailureCode.BATCH_TOO_LARGE,
          "A batch may hold "
              + settings.batchCap()
              + " paths, not "
              + paths.size()
              + "; nothing of it was analysed",
          Map.of("max_batch_size", (long) settings.batchCap()));
    }
    List<Outcome> outcomes = analyses.analyseAll(paths);
    Logged.outcomes(reply.context(), outcomes);
    return reply.json(200, body(paths, outcomes));
  }

  /** The second client's name for the same. */
  @POST
  @Path("/track/batch")
  public Response trackBatch(byte[] body) {
    return batch(body);
  }

  private ObjectNode body(List<String> paths, List<Outcome> outcomes) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("status", "success");
    ArrayNode results = node.putArray("results");
    int failed = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      ObjectNode result = Answers.of(outcomes.get(i), reply.style(), reply.watch());
      result.put("file_path", paths.get(i));
      results.add(result);
      failed += outcomes.get(i) instanceof Outcome.Failed ? 1 : 0;
    }
    node.put("total_files", outcomes.size());
    node.put("successful", outcomes.size() - failed);
    node.put("failed", failed);
    node.set("api_info", Answers.apiInfo(reply.watch()));
    return node;
  }
}
