/** The old side as the API sees it while both systems answer: its rows, and how they compare. */
@NullMarked
package culturalintelligence.persistence.bridge;

import org.jspecify.annotations.NullMarked;
