package culturalintelligence.analysis.http;

import static org.assertj.core.api.Assertions.assertThat;

import culturalintelligence.domain.library.RequestLog;
import culturalintelligence.testkit.contract.RequestLogContract;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The service's own requests are not logged here: what is counted is what the test appends. */
@QuarkusTest
@TestProfile(BehindAProxy.class)
@QuarkusTestResource(value = TargetDatabaseResource.class, restrictToAnnotatedClass = true)
class RequestLogInPostgresTest extends RequestLogContract {
  @Inject RequestLog log;

  @Override
  protected RequestLog log() {
    return log;
  }

  @Override
  protected long kept(String route) {
    return TargetDatabaseResource.database()
        .number("select count(*) from api_request where route = '" + route + "'");
  }

  private static long partitions(LocalDate day) {
    return TargetDatabaseResource.database()
        .number(
            "select count(*) from pg_inherits where inhrelid = to_regclass('api_request_"
                + day.toString().replace("-", "")
                + "')");
  }

  /** Retention is the drop of a partition, not the delete of its rows; the sums stay. */
  @Test
  void daysThatAreTooOldAreDroppedWhole() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    LocalDate old = today.minusDays(35);
    TargetDatabaseResource.database()
        .execute("select maintain_api_request('%s', 400)".formatted(old));
    assertThat(partitions(old)).isEqualTo(1);
    long counted = log.sums().requests();

    // The day's first append looks after the partitions; any that spans days does too.
    log.append(
        List.of(
            new RequestLog.Entry(
                Instant.now().minusSeconds(86_400),
                "GET /old",
                200,
                RequestLog.Outcome.OTHER,
                null,
                1,
                1)));

    assertThat(partitions(old)).isZero();
    assertThat(partitions(today)).isEqualTo(1);
    assertThat(log.sums().requests()).isEqualTo(counted + 1);
  }
}
