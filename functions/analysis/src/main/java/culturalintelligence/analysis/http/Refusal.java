package culturalintelligence.analysis.http;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import java.util.Map;

/** Ends the decoding of a request that is no request; mapped to the contract's error. */
final class Refusal extends RuntimeException {
  private final Failure failure;
  private final Map<String, Long> more;

  Refusal(FailureCode code, String sentence) {
    this(code, sentence, Map.of());
  }

  Refusal(FailureCode code, String sentence, Map<String, Long> more) {
    super(sentence, null, false, false);
    this.failure = new Failure(code, sentence);
    this.more = Map.copyOf(more);
  }

  Failure failure() {
    return failure;
  }

  /** Numbers the caller should know, such as the cap that was passed. */
  Map<String, Long> more() {
    return more;
  }
}
