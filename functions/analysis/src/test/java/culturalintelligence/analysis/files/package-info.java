@NullMarked
package culturalintelligence.analysis.files;

import org.jspecify.annotations.NullMarked;
