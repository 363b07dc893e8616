package culturalintelligence.localdev.run;

import java.time.Duration;
import java.time.Instant;

/** One line that lives: rewritten in place on a terminal, now and then a new one elsewhere. */
final class ProgressLine {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);

  // From JDK 25 on it is null again where there is no terminal.
  @SuppressWarnings("SystemConsoleNull")
  private final boolean terminal = System.console() != null && System.console().isTerminal();

  private Instant last = Instant.EPOCH;
  private String shown = "";

  void show(String text) {
    if (terminal) {
      System.err.print("\r" + text + " ".repeat(Math.max(0, shown.length() - text.length())));
      System.err.flush();
    } else if (Instant.now().isAfter(last.plus(BETWEEN_LINES))) {
      System.err.println(text);
      last = Instant.now();
    }
    shown = text;
  }

  /** Leaves the last text standing. */
  void end() {
    if (terminal) {
      System.err.println();
    }
    shown = "";
  }
}
