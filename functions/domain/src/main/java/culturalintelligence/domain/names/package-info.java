/** Reading artist, title, version and whatever else is written in a file's name and folders. */
@NullMarked
package culturalintelligence.domain.names;

import org.jspecify.annotations.NullMarked;
