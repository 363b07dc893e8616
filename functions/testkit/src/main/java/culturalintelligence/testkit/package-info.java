@NullMarked
package culturalintelligence.testkit;

import org.jspecify.annotations.NullMarked;
