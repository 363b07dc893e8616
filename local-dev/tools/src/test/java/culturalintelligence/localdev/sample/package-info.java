/** Tests of the sample library. */
@NullMarked
package culturalintelligence.localdev.sample;

import org.jspecify.annotations.NullMarked;
