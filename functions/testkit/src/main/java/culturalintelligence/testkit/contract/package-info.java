/** What every implementation of a port must do: extend a contract and say how to come by one. */
@NullMarked
package culturalintelligence.testkit.contract;

import org.jspecify.annotations.NullMarked;
