/** The migration's rules: what is copied, in which pieces, and which state each piece is in. */
@NullMarked
package culturalintelligence.domain.migration;

import org.jspecify.annotations.NullMarked;
