package culturalintelligence.persistence.mapping;

import culturalintelligence.domain.migration.Conversion;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MigratedTrack;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.domain.music.MixKind;
import java.math.BigDecimal;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What an old track row says, in the typed columns' terms. Total and deterministic: any row gives
 * typed values, and the same row always the same ones, so that a comparison can make them again.
 *
 * <p>A value that does not fit its column (a tempo of "fast", a confidence of 7) is absent here and
 * stays, as it was, in the carried row.
 */
public final class TrackMapping {
  private static final BigDecimal REVIEW_BELOW = new BigDecimal("0.6");

  private final RowIdentity identity;
  private final FieldValues values;
  private final int pathColumn;
  private final int path;
  private final int sha256;
  private final int artist;
  private final int title;
  private final int mix;
  private final int label;
  private final int catalogueNumber;
  private final int genre;
  private final int subgenre;
  private final int bpm;
  private final int musicalKey;
  private final int confidence;
  private final int decidedAt;

  public TrackMapping(SourceTable table, Mapping.Tracks mapping) {
    identity = new RowIdentity(table);
    values = new FieldValues(table, mapping.fields());
    pathColumn = table.columns().stream().map(SourceColumn::name).toList().indexOf(mapping.path());
    path = values.position("path");
    sha256 = values.position("sha256");
    artist = values.position("artist");
    title = values.position("title");
    mix = values.position("mix");
    label = values.position("label");
    catalogueNumber = values.position("catalogue_number");
    genre = values.position("genre");
    subgenre = values.position("subgenre");
    bpm = values.position("bpm");
    musicalKey = values.position("musical_key");
    confidence = values.position("confidence");
    decidedAt = values.position("decided_at");
  }

  /** The position of the path among the table's columns. */
  public int pathColumn() {
    return pathColumn;
  }

  /** The positions of all columns that a mapping reads, the key's among them. */
  public Set<Integer> columnsRead() {
    Set<Integer> read = new TreeSet<>(values.columnsRead());
    read.addAll(identity.columnsRead());
    read.add(pathColumn);
    return read;
  }

  /**
   * Maps one row; null when it has no path, and so is about no file.
   *
   * @param fields gives the UTF-8 text of the column at a position, or null for NULL
   */
  public @Nullable MigratedTrack apply(IntFunction<byte @Nullable []> fields) {
    return apply(fields, new Misfits());
  }

  /** The same, and counts what did not fit. */
  public @Nullable MigratedTrack apply(IntFunction<byte @Nullable []> fields, Misfits misfits) {
    @Nullable String[] row = values.read(fields, misfits);
    String at = row[path];
    if (at == null) {
      return null;
    }
    BigDecimal sure = number(row, confidence);
    String mixText = text(row, mix);
    String decided = text(row, decidedAt);
    return new MigratedTrack(
        identity.ofRow(fields),
        at,
        text(row, sha256),
        text(row, artist),
        text(row, title),
        mixText == null ? null : Conversion.mixKind(mixText).map(MixKind::code).orElse(null),
        mixText,
        text(row, label),
        text(row, catalogueNumber),
        text(row, genre),
        text(row, subgenre),
        number(row, bpm),
        text(row, musicalKey),
        sure,
        sure == null || sure.compareTo(REVIEW_BELOW) < 0,
        decided == null ? "-infinity" : decided);
  }

  /**
   * The classification's number, from the table and the key: the same row, the same number.
   *
   * @param fields gives the text of the key's columns, as their types write it
   */
  public UUID id(IntFunction<byte @Nullable []> fields) {
    return identity.ofRow(fields);
  }

  private static @Nullable String text(@Nullable String[] row, int field) {
    return field < 0 ? null : row[field];
  }

  private static @Nullable BigDecimal number(@Nullable String[] row, int field) {
    String text = text(row, field);
    return text == null ? null : new BigDecimal(text);
  }
}
