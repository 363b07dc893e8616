package culturalintelligence.domain.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table of MetaCrate's database as the catalogue describes it.
 *
 * @param columns in the table's own order, dropped ones left out
 * @param key the columns of the primary key or else of a unique key that admits no NULL; empty when
 *     there is none
 * @param partitioned whether the rows are in partitions below it
 * @param estimatedRows by the planner's statistics; -1 when the table was never analysed
 * @param totalBytes with indexes and TOAST
 * @param obstacles what stands in the way of reading or carrying all of it
 * @param remarks what else an operator should know before
 */
public record SourceTable(
    String schema,
    String name,
    List<SourceColumn> columns,
    List<String> key,
    boolean partitioned,
    long estimatedRows,
    long totalBytes,
    List<String> obstacles,
    List<String> remarks) {
  private static final Set<String> OURS = Set.of("ci:chunk", "ci:row", "ci:track");

  public SourceTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    // A description from before these were known has none.
    obstacles = obstacles == null ? List.of() : List.copyOf(obstacles);
    remarks = remarks == null ? List.of() : List.copyOf(remarks);
  }

  /** A table with nothing in its way. */
  public SourceTable(
      String schema,
      String name,
      List<SourceColumn> columns,
      List<String> key,
      boolean partitioned,
      long estimatedRows,
      long totalBytes) {
    this(schema, name, columns, key, partitioned, estimatedRows, totalBytes, List.of(), List.of());
  }

  /** The column of that name. */
  public Optional<SourceColumn> column(String columnName) {
    return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
  }

  public boolean hasKey() {
    return !key.isEmpty();
  }

  /** {@code schema.table}, for people. */
  public String qualifiedName() {
    return schema + "." + name;
  }

  /** What stands in the way of carrying this table, and what will look different afterwards. */
  public Assessment assess() {
    List<String> refusals = new ArrayList<>(obstacles);
    List<String> changes = new ArrayList<>(remarks);
    if (columns.isEmpty()) {
      refusals.add("it has no columns");
    }
    for (SourceColumn column : columns) {
      if (OURS.contains(column.name())) {
        refusals.add(
            "column %s: a name that we give to columns of our own".formatted(column.name()));
      }
      if (column.refusal() != null) {
        refusals.add("column " + column.name() + ": " + column.refusal());
      }
      if (column.declaredType() != null) {
        changes.add(
            "column %s: its domain %s becomes %s"
                .formatted(column.name(), column.declaredType(), column.type()));
      }
      if (column.remark() != null) {
        changes.add("column " + column.name() + ": " + column.remark());
      }
      if (column.generated()) {
        changes.add(
            "column %s: its generated values are carried as values".formatted(column.name()));
      }
    }
    if (!hasKey()) {
      changes.add("no key: copied in one piece, its rows compared as a multiset");
    }
    if (!refusals.isEmpty()) {
      return new Assessment(Assessment.Verdict.CANNOT, refusals);
    }
    return changes.isEmpty()
        ? new Assessment(Assessment.Verdict.READY, List.of())
        : new Assessment(Assessment.Verdict.READY_WITH_CHANGES, changes);
  }
}
