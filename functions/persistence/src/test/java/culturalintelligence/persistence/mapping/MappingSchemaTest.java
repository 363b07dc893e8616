package culturalintelligence.persistence.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.migration.Conversion;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MappingKind;
import culturalintelligence.domain.migration.Selection;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema of mapping documents takes what we read, and nothing that we refuse for its shape. */
class MappingSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode SCHEMA = schema();

  private static final List<SourceTable> TABLES =
      List.of(
          table("metacrate_tracks", "id uuid", "file_path text", "metacrate_classification jsonb"),
          table("artists", "id int", "name text"),
          table("labels_of_music", "id int", "label_name text"),
          table("genres", "id int", "name text", "parent text"),
          table("duplicates", "id int", "file_hash text", "kept_path text"),
          table("audio_notes", "id int", "note text"));

  private static SourceTable table(String name, String... columns) {
    return new SourceTable(
        "public",
        name,
        Stream.of(columns)
            .map(c -> c.split(" ", -1))
            .map(c -> new SourceColumn(c[0], c[1], true, false, null, List.of(), null))
            .toList(),
        List.of("id"),
        false,
        -1,
        0);
  }

  @Test
  void whatIsProposedIsOfTheSchemaAndIsRead() throws IOException {
    String proposal = MappingDocument.propose(Selection.DEFAULT, TABLES);
    assertThat(isOfTheSchema(JSON.readTree(proposal))).as(proposal).isTrue();
    assertThat(isRead(proposal)).isTrue();
    assertThat(TABLES.stream().map(t -> Mapping.propose(t).kind()))
        .as("kinds that are proposed")
        .contains(MappingKind.TRACKS, MappingKind.ARTISTS, MappingKind.WHOLE);
  }

  @Test
  void itKnowsEveryKindFieldAndConversionAndNoOther() {
    Set<String> kinds = new TreeSet<>();
    for (JsonNode table : SCHEMA.at("/properties/tables/items/oneOf")) {
      String word = table.at("/properties/as/const").asText();
      kinds.add(word);
      MappingKind kind = MappingKind.ofWord(word).orElse(null);
      if (kind == null) {
        assertThat(
                texts(
                    table.at(
                        "/properties/fields/additionalProperties/items/properties/conversion/enum")))
            .isEqualTo(words(Set.of(Conversion.values())));
        continue;
      }
      JsonNode fields = table.at("/properties/fields/properties");
      Set<String> names = new TreeSet<>();
      fields.fieldNames().forEachRemaining(names::add);
      assertThat(names).as(word).isEqualTo(new TreeSet<>(kind.fields()));
      for (String field : names) {
        assertThat(texts(fields.path(field).at("/items/properties/conversion/enum")))
            .as(word + "." + field)
            .isEqualTo(words(kind.conversions(field)));
      }
      assertThat(texts(table.at("/properties/fields/required")))
          .as(word)
          .isEqualTo(
              kind.required()
                  .map(f -> (Set<String>) new TreeSet<>(Set.of(f)))
                  .orElseGet(TreeSet::new));
    }
    Set<String> all = new TreeSet<>(Set.of("none"));
    Stream.of(MappingKind.values()).map(MappingKind::word).forEach(all::add);
    assertThat(kinds).isEqualTo(all);
  }

  private static Set<String> words(Set<Conversion> conversions) {
    Set<String> words = new TreeSet<>();
    conversions.forEach(c -> words.add(c.word()));
    return words;
  }

  private static Set<String> texts(JsonNode list) {
    Set<String> texts = new TreeSet<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  record Mistake(String name, Consumer<ObjectNode> change) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake("no format", d -> d.remove("format")),
        new Mistake("another format", d -> d.put("format", 2)),
        new Mistake("no tables", d -> d.remove("tables")),
        new Mistake("tables are no list", d -> d.putObject("tables")),
        new Mistake("an unknown member", d -> d.put("tabels", 1)),
        new Mistake("an unknown selection", d -> d.withObject("/selection").put("table", "x")),
        new Mistake("a selection that is no list", d -> d.withObject("/selection").put("add", "x")),
        new Mistake(
            "a selection of numbers", d -> d.withObject("/selection").putArray("add").add(1)),
        new Mistake("no schema", d -> first(d).remove("schema")),
        new Mistake("no table name", d -> first(d).remove("table")),
        new Mistake("a table name that is a number", d -> first(d).put("table", 7)),
        new Mistake("no mapping", d -> first(d).remove("as")),
        new Mistake("an unknown mapping", d -> first(d).put("as", "albums")),
        new Mistake("an unknown member of a table", d -> first(d).put("colums", 1)),
        new Mistake("tracks without a path", d -> first(d).withObject("/fields").remove("path")),
        new Mistake("a path from nowhere", d -> first(d).withObject("/fields").putArray("path")),
        new Mistake(
            "an unknown field",
            d -> first(d).withObject("/fields").putArray("tempo").add(source(d))),
        new Mistake("fields that are a list", d -> first(d).putArray("fields")),
        new Mistake("a field of another kind", d -> first(d).put("as", "whole")),
        new Mistake("a source without a column", d -> source(d).remove("column")),
        new Mistake("a source without a conversion", d -> source(d).remove("conversion")),
        new Mistake("an unknown conversion", d -> source(d).put("conversion", "loud")),
        new Mistake("a conversion to something else", d -> source(d).put("conversion", "bpm")),
        new Mistake("an unknown member of a source", d -> source(d).put("colunm", "x")),
        new Mistake("a member that is no text", d -> source(d).put("member", 3)),
        new Mistake("carried columns that are no list", d -> first(d).put("carried", "all")));
  }

  private static ObjectNode first(ObjectNode document) {
    return (ObjectNode) document.path("tables").path(0);
  }

  private static ObjectNode source(ObjectNode document) {
    return (ObjectNode) first(document).path("fields").path("path").path(0);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void bothRefuse(Mistake mistake) throws IOException {
    ObjectNode document =
        (ObjectNode) JSON.readTree(MappingDocument.propose(Selection.DEFAULT, TABLES));
    mistake.change().accept(document);
    assertThat(isOfTheSchema(document)).as("the schema takes it").isFalse();
    assertThat(isRead(document.toString())).as("it is read").isFalse();
  }

  @Test
  void notesAndTablesLeftOutAreTakenByBoth() throws IOException {
    ObjectNode document =
        (ObjectNode) JSON.readTree(MappingDocument.propose(Selection.DEFAULT, TABLES));
    document.put("$schema", "mapping.schema.json").put("note", "ours");
    first(document).putObject("note").put("why", 1);
    source(document).putArray("note").add("as it is");
    ((ArrayNode) document.path("tables"))
        .forEach(
            table -> {
              if (table.path("table").asText().equals("artists")) {
                ((ObjectNode) table).put("as", "none");
              }
            });
    assertThat(isOfTheSchema(document)).isTrue();
    assertThat(isRead(document.toString())).isTrue();
  }

  private static boolean isRead(String document) {
    try {
      MappingDocument.parse(document).fit(TABLES);
      return true;
    } catch (MappingProblems e) {
      return false;
    }
  }

  private static boolean isOfTheSchema(JsonNode document) {
    return fits(document, SCHEMA);
  }

  /** As much of JSON Schema as ours uses; a keyword that is not known here fails. */
  private static boolean fits(JsonNode value, JsonNode schema) {
    for (Map.Entry<String, JsonNode> rule : schema.properties()) {
      JsonNode says = rule.getValue();
      boolean fits =
          switch (rule.getKey()) {
            case "$schema", "title", "description" -> true;
            case "type" ->
                switch (says.asText()) {
                  case "object" -> value.isObject();
                  case "array" -> value.isArray();
                  case "string" -> value.isTextual();
                  default -> throw new AssertionError("unknown type " + says);
                };
            case "const" -> value.equals(says);
            case "enum" -> says.valueStream().anyMatch(value::equals);
            case "required" -> says.valueStream().allMatch(name -> value.has(name.asText()));
            case "minItems" -> !value.isArray() || value.size() >= says.asInt();
            case "minProperties" -> !value.isObject() || value.size() >= says.asInt();
            case "properties" ->
                says.properties().stream()
                    .allMatch(
                        p -> !value.has(p.getKey()) || fits(value.path(p.getKey()), p.getValue()));
            case "additionalProperties" ->
                value.properties().stream()
                    .filter(p -> !schema.path("properties").has(p.getKey()))
                    .allMatch(p -> says.isObject() && fits(p.getValue(), says));
            case "items" ->
                !value.isArray() || value.valueStream().allMatch(item -> fits(item, says));
            case "oneOf" -> says.valueStream().filter(one -> fits(value, one)).count() == 1;
            default -> throw new AssertionError("unknown keyword " + rule.getKey());
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode schema() {
    try (InputStream file = MappingDocument.class.getResourceAsStream("/mapping.schema.json")) {
      return JSON.readTree(Objects.requireNonNull(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
