package culturalintelligence.domain.music;

import org.jspecify.annotations.Nullable;

/**
 * All that a classification may look at.
 *
 * @param pathAsSent the path in the client's own notation, Windows or POSIX; any string is allowed
 * @param tags what the file says of itself; {@link Tags#NONE} if it could not be read
 * @param stream the facts of the audio stream, null if it could not be read
 * @param profiles what validated tracks say of this file's artists and label; {@link Profiles#NONE}
 *     if nothing is known
 */
public record ClassificationInput(
    String pathAsSent, Tags tags, @Nullable StreamFacts stream, Profiles profiles) {}
