/** Jobs over many files: scan a folder, fill missing facts, hear files as witnesses. */
@NullMarked
package culturalintelligence.domain.jobs;

import org.jspecify.annotations.NullMarked;
