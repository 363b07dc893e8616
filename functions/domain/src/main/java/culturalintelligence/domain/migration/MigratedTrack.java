package culturalintelligence.domain.migration;

import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The typed rows that one old track row becomes.
 *
 * @param id of the classification; made from the table and the row's key, so that the same row
 *     always becomes the same one
 * @param path as it was stored
 * @param contentSha256 64 lower-case hex digits, where the old row knew its file's hash
 * @param decidedAt as PostgreSQL writes a timestamp, in UTC; {@code -infinity} when unknown
 */
public record MigratedTrack(
    UUID id,
    String path,
    @Nullable String contentSha256,
    @Nullable String artist,
    @Nullable String title,
    @Nullable String mixKind,
    @Nullable String mixText,
    @Nullable String label,
    @Nullable String catalogueNumber,
    @Nullable String genre,
    @Nullable String subgenre,
    @Nullable BigDecimal bpm,
    @Nullable String musicalKey,
    @Nullable BigDecimal confidence,
    boolean needsReview,
    String decidedAt) {}
