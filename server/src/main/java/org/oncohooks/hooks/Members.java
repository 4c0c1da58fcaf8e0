package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/** Reads the members of one JSON object; a null member counts as absent. */
final class Members {

  private final ObjectNode object;
  private final String prefix;

  /**
   * @param place path of the object; empty for the body itself
   */
  Members(ObjectNode object, String place) {
    this.object = object;
    this.prefix = place.isEmpty() ? "" : place + ".";
  }

  Optional<String> text(String name) {
    return member(name)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw refuse("member-type", name, "has to be a string");
              }
              if (value.textValue().isBlank()) {
                throw refuse("member-blank", name, "is blank; send a value or leave it out");
              }
              return value.textValue();
            });
  }

  String requiredText(String name) {
    return text(name)
        .orElseThrow(() -> refuse("member-missing", name, "is missing; send a string"));
  }

  Optional<Long> integer(String name) {
    return member(name)
        .map(
            value -> {
              if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw refuse("member-type", name, "has to be a whole number");
              }
              return value.longValue();
            });
  }

  Optional<Boolean> truth(String name) {
    return member(name)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw refuse("member-type", name, "has to be true or false");
              }
              return value.booleanValue();
            });
  }

  Optional<ObjectNode> object(String name) {
    return member(name)
        .map(
            value -> {
              if (value instanceof ObjectNode found) {
                return found;
              }
              throw refuse("member-type", name, "has to be an object");
            });
  }

  ObjectNode requiredObject(String name) {
    return object(name)
        .orElseThrow(() -> refuse("member-missing", name, "is missing; send an object"));
  }

  /**
   * A FHIR logical id (FHIR R4, Datatypes, id). A relative reference to the type is taken too: many
   * callers send one where the hook's definition asks for the plain id.
   */
  Optional<String> id(String name, String type) {
    return text(name).map(value -> logicalId(value, name, type));
  }

  String requiredId(String name, String type) {
    return logicalId(requiredText(name), name, type);
  }

  private String logicalId(String value, String name, String type) {
    String id = value.startsWith(type + "/") ? value.substring(type.length() + 1) : value;
    if (!isLogicalId(id)) {
      throw refuse(
          "id-invalid", name, "is not a FHIR id: 1 to 64 letters, digits, hyphens and dots");
    }
    return id;
  }

  private static boolean isLogicalId(String id) {
    return !id.isEmpty()
        && id.length() <= 64
        && id.chars()
            .allMatch(
                c ->
                    c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9'
                        || c == '-'
                        || c == '.');
  }

  private Optional<JsonNode> member(String name) {
    return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
  }

  private ProblemException refuse(String code, String name, String what) {
    String place = prefix + name;
    return Problem.of(ProblemCategory.INCORRECT, code, place + " " + what + ".", place)
        .asException();
  }
}
