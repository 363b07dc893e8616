@NullMarked
package culturalintelligence.verification;

import org.jspecify.annotations.NullMarked;
