@NullMarked
package culturalintelligence.persistence.observability;

import org.jspecify.annotations.NullMarked;
