/** Changes MetaCrate makes while a run goes: caught there, applied here. */
@NullMarked
package culturalintelligence.persistence.capture;

import org.jspecify.annotations.NullMarked;
