package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import org.jspecify.annotations.Nullable;

/**
 * One file read and hashed in one go.
 *
 * @param sha256 of all its bytes, lower-case hex
 * @param payloadHash of the audio bytes without tags, 64 digits of lower-case hex: equal for copies
 *     of one recording that differ in their tags (the construction is {@code FileHash}'s); null
 *     when it is not known where they lie
 */
public record HashedReading(AudioReading reading, String sha256, @Nullable String payloadHash) {}
