/** Starts everything, and does once what an operator would do. */
@NullMarked
package culturalintelligence.localdev.run;

import org.jspecify.annotations.NullMarked;
