package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of FHIR resources who they are about: ids and references become others, consistently;
 * identifiers likewise; names, addresses, telecom, contacts, photos and narrative go; dates move by
 * one number of days; every text that is not known to be a code, a unit or the name of a code
 * becomes "(text)". What is left still tells a rare story: a person has to look before it leaves
 * the house.
 */
final class Deidentification {

  static final String TEXT = "(text)";

  private static final Set<String> DROPPED =
      Set.of(
          "meta",
          "telecom",
          "address",
          "contact",
          "photo",
          "communication",
          "link",
          "managingOrganization",
          "generalPractitioner",
          "implicitRules");

  /**
   * Members whose text is a code, an address of a definition or a unit, never words of a person.
   */
  private static final Set<String> CODED =
      Set.of(
          "resourceType",
          "system",
          "code",
          "version",
          "unit",
          "status",
          "intent",
          "priority",
          "gender",
          "use",
          "mode",
          "kind",
          "type",
          "linkId",
          "comparator",
          "criticality",
          "severity",
          "category",
          "valueCode",
          "valueUri",
          "valueCanonical",
          "questionnaire",
          "language",
          "instantiatesCanonical",
          "instantiatesUri",
          "contentType");

  private static final Pattern DATE =
      Pattern.compile(
          "(\\d{4})(-\\d\\d)?(-\\d\\d)?"
              + "(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)?)?");
  private static final Pattern REFERENCE =
      Pattern.compile("(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\\-.]{1,64})(?:/_history/.*)?");
  private static final Pattern URN = Pattern.compile("urn:(?:uuid|oid):.+");

  /** A number, with or without a unit: an age told as text is read by rules. */
  private static final Pattern NUMBER =
      Pattern.compile("[<>]?=? ?\\d{1,5}([.,]\\d{1,3})?( [a-z%/]{1,8})?");

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:/#|\\-]{1,120}");

  private final int days;
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, Integer> perType = new HashMap<>();
  private final Map<String, String> identifiers = new LinkedHashMap<>();

  /**
   * @param days by which all dates move
   */
  Deidentification(int days) {
    this.days = days;
  }

  /** A copy of a resource about nobody. */
  ObjectNode resource(ObjectNode resource) {
    String type = resource.path("resourceType").asText();
    ObjectNode copy = object(resource, type);
    if (resource.has("id")) {
      copy.put("id", id(type, resource.path("id").asText()));
    }
    if (type.equals("Patient") && resource.has("name")) {
      copy.putArray("name").addObject().put("family", "Person").putArray("given").add("Test");
    }
    return copy;
  }

  /** The other id under which a resource is known from now on. */
  String id(String type, String id) {
    return ids.computeIfAbsent(
        type + "/" + id,
        key -> type.toLowerCase(Locale.ROOT) + "-" + perType.merge(type, 1, Integer::sum));
  }

  /** A moment, moved. */
  OffsetDateTime moved(OffsetDateTime moment) {
    return moment.plusDays(days);
  }

  /** Any value of a hook's context: references, Bundles, resources, ids of encounters. */
  JsonNode context(JsonNode value) {
    if (value.isTextual()) {
      return TextNode.valueOf(reference(value.textValue()));
    }
    if (value.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      value.forEach(item -> copy.add(context(item)));
      return copy;
    }
    if (value instanceof ObjectNode object) {
      if (object.path("resourceType").asText("").equals("Bundle")) {
        ObjectNode bundle =
            JsonNodeFactory.instance
                .objectNode()
                .put("resourceType", "Bundle")
                .put("type", "collection");
        ArrayNode entries = bundle.putArray("entry");
        for (JsonNode entry : object.path("entry")) {
          if (entry.path("resource") instanceof ObjectNode resource) {
            entries.addObject().set("resource", resource(resource));
          }
        }
        return bundle;
      }
      return resource(object);
    }
    return value;
  }

  private ObjectNode object(ObjectNode object, String around) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    boolean coding = object.has("code") && (object.has("system") || object.has("display"));
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      JsonNode value = member.getValue();
      boolean narrative = name.equals("text") && value.isObject();
      boolean personal = name.equals("name") && !value.isTextual();
      if (DROPPED.contains(name) || narrative || personal) {
        continue;
      }
      if (name.equals("display") && !coding) {
        continue;
      }
      if (name.equals("identifier")
          || name.equals("requisition")
          || name.equals("groupIdentifier")) {
        copy.set(name, identifier(value));
      } else if (name.equals("contained")) {
        ArrayNode contained = copy.putArray(name);
        for (JsonNode inner : value) {
          // its id is known to this resource alone, by #
          ObjectNode kept = object((ObjectNode) inner, inner.path("resourceType").asText());
          kept.set("id", inner.path("id"));
          contained.add(kept);
        }
      } else if (name.equals("url") && isExtension(object)) {
        copy.set(name, value);
      } else if (name.equals("reference") && value.isTextual()) {
        copy.put(name, reference(value.textValue()));
      } else {
        copy.set(name, value(name, value, coding, around));
      }
    }
    return copy;
  }

  /** Not an attachment, whose address leads to a document about the patient. */
  private static boolean isExtension(ObjectNode object) {
    return object.has("extension")
        || object.properties().stream().anyMatch(m -> m.getKey().startsWith("value"));
  }

  private JsonNode value(String name, JsonNode value, boolean coding, String around) {
    if (value instanceof ObjectNode object) {
      return object(object, around);
    }
    if (value.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      value.forEach(item -> copy.add(value(name, item, coding, around)));
      return copy;
    }
    return value.isTextual() ? TextNode.valueOf(text(name, value.textValue(), coding)) : value;
  }

  private String text(String name, String text, boolean coding) {
    if (name.equals("display") && coding) {
      return text;
    }
    if (CODED.contains(name) && (WORD.matcher(text).matches() || name.equals("unit"))) {
      return text;
    }
    Matcher date = DATE.matcher(text);
    if (date.matches()) {
      return moved(date);
    }
    if (name.equals("postalCode")) {
      return TEXT;
    }
    boolean isCode = name.matches(".*(Code|Status|Type|Behavior)");
    return NUMBER.matcher(text).matches() || (isCode && WORD.matcher(text).matches()) ? text : TEXT;
  }

  /** A year or a month alone moves with its middle: what day was meant is not known. */
  private String moved(Matcher date) {
    try {
      int year = Integer.parseInt(date.group(1));
      if (date.group(2) == null) {
        return String.valueOf(LocalDate.of(year, 7, 1).plusDays(days).getYear());
      }
      int month = Integer.parseInt(date.group(2).substring(1));
      if (date.group(3) == null) {
        return LocalDate.of(year, month, 15).plusDays(days).toString().substring(0, 7);
      }
      int day = Integer.parseInt(date.group(3).substring(1));
      String time = date.group(4) == null ? "" : date.group(4);
      return LocalDate.of(year, month, day).plusDays(days) + time;
    } catch (java.time.DateTimeException e) {
      return TEXT;
    }
  }

  private JsonNode identifier(JsonNode value) {
    if (value.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      value.forEach(item -> copy.add(identifier(item)));
      return copy;
    }
    String key = value.path("system").asText("") + "|" + value.path("value").asText("");
    String other = identifiers.computeIfAbsent(key, k -> "id-" + (identifiers.size() + 1));
    return JsonNodeFactory.instance.objectNode().put("system", "urn:test").put("value", other);
  }

  private String reference(String reference) {
    if (reference.startsWith("#")) {
      return reference;
    }
    Matcher typed = REFERENCE.matcher(reference);
    if (typed.matches()) {
      return typed.group(1) + "/" + id(typed.group(1), typed.group(2));
    }
    return URN.matcher(reference).matches() ? "urn:test:" + id("Reference", reference) : TEXT;
  }
}
