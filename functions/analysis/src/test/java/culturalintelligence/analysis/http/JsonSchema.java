package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The part of JSON Schema the OpenAPI document uses. */
final class JsonSchema {
  private final JsonNode document;

  JsonSchema(JsonNode document) {
    this.document = document;
  }

  /** What is wrong with a value, by JSON pointer; empty when nothing is. */
  List<String> faults(JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>();
    check(schema, value, "", faults);
    return faults;
  }

  JsonNode resolve(JsonNode schema) {
    JsonNode at = schema;
    while (at.has("$ref")) {
      at = document.at(at.path("$ref").asText().substring(1));
    }
    return at;
  }

  private void check(JsonNode reference, JsonNode value, String at, List<String> faults) {
    JsonNode schema = resolve(reference);
    if (schema.has("oneOf")) {
      int fitting = 0;
      for (JsonNode one : schema.path("oneOf")) {
        fitting += faults(one, value).isEmpty() ? 1 : 0;
      }
      if (fitting != 1) {
        faults.add(at + " fits " + fitting + " of its alternatives: " + value);
      }
      return;
    }
    if (schema.has("allOf")) {
      schema.path("allOf").forEach(one -> check(one, value, at, faults));
    }
    checkType(schema, value, at, faults);
    checkLimits(schema, value, at, faults);
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        faults.add(at + "/" + name.asText() + " is missing");
      }
    }
    JsonNode properties = schema.path("properties");
    for (Map.Entry<String, JsonNode> property : value.properties()) {
      String below = at + "/" + property.getKey();
      if (properties.has(property.getKey())) {
        check(properties.path(property.getKey()), property.getValue(), below, faults);
      } else if (schema.path("additionalProperties").isObject()) {
        check(schema.path("additionalProperties"), property.getValue(), below, faults);
      }
    }
    if (value.isArray() && schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.path("items"), value.get(i), at + "/" + i, faults);
      }
    }
  }

  private static void checkType(JsonNode schema, JsonNode value, String at, List<String> faults) {
    JsonNode type = schema.path("type");
    boolean right = type.isMissingNode();
    if (type.isTextual()) {
      right = is(value, type.asText());
    }
    for (JsonNode one : type) {
      right |= is(value, one.asText());
    }
    if (!right) {
      faults.add(at + " is no " + type + ": " + value);
    }
  }

  private static boolean is(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "number" -> value.isNumber();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static void checkLimits(JsonNode schema, JsonNode value, String at, List<String> faults) {
    if (schema.has("enum")) {
      boolean known = false;
      for (JsonNode one : schema.path("enum")) {
        known |= one.equals(value);
      }
      if (!known) {
        faults.add(at + " is none of the values: " + value);
      }
    }
    if (value.isTextual()
        && schema.has("pattern")
        && !value.asText().matches(schema.path("pattern").asText())) {
      faults.add(at + " does not match: " + value);
    }
    if (value.isNumber()
        && ((schema.has("minimum") && value.asDouble() < schema.path("minimum").asDouble())
            || (schema.has("maximum") && value.asDouble() > schema.path("maximum").asDouble()))) {
      faults.add(at + " is out of range: " + value);
    }
    if (value.isArray()
        && ((schema.has("minItems") && value.size() < schema.path("minItems").asInt())
            || (schema.has("maxItems") && value.size() > schema.path("maxItems").asInt()))) {
      faults.add(at + " has " + value.size() + " items");
    }
  }
}
