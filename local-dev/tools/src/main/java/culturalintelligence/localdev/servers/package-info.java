/** PostgreSQL and a queue inside this process, for machines that have neither. */
@NullMarked
package culturalintelligence.localdev.servers;

import org.jspecify.annotations.NullMarked;
