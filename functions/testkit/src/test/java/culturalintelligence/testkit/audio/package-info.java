/** Tests of the generated audio. */
@NullMarked
package culturalintelligence.testkit.audio;

import org.jspecify.annotations.NullMarked;
