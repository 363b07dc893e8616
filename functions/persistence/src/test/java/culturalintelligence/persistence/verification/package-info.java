@NullMarked
package culturalintelligence.persistence.verification;

import org.jspecify.annotations.NullMarked;
