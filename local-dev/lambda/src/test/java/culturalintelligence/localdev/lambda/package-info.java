/** The packaged functions, as far as they were built, on Lambda's runtime API. */
@NullMarked
package culturalintelligence.localdev.lambda;

import org.jspecify.annotations.NullMarked;
