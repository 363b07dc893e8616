/** A bucket of the tests' own, which can be slow, deny, break off and ignore ranges. */
@NullMarked
package culturalintelligence.testkit.storage;

import org.jspecify.annotations.NullMarked;
