/**
 * The HTTP edge: decode, call, map. The contract's shapes, sentences and codes are here.
 *
 * <p>Every resource begins at {@code /api}: of two whose own paths both fit, only the longer is
 * searched for a method.
 */
@NullMarked
package culturalintelligence.analysis.http;

import org.jspecify.annotations.NullMarked;
