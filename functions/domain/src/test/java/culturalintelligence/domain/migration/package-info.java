/** The migration's rules, tried out. */
@NullMarked
package culturalintelligence.domain.migration;

import org.jspecify.annotations.NullMarked;
