@NullMarked
package culturalintelligence.persistence.carried;

import org.jspecify.annotations.NullMarked;
