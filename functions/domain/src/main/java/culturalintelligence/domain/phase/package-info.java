/** The phases of a table's replacement, and what must hold before the next. */
@NullMarked
package culturalintelligence.domain.phase;

import org.jspecify.annotations.NullMarked;
