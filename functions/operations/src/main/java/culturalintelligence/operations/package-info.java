@NullMarked
package culturalintelligence.operations;

import org.jspecify.annotations.NullMarked;
