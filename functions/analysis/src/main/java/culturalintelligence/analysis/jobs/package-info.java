/** Many files, worked through by queue message. */
@NullMarked
package culturalintelligence.analysis.jobs;

import org.jspecify.annotations.NullMarked;
