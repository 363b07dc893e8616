/** Tests. */
@NullMarked
package culturalintelligence.persistence.mapping;

import org.jspecify.annotations.NullMarked;
