/** Tests. */
@NullMarked
package culturalintelligence.persistence.queue;

import org.jspecify.annotations.NullMarked;
