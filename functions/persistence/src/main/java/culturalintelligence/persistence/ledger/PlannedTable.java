package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Assessment;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.carried.CarriedTable;

/**
 * A table of a plan.
 *
 * @param id its number in the ledger
 * @param mapping what the run's document says of it, as it was when the plan was made
 * @param carriedName its name below {@code carried} and {@code metacrate}
 */
public record PlannedTable(
    long id,
    long plan,
    SourceTable source,
    String carriedName,
    Assessment assessment,
    Mapping mapping) {

  public CarriedTable carried() {
    return new CarriedTable(source, mapping, carriedName);
  }
}
