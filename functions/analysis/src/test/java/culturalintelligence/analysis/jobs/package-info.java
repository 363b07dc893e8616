@NullMarked
package culturalintelligence.analysis.jobs;

import org.jspecify.annotations.NullMarked;
