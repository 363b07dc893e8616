@NullMarked
package culturalintelligence.persistence.jobs;

import org.jspecify.annotations.NullMarked;
