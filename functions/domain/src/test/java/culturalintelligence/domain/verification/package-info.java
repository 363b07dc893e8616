@NullMarked
package culturalintelligence.domain.verification;

import org.jspecify.annotations.NullMarked;
