package culturalintelligence.analysis.http;

import culturalintelligence.analysis.Analyses;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** One file analysed. */
@Path("/api")
@Consumes(MediaType.APPLICATION_JSON)
public class AnalyseResource {
  private final Analyses analyses;
  private final Reply reply;

  AnalyseResource(Analyses analyses, Reply reply) {
    this.analyses = analyses;
    this.reply = reply;
  }

  @POST
  @Path("/v3.2/file/analyze")
  public Response analyse(byte[] body) {
    return reply.outcome(analyses.analyse(RequestBody.of(body).filePath()));
  }

  /** The second client's name for the same. */
  @POST
  @Path("/track/analyze")
  public Response analyseTrack(byte[] body) {
    return analyse(body);
  }
}
