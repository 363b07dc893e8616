/** A PostgreSQL of the tests' own, with the target's schema in it. */
@NullMarked
package culturalintelligence.testkit.database;

import org.jspecify.annotations.NullMarked;
