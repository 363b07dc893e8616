/** How an old row becomes typed rows. */
@NullMarked
package culturalintelligence.persistence.mapping;

import org.jspecify.annotations.NullMarked;
