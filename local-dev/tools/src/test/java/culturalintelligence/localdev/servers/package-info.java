@NullMarked
package culturalintelligence.localdev.servers;

import org.jspecify.annotations.NullMarked;
