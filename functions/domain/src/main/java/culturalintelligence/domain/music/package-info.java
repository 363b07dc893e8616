/** The music itself: what a file says, what a track is, keys, tempi, mixes and genres. */
@NullMarked
package culturalintelligence.domain.music;

import org.jspecify.annotations.NullMarked;
