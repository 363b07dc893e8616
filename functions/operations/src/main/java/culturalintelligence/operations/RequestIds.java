package culturalintelligence.operations;

import culturalintelligence.persistence.observability.RequestId;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** A name for each request, unless it has one: in the one-process mode analysis gives it. */
class RequestIds {
  @ServerRequestFilter(preMatching = true)
  void name(ContainerRequestContext request) {
    if (MDC.get("request_id") == null) {
      RequestId.begin(request::getHeaderString);
    }
  }

  @ServerResponseFilter
  void tell(ContainerResponseContext response) {
    Object id = MDC.get("request_id");
    if (id != null) {
      response.getHeaders().putSingle(RequestId.HEADER, id);
    }
  }
}
