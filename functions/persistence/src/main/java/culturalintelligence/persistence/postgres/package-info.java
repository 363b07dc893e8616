/** Reaching a PostgreSQL server for bulk work: addresses, connections, quoting. */
@NullMarked
package culturalintelligence.persistence.postgres;

import org.jspecify.annotations.NullMarked;
