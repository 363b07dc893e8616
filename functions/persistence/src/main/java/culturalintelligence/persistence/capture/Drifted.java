package culturalintelligence.persistence.capture;

import culturalintelligence.persistence.ledger.PlannedTable;

/** A source table is not what it was when it was planned or captured: to go on would lose rows. */
public final class Drifted extends RuntimeException {
  private final long plan;
  private final long table;
  private final String next;

  Drifted(PlannedTable table, String reason, String next) {
    super(table.source().qualifiedName() + ": " + reason);
    this.plan = table.plan();
    this.table = table.id();
    this.next = next;
  }

  public long plan() {
    return plan;
  }

  public long table() {
    return table;
  }

  /** What an operator can do about it. */
  public String next() {
    return next;
  }
}
