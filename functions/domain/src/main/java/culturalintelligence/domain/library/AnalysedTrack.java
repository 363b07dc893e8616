package culturalintelligence.domain.library;

import culturalintelligence.domain.music.StreamFacts;
import org.jspecify.annotations.Nullable;

/**
 * A file that was read, to be recorded.
 *
 * @param content of the whole file
 * @param payload a digest of the audio without its tags, the same for retagged copies, and no proof
 *     against forgery; null when the reader does not know where the audio is
 * @param stream null when it could not be read
 * @param metadata the answer's metadata part as a JSON object, as far as the bytes decide it
 */
public record AnalysedTrack(
    PathKey key,
    FileVersion file,
    ContentHash content,
    @Nullable ContentHash payload,
    @Nullable StreamFacts stream,
    String metadata,
    Decision decision) {}
