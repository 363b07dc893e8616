package culturalintelligence.domain.verification;

/**
 * A column in which two rows differ.
 *
 * @param column the column's name
 * @param path where in a JSON value the first difference is ({@code tags.TXXX[3]}); empty: all of
 *     it
 * @param kind in what way
 * @param source the source's value, for people: cut around the first difference, personal data
 *     masked, invisible characters escaped; {@code NULL} without quotes is NULL
 * @param target the target's value, likewise
 */
public record ColumnDifference(
    String column, String path, DifferenceKind kind, String source, String target) {}
