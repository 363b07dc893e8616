/**
 * Jobs over many files: what was asked, who works on it, what came of it. Stands here because
 * operations and verification ask, and analysis answers, and no function may import another.
 */
@NullMarked
package culturalintelligence.persistence.jobs;

import org.jspecify.annotations.NullMarked;
