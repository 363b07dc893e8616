package culturalintelligence.persistence.verification;

import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.verification.Difference;
import culturalintelligence.persistence.carried.CarriedTable;
import culturalintelligence.persistence.ledger.PlannedTable;
import culturalintelligence.persistence.postgres.Sql;
import culturalintelligence.persistence.source.SourceRows;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A table as a comparison needs it: both sides' names, the canonical form, the key. */
final class ComparedTable {
  private final PlannedTable planned;
  private final CarriedTable carried;
  private final SourceRows rows;
  private final CanonicalSql.Supported canonical;
  private final List<String> columns;

  /**
   * A planned table.
   *
   * @throws IllegalStateException when a column has no canonical form, which a plan rules out
   */
  ComparedTable(PlannedTable planned) {
    this.planned = planned;
    this.carried = planned.carried();
    this.rows = new SourceRows(planned.source());
    this.columns = planned.source().columns().stream().map(SourceColumn::name).toList();
    this.canonical = canonical(planned.source().columns());
  }

  private static CanonicalSql.Supported canonical(List<SourceColumn> columns) {
    return switch (CanonicalSql.of(
        columns.stream().map(c -> CanonicalColumn.named(c.name(), c.type())).toList())) {
      case CanonicalSql.Supported supported -> supported;
      case CanonicalSql.Unsupported unsupported ->
          throw new IllegalStateException("can't be compared: " + unsupported.reasons());
    };
  }

  PlannedTable planned() {
    return planned;
  }

  CarriedTable carried() {
    return carried;
  }

  SourceRows rows() {
    return rows;
  }

  /** The canonical form of a whole row. */
  CanonicalSql.Supported canonical() {
    return canonical;
  }

  /** The canonical form of a row's key. */
  CanonicalSql.Supported canonicalKey() {
    return canonical(keyColumns());
  }

  List<SourceColumn> keyColumns() {
    return planned.source().key().stream()
        .map(name -> planned.source().column(name).orElseThrow())
        .toList();
  }

  List<String> columns() {
    return columns;
  }

  boolean hasKey() {
    return planned.source().hasKey();
  }

  int keyLength() {
    return planned.source().key().size();
  }

  String name() {
    return planned.source().qualifiedName();
  }

  Mapping.@Nullable Tracks tracks() {
    return carried.mapping() instanceof Mapping.Tracks tracks ? tracks : null;
  }

  /** A value of this column altered: in the row's residue, or in what a typed table carries. */
  Difference.Kind kindOfChange(String column) {
    Mapping.Tracks tracks = tracks();
    return tracks != null && !column.equals(tracks.path())
        ? Difference.Kind.RESIDUE
        : Difference.Kind.CHANGED;
  }

  Difference row(Difference.Kind kind, List<String> key) {
    return Difference.ofRow(name(), kind, key);
  }

  /** A condition that holds for the rows of these keys in the source. */
  String inSource(Collection<List<String>> keys) {
    return among(keys, keyColumns().stream().map(ComparedTable::sourceType).toList());
  }

  /** The same in the target, whose enums are ours and whose domains are their base types. */
  String inTarget(Collection<List<String>> keys) {
    return among(
        keys, keyColumns().stream().map(c -> bare(c, CarriedTable.targetType(c))).toList());
  }

  private String among(Collection<List<String>> keys, List<String> types) {
    String tuples =
        keys.stream()
            .map(
                key ->
                    IntStream.range(0, types.size())
                        .mapToObj(i -> Sql.literal(key.get(i)) + "::" + types.get(i))
                        .collect(Collectors.joining(", ", "(", ")")))
            .collect(Collectors.joining(", "));
    return "(%s) IN (%s)".formatted(Sql.identifiers(planned.source().key()), tuples);
  }

  private static String sourceType(SourceColumn column) {
    return bare(column, column.declaredType() == null ? column.type() : column.declaredType());
  }

  /** A cast with a length would cut a value; its type without one does not. */
  private static String bare(SourceColumn column, String type) {
    if (column.type().startsWith("character(")) {
      return "bpchar";
    }
    return column.type().startsWith("character varying") && column.declaredType() == null
        ? "varchar"
        : type;
  }
}
