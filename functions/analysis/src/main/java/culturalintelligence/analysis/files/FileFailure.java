package culturalintelligence.analysis.files;

import culturalintelligence.domain.failure.Failure;
import culturalintelligence.domain.failure.FailureCode;
import java.io.IOException;

/** Bytes that cannot be had, with the reason in the contract's words. */
public final class FileFailure extends IOException {
  private final transient Failure failure;

  FileFailure(FailureCode code, String sentence) {
    super(sentence);
    this.failure = new Failure(code, sentence);
  }

  FileFailure(Failure failure, Throwable cause) {
    super(failure.sentence(), cause);
    this.failure = failure;
  }

  /** What the client, or the operator, is told. */
  public Failure failure() {
    return failure;
  }
}
