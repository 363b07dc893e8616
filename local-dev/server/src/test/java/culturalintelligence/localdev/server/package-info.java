/** The path of a migration from plan to proof, and the laws between the modules. */
@NullMarked
package culturalintelligence.localdev.server;

import org.jspecify.annotations.NullMarked;
