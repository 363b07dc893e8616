/**
 * Where the music lies: paths as clients write them, the roots they are under, and what is kept.
 */
@NullMarked
package culturalintelligence.domain.library;

import org.jspecify.annotations.NullMarked;
