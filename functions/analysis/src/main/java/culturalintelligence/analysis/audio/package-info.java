/** Reading audio files: what the stream is, what its tags say, where the audio bytes lie. */
@NullMarked
package culturalintelligence.analysis.audio;

import org.jspecify.annotations.NullMarked;
