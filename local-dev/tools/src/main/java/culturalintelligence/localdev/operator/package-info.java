/** The operator's command line, and what it says. */
@NullMarked
package culturalintelligence.localdev.operator;

import org.jspecify.annotations.NullMarked;
