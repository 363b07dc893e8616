/** From a library path to bytes: inside the root or not at all, opened once, hashed in one pass. */
@NullMarked
package culturalintelligence.analysis.files;

import org.jspecify.annotations.NullMarked;
