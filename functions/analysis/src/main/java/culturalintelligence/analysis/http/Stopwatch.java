package culturalintelligence.analysis.http;

/** How long a request has taken so far. */
record Stopwatch(long startedNanos) {
  static Stopwatch start() {
    return new Stopwatch(System.nanoTime());
  }

  long millis() {
    return micros() / 1000;
  }

  long micros() {
    return (System.nanoTime() - startedNanos) / 1000;
  }
}
