/** What runs where on AWS, and what it may do there. */
@NullMarked
package culturalintelligence.infra;

import org.jspecify.annotations.NullMarked;
