@NullMarked
package culturalintelligence.testkit.database;

import org.jspecify.annotations.NullMarked;
