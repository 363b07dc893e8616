package culturalintelligence.analysis.http;

import culturalintelligence.analysis.Analyses;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.ContentHash;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestPath;

/** One file looked up. */
@Path("/api")
public class LookUpResource {
  private final Analyses analyses;
  private final Reply reply;

  LookUpResource(Analyses analyses, Reply reply) {
    this.analyses = analyses;
    this.reply = reply;
  }

  @GET
  @Path("/v3.2/file/path")
  public Response byPath() {
    RoutingContext context = reply.context();
    String path = context == null ? null : Address.parameter(context.request().uri(), "path");
    if (path == null || path.isBlank()) {
      throw new Refusal(FailureCode.PATH_REQUIRED, "path parameter required");
    }
    return reply.outcome(analyses.lookUp(path));
  }

  @GET
  @Path("/v3.2/file/hash/{hash}")
  public Response byHash(@RestPath String hash) {
    return reply.outcome(
        analyses.lookUp(
            ContentHash.parse(hash)
                .orElseThrow(
                    () ->
                        new Refusal(
                            FailureCode.MALFORMED_HASH,
                            "A file hash is 64 hexadecimal digits (SHA-256)"))));
  }
}
