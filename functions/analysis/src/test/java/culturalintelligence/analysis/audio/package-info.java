@NullMarked
package culturalintelligence.analysis.audio;

import org.jspecify.annotations.NullMarked;
