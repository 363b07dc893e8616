package culturalintelligence.domain.verification;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One place where the two sides are not the same.
 *
 * @param table {@code schema.table} of the source
 * @param key the texts of the row's key; empty when the table has none, or when the whole table is
 *     meant
 * @param column null when the row as a whole is meant
 * @param path where in the column's JSON the first difference is; null: all of it
 * @param how in what way the two values differ; null where there are not two
 * @param sourceValue what should be there, for people: in quotes, cut around the difference,
 *     personal data masked; null where there is nothing
 * @param targetValue what is there, likewise
 * @param verdict whose fault it is, as far as anybody can tell
 */
public record Difference(
    String table,
    Kind kind,
    List<String> key,
    @Nullable String column,
    @Nullable String path,
    @Nullable DifferenceKind how,
    @Nullable String sourceValue,
    @Nullable String targetValue,
    Verdict verdict) {
  public Difference {
    key = List.copyOf(key);
  }

  /** A difference nobody has judged yet is a fault of the migration. */
  public Difference(
      String table,
      Kind kind,
      List<String> key,
      @Nullable String column,
      @Nullable String path,
      @Nullable DifferenceKind how,
      @Nullable String sourceValue,
      @Nullable String targetValue) {
    this(table, kind, key, column, path, how, sourceValue, targetValue, Verdict.MIGRATION_FAULT);
  }

  /** The same with another verdict. */
  public Difference judged(Verdict newVerdict) {
    return new Difference(
        table, kind, key, column, path, how, sourceValue, targetValue, newVerdict);
  }

  /** A row, or a whole table, without naming a column. */
  public static Difference ofRow(String table, Kind kind, List<String> key) {
    return new Difference(table, kind, key, null, null, null, null, null);
  }

  /** Something of a row that should be this and is that. */
  public static Difference of(
      String table,
      Kind kind,
      List<String> key,
      @Nullable String column,
      @Nullable String sourceValue,
      @Nullable String targetValue) {
    return new Difference(table, kind, key, column, null, null, sourceValue, targetValue);
  }

  /** What is wrong with it. */
  public enum Kind {
    /** The source has the row, the target does not, and it is not in quarantine. */
    MISSING,
    /** The target has a row that the source does not. */
    ROGUE,
    /** A value of the row that the view gives back is another. */
    CHANGED,
    /** The target has the row more often than the source. */
    DOUBLED,
    /** A value that is kept beside the typed rows, because they do not carry it exactly. */
    RESIDUE,
    /** Where a row came from is noted wrongly: its chunk, its place in it, or its track. */
    PROVENANCE,
    /** A row of quarantine is not the source's row, stands twice, or for a row that is carried. */
    QUARANTINE,
    /** A typed column holds something else than the mapping makes of the row. */
    TYPED_VALUE,
    /** A typed row is missing, or stands for no row of the source. */
    TYPED_ROW,
    /** Source rows are not migrated rows and quarantined rows together. */
    CONSERVATION
  }
}
