@NullMarked
package culturalintelligence.persistence.secrets;

import org.jspecify.annotations.NullMarked;
