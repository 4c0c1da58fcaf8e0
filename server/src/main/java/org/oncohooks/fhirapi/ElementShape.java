package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimePrimitiveDatatypeDefinition;
import ca.uhn.fhir.context.RuntimePrimitiveDatatypeNarrativeDefinition;
import ca.uhn.fhir.context.RuntimePrimitiveDatatypeXhtmlHl7OrgDefinition;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Holds the JSON of a resource against the elements of its type: those that it may have, as lists
 * where they repeat, each primitive as the JSON type and in the form that FHIR gives it, and those
 * that it must have (FHIR R4, JSON, section 2.6.2, and Datatypes, section 2.24.0.1).
 *
 * <p>HAPI's parser is lenient in these, and the engine reads the JSON and not what HAPI makes of
 * it.
 */
final class ElementShape {

  private static final Set<String> EXTENSIONS = Set.of("extension", "modifierExtension");
  private static final Pattern NAME = Pattern.compile("_?[A-Za-z][A-Za-z0-9]{0,60}");

  private final FhirContext context;

  ElementShape(FhirContext context) {
    this.context = context;
  }

  /**
   * @param resource with the resourceType of a FHIR R4 resource
   * @throws ProblemException {@code INCORRECT}, naming the element and never its value
   */
  void require(ObjectNode resource, String place) {
    String type = resource.path("resourceType").asText("");
    if (!context.getResourceTypes().contains(type)) {
      throw problem("resourceType is missing or no type of FHIR R4.", place);
    }
    require(resource, context.getResourceDefinition(type), place);
  }

  private void require(
      ObjectNode json, BaseRuntimeElementCompositeDefinition<?> definition, String place) {
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      String name = member.getKey();
      String there = place + "." + safe(name);
      if (name.startsWith("_")) {
        besidePrimitive(definition, name.substring(1), member.getValue(), there);
      } else if (EXTENSIONS.contains(name)) {
        extensions(member.getValue(), there);
      } else if (!name.equals("resourceType") || !isResource(definition)) {
        element(json, definition, name, member.getValue(), there);
      }
    }
    for (BaseRuntimeChildDefinition child : definition.getChildren()) {
      if (child.getMin() > 0
          && child.getValidChildNames().stream()
              .noneMatch(name -> json.has(name) || json.has("_" + name))) {
        throw problem("A required element is missing.", place + "." + child.getElementName());
      }
    }
  }

  private void element(
      ObjectNode json,
      BaseRuntimeElementCompositeDefinition<?> parent,
      String name,
      JsonNode value,
      String place) {
    BaseRuntimeChildDefinition child = child(parent, name, place);
    if (child.getMax() == 1) {
      one(child.getChildByName(name), value, place);
      return;
    }
    if (!(value instanceof ArrayNode items)) {
      throw problem("An element that may repeat has to be a list.", place);
    }
    for (int i = 0; i < items.size(); i++) {
      // null holds the place of a primitive that has extensions alone
      if (!items.get(i).isNull() || !json.has("_" + name)) {
        one(child.getChildByName(name), items.get(i), place + "[" + i + "]");
      }
    }
  }

  private void one(BaseRuntimeElementDefinition<?> definition, JsonNode value, String place) {
    if (isXhtml(definition)) {
      if (!value.isTextual() || !value.textValue().strip().startsWith("<div")) {
        throw problem("A narrative has to be XHTML text in one div.", place);
      }
    } else if (definition instanceof RuntimePrimitiveDatatypeDefinition) {
      if (!PrimitiveForm.fits(definition.getName(), value)) {
        throw problem(
            "The value is not written as FHIR R4 writes the type " + definition.getName() + ".",
            place);
      }
    } else if (!(value instanceof ObjectNode object)) {
      throw problem("The element has to be an object.", place);
    } else if (definition instanceof BaseRuntimeElementCompositeDefinition<?> composite) {
      require(object, composite, place);
    } else {
      // an element that holds any resource
      require(object, place);
    }
  }

  /** The id and extensions of a primitive stand in a member of its name after an underscore. */
  private void besidePrimitive(
      BaseRuntimeElementCompositeDefinition<?> parent, String name, JsonNode value, String place) {
    BaseRuntimeChildDefinition child = child(parent, name, place);
    boolean list = child.getMax() != 1;
    if (list != value.isArray()
        || !(child.getChildByName(name) instanceof RuntimePrimitiveDatatypeDefinition)) {
      throw problem("An underscore goes before the name of a primitive element alone.", place);
    }
    for (JsonNode item : list ? value : List.of(value)) {
      if (item instanceof ObjectNode object) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
          if (member.getKey().equals("extension")) {
            extensions(member.getValue(), place + ".extension");
          } else if (!member.getKey().equals("id") || !member.getValue().isTextual()) {
            throw problem("Beside a primitive stand its id and extension alone.", place);
          }
        }
      } else if (!list || !item.isNull()) {
        throw problem("The element has to be an object.", place);
      }
    }
  }

  private void extensions(JsonNode value, String place) {
    if (!(value instanceof ArrayNode items)
        || !(context.getElementDefinition("Extension")
            instanceof BaseRuntimeElementCompositeDefinition<?> extension)) {
      throw problem("An element that may repeat has to be a list.", place);
    }
    for (int i = 0; i < items.size(); i++) {
      one(extension, items.get(i), place + "[" + i + "]");
    }
  }

  private static BaseRuntimeChildDefinition child(
      BaseRuntimeElementCompositeDefinition<?> parent, String name, String place) {
    BaseRuntimeChildDefinition child = parent.getChildByName(name);
    if (child == null) {
      throw problem("FHIR R4 has no such element here.", place);
    }
    return child;
  }

  /** A name that can be no element's is the sender's text, and stays out of problems. */
  static String safe(String name) {
    return NAME.matcher(name).matches() ? name : "?";
  }

  private static boolean isResource(BaseRuntimeElementCompositeDefinition<?> definition) {
    return definition instanceof RuntimeResourceDefinition;
  }

  private static boolean isXhtml(BaseRuntimeElementDefinition<?> definition) {
    return definition instanceof RuntimePrimitiveDatatypeNarrativeDefinition
        || definition instanceof RuntimePrimitiveDatatypeXhtmlHl7OrgDefinition;
  }

  private static ProblemException problem(String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, "structure", text, place).asException();
  }
}
