/** What it means that two rows are equal: the canonical form, its digest, and how they differ. */
@NullMarked
package culturalintelligence.domain.verification;

import org.jspecify.annotations.NullMarked;
