/** The function that compares one chunk of an old table with what was made of it. */
@NullMarked
package culturalintelligence.verification;

import org.jspecify.annotations.NullMarked;
