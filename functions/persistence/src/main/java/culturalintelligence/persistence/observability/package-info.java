/** What can be seen of the functions from outside: figures, traces, and what each log line says. */
@NullMarked
package culturalintelligence.persistence.observability;

import org.jspecify.annotations.NullMarked;
