package culturalintelligence.persistence.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON text that knows where it stands, so that a mistake can be shown where it is.
 *
 * @param path such as {@code tables[2].fields.bpm[0].column}
 * @param value a String, Number, Boolean, {@code Map<String, DocumentNode>} or {@code
 *     List<DocumentNode>}; null for null
 */
record DocumentNode(String path, int line, int column, @Nullable Object value) {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build())
          .build();

  /**
   * Reads a text.
   *
   * @throws MappingProblems when it is no JSON
   */
  static DocumentNode parse(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new MappingProblems(List.of(new MappingProblem(1, 1, "", "the document is empty")));
      }
      DocumentNode root = read(parser, "");
      if (parser.nextToken() != null) {
        throw problem(parser, "something stands behind the document's end");
      }
      return root;
    } catch (JsonParseException e) {
      throw new MappingProblems(
          List.of(
              new MappingProblem(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  "",
                  "no JSON: " + e.getOriginalMessage())));
    } catch (IOException e) {
      throw new MappingProblems(
          List.of(new MappingProblem(1, 1, "", "no JSON that can be read: " + e.getMessage())));
    }
  }

  private static MappingProblems problem(JsonParser parser, String sentence) {
    return new MappingProblems(
        List.of(
            new MappingProblem(
                parser.currentTokenLocation().getLineNr(),
                parser.currentTokenLocation().getColumnNr(),
                "",
                sentence)));
  }

  private static DocumentNode read(JsonParser parser, String path) throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    int column = parser.currentTokenLocation().getColumnNr();
    Object value =
        switch (parser.currentToken()) {
          case START_OBJECT -> {
            Map<String, DocumentNode> members = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
              String name = parser.currentName();
              parser.nextToken();
              members.put(name, read(parser, path.isEmpty() ? name : path + "." + name));
            }
            yield members;
          }
          case START_ARRAY -> {
            List<DocumentNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              items.add(read(parser, path + "[" + items.size() + "]"));
            }
            yield items;
          }
          case VALUE_STRING -> parser.getText();
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
          case VALUE_TRUE -> true;
          case VALUE_FALSE -> false;
          default -> null;
        };
    return new DocumentNode(path, line, column, value);
  }

  MappingProblem problem(String sentence) {
    return new MappingProblem(line, column, path, sentence);
  }

  /** The members of an object; none, and a problem noted, when it is something else. */
  Map<String, DocumentNode> object(List<MappingProblem> problems) {
    if (value instanceof Map<?, ?> map) {
      Map<String, DocumentNode> members = new LinkedHashMap<>();
      map.forEach((name, node) -> members.put(String.valueOf(name), (DocumentNode) node));
      return members;
    }
    problems.add(problem("an object { } is expected here"));
    return Map.of();
  }

  List<DocumentNode> list(List<MappingProblem> problems) {
    if (value instanceof List<?> items) {
      return items.stream().map(DocumentNode.class::cast).toList();
    }
    problems.add(problem("a list [ ] is expected here"));
    return List.of();
  }

  @Nullable String text(List<MappingProblem> problems) {
    if (value instanceof String text) {
      return text;
    }
    problems.add(problem("a string is expected here"));
    return null;
  }

  List<String> texts(List<MappingProblem> problems) {
    List<String> texts = new ArrayList<>();
    for (DocumentNode item : list(problems)) {
      String text = item.text(problems);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }
}
