package culturalintelligence.domain.migration;

import org.jspecify.annotations.Nullable;

/**
 * Where a typed value comes from.
 *
 * @param column of the source
 * @param member of the JSON object in that column, at its first level; null for the column itself
 */
public record FieldSource(String column, @Nullable String member, Conversion conversion) {}
