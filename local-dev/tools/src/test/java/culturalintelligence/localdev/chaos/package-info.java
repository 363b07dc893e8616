/** Histories of faults in the ordinary test run. */
@NullMarked
package culturalintelligence.localdev.chaos;

import org.jspecify.annotations.NullMarked;
