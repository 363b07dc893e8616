/** Measurements, each against an anchor taken in the same run: a ratio travels, seconds don't. */
@NullMarked
package culturalintelligence.localdev.bench;

import org.jspecify.annotations.NullMarked;
