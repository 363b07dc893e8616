/** Tracks, contents, classifications and the request log in the Cultural Intelligence database. */
@NullMarked
package culturalintelligence.persistence.tracks;

import org.jspecify.annotations.NullMarked;
