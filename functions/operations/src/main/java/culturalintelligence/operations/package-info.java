/** The function an operator talks to: schema, discover, plan, start, pause, status, verify. */
@NullMarked
package culturalintelligence.operations;

import org.jspecify.annotations.NullMarked;
