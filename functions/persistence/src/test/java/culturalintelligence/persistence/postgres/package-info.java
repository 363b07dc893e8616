/** Tests. */
@NullMarked
package culturalintelligence.persistence.postgres;

import org.jspecify.annotations.NullMarked;
