package culturalintelligence.operations;

import culturalintelligence.persistence.ledger.ControlLedger;
import culturalintelligence.persistence.ledger.PlanLedger;
import culturalintelligence.persistence.postgres.NotConfigured;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** What went wrong, as JSON that says who must act and how. */
class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class);

  /** The body of every failure. */
  record Failure(String status, String code, String error, @Nullable String next) {}

  @ServerExceptionMapper
  Response notReady(NotReady e) {
    return answer(Response.Status.CONFLICT, "NOT_READY", e.getMessage(), e.next);
  }

  @ServerExceptionMapper
  Response sameDatabase(PlanLedger.SameDatabase e) {
    return answer(Response.Status.CONFLICT, "SAME_DATABASE", e.getMessage(), null);
  }

  @ServerExceptionMapper
  Response notCancelled(ControlLedger.NotCancelled e) {
    return answer(Response.Status.CONFLICT, "NOT_CANCELLED", e.getMessage(), "cratectl cancel");
  }

  @ServerExceptionMapper
  Response notConfigured(NotConfigured e) {
    return answer(
        Response.Status.SERVICE_UNAVAILABLE,
        "NOT_CONFIGURED",
        e.getMessage(),
        "set it and start again");
  }

  @ServerExceptionMapper
  Response database(SQLException e) {
    LOG.warn("a database refused", e);
    return answer(
        Response.Status.SERVICE_UNAVAILABLE, "DATABASE", sentence(e), "look at the database");
  }

  @ServerExceptionMapper
  Response schema(FlywayException e) {
    LOG.warn("the schema could not be applied or read", e);
    return answer(
        Response.Status.SERVICE_UNAVAILABLE,
        "SCHEMA",
        String.valueOf(e.getMessage()).lines().findFirst().orElse("the schema's tool failed"),
        "look at the database");
  }

  @ServerExceptionMapper
  Response queue(SdkException e) {
    LOG.warn("the queue refused", e);
    return answer(
        Response.Status.SERVICE_UNAVAILABLE,
        "QUEUE",
        String.valueOf(e.getMessage()),
        "look at QUEUE_URL");
  }

  private static String sentence(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  private static Response answer(
      Response.Status status, String code, @Nullable String error, @Nullable String next) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .entity(new Failure("error", code, String.valueOf(error), next))
        .build();
  }
}
