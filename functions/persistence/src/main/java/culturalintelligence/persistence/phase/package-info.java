/**
 * The switch of one table from the old side to the new, and back. Decision 0080 is its argument.
 */
@NullMarked
package culturalintelligence.persistence.phase;

import org.jspecify.annotations.NullMarked;
