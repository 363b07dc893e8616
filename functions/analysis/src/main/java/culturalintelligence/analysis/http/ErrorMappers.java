package culturalintelligence.analysis.http;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.StoreUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every exception that leaves a resource, as the contract's error. */
class ErrorMappers {
  private static final Logger LOG = Logger.getLogger(ErrorMappers.class);

  private final Reply reply;

  ErrorMappers(Reply reply) {
    this.reply = reply;
  }

  @ServerExceptionMapper
  Response refused(Refusal refusal) {
    return reply.refused(refusal);
  }

  @ServerExceptionMapper
  Response unavailable(StoreUnavailableException e) {
    return reply.failed(FailureCode.DATABASE_UNAVAILABLE, "The database is unavailable");
  }

  @ServerExceptionMapper
  Response http(WebApplicationException e) {
    int status = e.getResponse().getStatus();
    Failure failure = Failures.of(status);
    return reply.failed(status, failure.code(), failure.sentence());
  }

  @ServerExceptionMapper
  Response fault(Throwable e) {
    LOG.error("a request failed", e);
    return reply.failed(FailureCode.INTERNAL_ERROR, "The service failed; its log says why");
  }
}
