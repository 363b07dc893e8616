/** Identical files, and which of them is the one to keep. */
@NullMarked
package culturalintelligence.domain.duplicates;

import org.jspecify.annotations.NullMarked;
