/** MetaCrate's database: what is in it, and its rows. Only ever read. */
@NullMarked
package culturalintelligence.persistence.source;

import org.jspecify.annotations.NullMarked;
