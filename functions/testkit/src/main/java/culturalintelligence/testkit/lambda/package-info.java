/** What AWS Lambda is to a packaged function: the runtime API, a sandbox, and events. */
@NullMarked
package culturalintelligence.testkit.lambda;

import org.jspecify.annotations.NullMarked;
