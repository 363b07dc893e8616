package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import org.jspecify.annotations.Nullable;

/**
 * One file read and hashed in one go.
 *
 * @param sha256 of all its bytes, lower-case hex
 * @param payloadSha256 of the audio bytes without tags, in their order; null when they are not
 *     known
 */
public record HashedReading(AudioReading reading, String sha256, @Nullable String payloadSha256) {}
