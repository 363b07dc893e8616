package culturalintelligence.analysis.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.failure.FailureCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What clients send: an object of JSON, of which the known fields are read and checked. */
final class RequestBody {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(50)
                          .maxStringLength(2_000_000)
                          .maxNumberLength(1_000)
                          .build())
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final ObjectNode object;

  private RequestBody(ObjectNode object) {
    this.object = object;
  }

  /** No body is an empty object; anything but an object holds none of the fields. */
  static RequestBody of(byte[] body) {
    if (body.length == 0) {
      return new RequestBody(JsonNodeFactory.instance.objectNode());
    }
    try {
      JsonNode node = MAPPER.readTree(body);
      return new RequestBody(
          node instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode());
    } catch (IOException e) {
      throw new Refusal(FailureCode.MALFORMED_JSON, "The body is no valid JSON");
    }
  }

  String filePath() {
    JsonNode path = object.path("file_path");
    if (!path.isTextual() || path.textValue().isBlank()) {
      throw new Refusal(FailureCode.FILE_PATH_REQUIRED, "file_path required in JSON body");
    }
    return path.textValue();
  }

  /** The paths of a batch; an item that is no text comes as an empty path. */
  List<String> filePaths() {
    JsonNode array = object.path("file_paths");
    if (!array.isArray() || array.isEmpty()) {
      throw new Refusal(FailureCode.FILE_PATHS_REQUIRED, "file_paths array required in JSON body");
    }
    List<String> paths = new ArrayList<>(array.size());
    array.forEach(path -> paths.add(path.isTextual() ? path.textValue() : ""));
    return paths;
  }

  /** A member that is an object, or an empty one when it is not there. */
  ObjectNode member(String name) {
    JsonNode member = object.get(name);
    if (member == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (member instanceof ObjectNode node) {
      return node;
    }
    throw new Refusal(FailureCode.INVALID_CORRECTION, name + " must be a JSON object");
  }
}
