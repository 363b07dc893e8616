/**
 * A MetaCrate database to try everything on: generated, seeded, believable, and as dirty as real
 * ones.
 */
@NullMarked
package culturalintelligence.localdev.sample;

import org.jspecify.annotations.NullMarked;
