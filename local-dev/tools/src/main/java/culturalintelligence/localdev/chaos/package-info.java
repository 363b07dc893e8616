/** Histories of faults, played against real servers and told again by their seed. */
@NullMarked
package culturalintelligence.localdev.chaos;

import org.jspecify.annotations.NullMarked;
