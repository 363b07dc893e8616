/** The HTTP edge: decode, call, map. The contract's shapes, sentences and codes are here. */
@NullMarked
package culturalintelligence.analysis.http;

import org.jspecify.annotations.NullMarked;
