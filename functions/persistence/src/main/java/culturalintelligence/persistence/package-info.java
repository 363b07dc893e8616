@NullMarked
package culturalintelligence.persistence;

import org.jspecify.annotations.NullMarked;
