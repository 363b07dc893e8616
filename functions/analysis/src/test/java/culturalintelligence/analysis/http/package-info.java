@NullMarked
package culturalintelligence.analysis.http;

import org.jspecify.annotations.NullMarked;
