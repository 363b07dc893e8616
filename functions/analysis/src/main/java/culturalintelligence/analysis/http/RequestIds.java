package culturalintelligence.analysis.http;

import culturalintelligence.persistence.observability.RequestId;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Before everything else, the gate too: what it refuses is found in the logs as well. */
@ApplicationScoped
class RequestIds {
  private static final int BEFORE_THE_GATE = 10_001;

  void first(@Observes Filters filters) {
    filters.register(RequestIds::name, BEFORE_THE_GATE);
  }

  private static void name(RoutingContext context) {
    String id = RequestId.begin(context.request()::getHeader);
    context.response().putHeader(RequestId.HEADER, id);
    context.next();
  }
}
