/** The ledger of a run: plan, chunks, attempts, outcomes. The truth about progress. */
@NullMarked
package culturalintelligence.persistence.ledger;

import org.jspecify.annotations.NullMarked;
