package culturalintelligence.persistence.mapping;

import culturalintelligence.domain.migration.Conversion;
import culturalintelligence.domain.migration.FieldSource;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MappingKind;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import culturalintelligence.persistence.mapping.MappingDocument.Place;
import culturalintelligence.persistence.mapping.MappingDocument.TableEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether one table's part of a document fits the table. */
final class MappingCheck {
  private final TableEntry entry;
  private final SourceTable table;
  private final List<MappingProblem> problems;

  private MappingCheck(TableEntry entry, SourceTable table, List<MappingProblem> problems) {
    this.entry = entry;
    this.table = table;
    this.problems = problems;
  }

  /** The mapping; what does not fit is added to the problems. */
  static Optional<Mapping> check(
      TableEntry entry, SourceTable table, List<MappingProblem> problems) {
    int before = problems.size();
    MappingKind kind = entry.kind();
    if (kind == null) {
      return Optional.empty();
    }
    new MappingCheck(entry, table, problems).check(kind);
    if (problems.size() > before) {
      return Optional.empty();
    }
    Mapping mapping = Mapping.of(table, kind, entry.fields());
    DocumentNode carried = entry.place().carried();
    if (carried != null) {
      List<String> expected = MappingDocument.carried(table, mapping);
      List<String> said = carried.texts(problems);
      if (!expected.equals(said)) {
        problems.add(
            carried.problem(
                "every column is carried: this list must be %s (or be left away)"
                    .formatted(quoted(expected))));
      }
    }
    return Optional.of(mapping);
  }

  private void check(MappingKind kind) {
    Place place = entry.place();
    boolean needsKey = kind != MappingKind.WHOLE && kind != MappingKind.DUPLICATES;
    if (needsKey && !table.hasKey()) {
      place(place.node(), "a table without a key can only be whole, duplicates or none");
    }
    kind.required()
        .filter(field -> !entry.fields().containsKey(field))
        .ifPresent(
            field ->
                place(
                    place.node(),
                    "%s need the field \"%s\"; use whole where there is none"
                        .formatted(kind.word(), field)));
    if (kind == MappingKind.DUPLICATES && entry.fields().isEmpty()) {
      place(place.node(), "duplicates need a field; use whole where there is none");
    }
    for (Map.Entry<String, List<FieldSource>> field : entry.fields().entrySet()) {
      DocumentNode at = place.fields().getOrDefault(field.getKey(), place.node());
      if (kind.conversions(field.getKey()).isEmpty()) {
        place(
            at,
            "%s have no field \"%s\"; there are %s"
                .formatted(
                    kind.word(),
                    field.getKey(),
                    kind.fields().isEmpty() ? "none" : String.join(", ", kind.fields())));
        continue;
      }
      if (field.getValue().isEmpty()) {
        place(at, "name a source, or remove the field");
      }
      if (field.getKey().equals("path") && field.getValue().size() > 1) {
        place(at, "a path has one source");
      }
      List<DocumentNode> places = place.sources().getOrDefault(field.getKey(), List.of());
      for (int i = 0; i < field.getValue().size(); i++) {
        DocumentNode node = i < places.size() ? places.get(i) : at;
        source(kind, field.getKey(), field.getValue().get(i), node);
      }
    }
  }

  private void source(MappingKind kind, String field, FieldSource source, DocumentNode at) {
    SourceColumn column = table.column(source.column()).orElse(null);
    if (column == null) {
      place(
          at,
          "the table has no column \"%s\"; it has %s"
              .formatted(
                  source.column(),
                  quoted(table.columns().stream().map(SourceColumn::name).toList())));
      return;
    }
    if (!kind.conversions(field).contains(source.conversion())) {
      place(
          at,
          "\"%s\" does not lead to %s; use %s"
              .formatted(
                  source.conversion().word(),
                  field,
                  kind.conversions(field).stream()
                      .map(Conversion::word)
                      .sorted()
                      .collect(Collectors.joining(" or "))));
    }
    if (source.member() != null && !column.isJson()) {
      place(
          at,
          "column \"%s\" is no JSON and has no members; remove \"member\""
              .formatted(column.name()));
    }
    if (source.member() == null && column.isJson() && source.conversion() != Conversion.NAMES) {
      place(at, "column \"%s\" is JSON; say which \"member\" of it".formatted(column.name()));
    }
    String unfit = unfit(source, column);
    if (unfit != null) {
      place(at, unfit);
    }
  }

  private @Nullable String unfit(FieldSource source, SourceColumn column) {
    return switch (source.conversion()) {
      case EXACT ->
          source.member() == null && !column.isText()
              ? "a path comes from a column of type text or varchar, not %s"
                  .formatted(column.type())
              : source.member() == null ? null : "a path comes from a column, not from a member";
      case INSTANT ->
          column.type().startsWith("timestamp") || column.type().equals("date")
              ? null
              : "a moment comes from a timestamp or date, not %s".formatted(column.type());
      case RANGE_LOW, RANGE_HIGH ->
          column.type().endsWith("range")
              ? null
              : "this conversion takes a range, not %s".formatted(column.type());
      case RANGE_LAST ->
          column.type().equals("int4range") || column.type().equals("int8range")
              ? null
              : "\"range_last\" takes a range of whole numbers, not %s".formatted(column.type());
      case ROW ->
          table.key().size() == 1
                  && table
                      .column(table.key().getFirst())
                      .filter(k -> k.type().equals(column.type()))
                      .isPresent()
              ? null
              : "another row is named by the table's key: one column, of the key's own type";
      case TEXT, MIX, MUSICAL_KEY, BPM, CONFIDENCE, PERCENT, SHA256, NAMES -> null;
    };
  }

  private void place(DocumentNode node, String sentence) {
    problems.add(node.problem(sentence));
  }

  private static String quoted(List<String> names) {
    return names.stream().map(n -> '"' + n + '"').collect(Collectors.joining(", "));
  }
}
