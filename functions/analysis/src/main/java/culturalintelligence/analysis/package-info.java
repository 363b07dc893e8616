@NullMarked
package culturalintelligence.analysis;

import org.jspecify.annotations.NullMarked;
