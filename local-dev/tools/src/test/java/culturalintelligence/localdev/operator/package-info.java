/** Tests of the operator's command line. */
@NullMarked
package culturalintelligence.localdev.operator;

import org.jspecify.annotations.NullMarked;
