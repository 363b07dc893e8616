/** The old rows in the new database: their tables, the typed rows beside them, the views. */
@NullMarked
package culturalintelligence.persistence.carried;

import org.jspecify.annotations.NullMarked;
