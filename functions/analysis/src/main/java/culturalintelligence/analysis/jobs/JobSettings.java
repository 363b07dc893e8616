package culturalintelligence.analysis.jobs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How jobs over many files are worked through. */
@ConfigMapping(prefix = "cultural-intelligence.jobs")
public interface JobSettings {

  /**
   * How long a piece of work stays a worker's without a sign of life. It gives one three times as
   * often, whatever file it is at; so a killed worker's piece waits this long, a slow one's is not
   * taken away.
   */
  @WithDefault("PT30S")
  Duration lease();

  /**
   * How long one message is worked on before what is left goes under a new one. With the longest
   * file behind it, it must end before the queue shows the message again (120 s here), and before
   * the function's own limit.
   */
  @WithDefault("PT60S")
  Duration work();

  /** How often what was done meanwhile is settled: so much is done again after a kill. */
  @WithDefault("PT1S")
  Duration settle();
}
