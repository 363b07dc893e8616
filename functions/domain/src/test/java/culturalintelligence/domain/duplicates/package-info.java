@NullMarked
package culturalintelligence.domain.duplicates;

import org.jspecify.annotations.NullMarked;
