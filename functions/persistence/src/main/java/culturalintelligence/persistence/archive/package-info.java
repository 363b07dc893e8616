/** An old table written out before it goes, and brought back from there. */
@NullMarked
package culturalintelligence.persistence.archive;

import org.jspecify.annotations.NullMarked;
