/** The canonical form of a row as SQL, computed by the server that holds the row. */
@NullMarked
package culturalintelligence.persistence.verification;

import org.jspecify.annotations.NullMarked;
