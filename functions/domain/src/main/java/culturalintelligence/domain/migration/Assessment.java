package culturalintelligence.domain.migration;

import java.util.List;

/** Whether a table can be carried, and what an operator should know before. */
public record Assessment(Verdict verdict, List<String> reasons) {
  public Assessment {
    reasons = List.copyOf(reasons);
  }

  /** The three answers. */
  public enum Verdict {
    /** Every column as it is. */
    READY,
    /** Every value as it is; the reasons say what else is different. */
    READY_WITH_CHANGES,
    /** Not with this version; the reasons say why. */
    CANNOT
  }
}
