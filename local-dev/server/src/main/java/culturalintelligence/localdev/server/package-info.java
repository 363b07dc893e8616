/** All functions in one process: what AWS does between the queue and a function is done here. */
@NullMarked
package culturalintelligence.localdev.server;

import org.jspecify.annotations.NullMarked;
