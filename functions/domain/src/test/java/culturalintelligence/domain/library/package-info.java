@NullMarked
package culturalintelligence.domain.library;

import org.jspecify.annotations.NullMarked;
