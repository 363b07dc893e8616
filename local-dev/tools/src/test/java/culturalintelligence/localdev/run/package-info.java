/** The packaged functions, as a process of its own. */
@NullMarked
package culturalintelligence.localdev.run;

import org.jspecify.annotations.NullMarked;
