@NullMarked
package culturalintelligence.migration;

import org.jspecify.annotations.NullMarked;
