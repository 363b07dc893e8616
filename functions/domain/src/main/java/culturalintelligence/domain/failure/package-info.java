/** What can go wrong, by who must act. */
@NullMarked
package culturalintelligence.domain.failure;

import org.jspecify.annotations.NullMarked;
