package culturalintelligence.domain.music;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the tags of one file say.
 *
 * @param fields the fields known by name; never blank, in the order of the file
 * @param raw every other text of the tags under its own name ({@code TXXX:CATALOG #}, {@code
 *     ----:com.apple.iTunes:LABEL}), without pictures, binary values or a purchaser's data
 */
public record Tags(Map<TagField, List<String>> fields, Map<String, List<String>> raw) {
  public static final Tags NONE = new Tags(Map.of(), Map.of());

  public Tags {
    fields = Map.copyOf(fields);
    raw = Map.copyOf(raw);
  }

  /** The first value of a field, which is the one to show. */
  public Optional<String> first(TagField field) {
    return fields.getOrDefault(field, List.of()).stream().findFirst();
  }
}
