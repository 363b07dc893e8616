package culturalintelligence.localdev.run;

import com.fasterxml.jackson.databind.JsonNode;
import culturalintelligence.localdev.operator.OperatorApi;
import culturalintelligence.localdev.operator.Text;
import java.time.Duration;
import java.time.Instant;

/** The operator's part of a run: start it, watch it, and give it a push when a message was lost. */
final class Migration {
  private static final long LOOK_EVERY_MILLIS = 300;

  /** Longer than any lease here: what stands still for that long has lost its message. */
  private static final Duration STANDSTILL = Duration.ofSeconds(60);

  private final OperatorApi api;
  private final ProgressLine line = new ProgressLine();

  Migration(OperatorApi api) {
    this.api = api;
  }

  JsonNode copy() throws OperatorApi.Refused, InterruptedException {
    return until("/operations/start", "COPYING");
  }

  JsonNode verify() throws OperatorApi.Refused, InterruptedException {
    return until("/operations/verify", "VERIFYING");
  }

  private JsonNode until(String push, String phase)
      throws OperatorApi.Refused, InterruptedException {
    api.post(push);
    JsonNode progress = api.get("/operations/status");
    String before = "";
    Instant moved = Instant.now();
    while (progress.path("phase").asText().equals(phase)) {
      line.show(Text.line(progress));
      String now = progress.path("chunks").toString() + progress.path("tables");
      if (!now.equals(before)) {
        before = now;
        moved = Instant.now();
      } else if (Instant.now().isAfter(moved.plus(STANDSTILL))) {
        api.post(push);
        moved = Instant.now();
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
      progress = api.get("/operations/status");
    }
    line.show(Text.line(progress));
    line.end();
    return progress;
  }
}
