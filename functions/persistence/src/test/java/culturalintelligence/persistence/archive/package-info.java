/** Tests. */
@NullMarked
package culturalintelligence.persistence.archive;

import org.jspecify.annotations.NullMarked;
