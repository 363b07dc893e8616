package culturalintelligence.persistence.ledger;

import culturalintelligence.domain.migration.Assessment;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.carried.CarriedTable;

/**
 * A table of a plan.
 *
 * @param id its number in the ledger
 * @param carriedName its name below {@code carried} and {@code metacrate}
 */
public record PlannedTable(
    long id, long plan, SourceTable source, String carriedName, Assessment assessment) {

  public Mapping mapping() {
    return Mapping.propose(source);
  }

  public CarriedTable carried() {
    return new CarriedTable(source, mapping(), carriedName);
  }
}
