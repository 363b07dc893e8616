package culturalintelligence.persistence.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import culturalintelligence.domain.migration.Conversion.Converted;
import culturalintelligence.domain.migration.FieldSource;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads a row's typed fields: each from the first of its sources that gives a value. A JSON column
 * is parsed once a row, and only its members that somebody asked for are looked at.
 */
final class FieldValues {
  private static final JsonFactory JSON = new JsonFactory();

  private final String[] names;
  private final Source[][] sources;

  /** Position of each column that is read. */
  private final int[] columns;

  /** For each of them, which members stand in which slot; null where the column itself is read. */
  private final @Nullable Map<String, Integer>[] members;

  private final int slots;

  private record Source(FieldSource from, String label, int slot) {}

  FieldValues(SourceTable table, Map<String, List<FieldSource>> fields) {
    List<String> columnNames = table.columns().stream().map(SourceColumn::name).toList();
    Map<Integer, Map<String, Integer>> objects = new HashMap<>();
    Map<Integer, Integer> plain = new HashMap<>();
    int slot = 0;
    names = fields.keySet().toArray(String[]::new);
    sources = new Source[names.length][];
    for (int i = 0; i < names.length; i++) {
      List<FieldSource> from = fields.getOrDefault(names[i], List.of());
      sources[i] = new Source[from.size()];
      for (int j = 0; j < from.size(); j++) {
        FieldSource source = from.get(j);
        int position = columnNames.indexOf(source.column());
        if (position < 0) {
          throw new IllegalArgumentException("no column " + source.column());
        }
        String member = source.member();
        int at;
        if (member == null) {
          Integer known = plain.putIfAbsent(position, slot);
          at = known == null ? slot++ : known;
        } else {
          Integer known =
              objects.computeIfAbsent(position, _ -> new HashMap<>()).putIfAbsent(member, slot);
          at = known == null ? slot++ : known;
        }
        sources[i][j] =
            new Source(
                source, member == null ? source.column() : source.column() + "." + member, at);
      }
    }
    slots = slot;
    columns = new int[plain.size() + objects.size()];
    @SuppressWarnings({"unchecked", "rawtypes"})
    @Nullable Map<String, Integer>[] slotsOf = new Map[columns.length];
    members = slotsOf;
    plainSlots = new int[columns.length];
    int n = 0;
    for (Map.Entry<Integer, Integer> column : plain.entrySet()) {
      columns[n] = column.getKey();
      plainSlots[n++] = column.getValue();
    }
    for (Map.Entry<Integer, Map<String, Integer>> column : objects.entrySet()) {
      columns[n] = column.getKey();
      members[n++] = column.getValue();
    }
  }

  private final int[] plainSlots;

  /**
   * The values of the fields in the order they were named, null where there is none.
   *
   * @param row gives the UTF-8 text of the column at a position, or null for NULL
   */
  @Nullable String[] read(IntFunction<byte @Nullable []> row, Misfits misfits) {
    @Nullable String[] raw = new String[slots];
    for (int i = 0; i < columns.length; i++) {
      byte[] value = row.apply(columns[i]);
      Map<String, Integer> object = members[i];
      if (value != null && object != null) {
        scalars(value, object, raw);
      } else if (value != null) {
        raw[plainSlots[i]] = new String(value, StandardCharsets.UTF_8);
      }
    }
    @Nullable String[] values = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      for (Source source : sources[i]) {
        String text = raw[source.slot()];
        if (text == null) {
          continue;
        }
        switch (source.from().conversion().apply(text)) {
          case Converted.Value value -> values[i] = value.text();
          case Converted.Nothing nothing -> {}
          case Converted.Misfit misfit -> misfits.count(names[i], source.label(), misfit.reason());
        }
        if (values[i] != null) {
          break;
        }
      }
    }
    return values;
  }

  /** The positions of the columns that are read. */
  List<Integer> columnsRead() {
    return Arrays.stream(columns).boxed().toList();
  }

  /** The position of a field among the values; -1 where nobody mapped it. */
  int position(String field) {
    return Arrays.asList(names).indexOf(field);
  }

  /** These scalar members of a JSON object's first level; what is no object has none. */
  private static void scalars(byte[] json, Map<String, Integer> slots, @Nullable String[] raw) {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        Integer slot = slots.get(parser.currentName());
        JsonToken value = parser.nextToken();
        if (value.isStructStart()) {
          if (slot != null) {
            raw[slot] = null;
          }
          parser.skipChildren();
        } else if (slot != null) {
          raw[slot] =
              value == JsonToken.VALUE_STRING || value.isNumeric() ? parser.getText() : null;
        }
      }
    } catch (IOException e) {
      // The server accepted it as JSON; what this parser's limits refuse stays in the carried row.
    }
  }
}
