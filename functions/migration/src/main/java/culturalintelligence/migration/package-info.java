/** The function that copies one chunk of an old table. */
@NullMarked
package culturalintelligence.migration;

import org.jspecify.annotations.NullMarked;
