/** The synthesised template, property by property. */
@NullMarked
package culturalintelligence.infra;

import org.jspecify.annotations.NullMarked;
