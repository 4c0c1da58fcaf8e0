package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.knowledge.Displays;
import org.oncohooks.knowledge.Knowledge;

/**
 * Takes out of FHIR resources who they are about. What is kept is listed, by the FHIR type of each
 * element: numbers, truth values, codes that {@link KnownWords} lets through, and dates, moved by
 * one number of days. Ids, references, identifiers, unknown codes and addresses become stand-ins,
 * the same for the same; every other text becomes "(text)", with the words that rules look for;
 * names, addresses, contacts, documents, narrative and extensions that the content does not name
 * go. What is left still tells a rare story: a person has to look before it leaves the house.
 */
final class Deidentification {

  static final String TEXT = "(text)";

  private static final String REFERENCE = "Reference";

  /** Elements that only say who somebody is, or how to reach them. */
  private static final Set<String> PERSONAL =
      Set.of(
          "HumanName",
          "Address",
          "ContactPoint",
          "ContactDetail",
          "Attachment",
          "Signature",
          "Narrative",
          "Meta",
          "base64Binary",
          "xhtml",
          "Patient.Contact",
          "Patient.Link",
          "Patient.Communication",
          "Location.Position");

  private static final Set<String> DROPPED =
      Set.of(
          "modifierExtension",
          "implicitRules",
          "language",
          "managingOrganization",
          "generalPractitioner");

  private static final Set<String> DATES = Set.of("date", "dateTime", "instant");

  private static final Set<String> ADDRESSES = Set.of("uri", "url", "canonical", "oid", "uuid");

  private static final Set<String> TEXTS = Set.of("string", "markdown");

  /** Where an age may be told as text; rules read it. */
  private static final Set<String> AGES = Set.of("onsetString", "ageString", "deceasedString");

  private static final Pattern AGE = Pattern.compile("\\d{1,2}|1[01]\\d");

  private static final Pattern DATE =
      Pattern.compile(
          "(\\d{4})(-\\d\\d)?(-\\d\\d)?"
              + "(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)?)?");
  private static final Pattern TIME = Pattern.compile("\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,3})?)?");
  private static final Pattern LOCAL_REFERENCE =
      Pattern.compile("(?:.*/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\\-.]{1,64})(?:/_history/.*)?");

  /** Of other years nobody tells; four digits may be a number of something. */
  private static final int EARLIEST_YEAR = 1850;

  private static final int LATEST_YEAR = 2150;

  private final CqlProgram fhir;
  private final Displays displays;
  private final KnownWords words;
  private final int days;
  private final Map<String, String> standIns = new HashMap<>();
  private final Map<String, Integer> perKind = new HashMap<>();
  private int unnamed;

  /**
   * @param knowledge whose rules the resources are for
   * @param words of the same
   * @param days by which all dates move
   */
  Deidentification(Knowledge knowledge, KnownWords words, int days) {
    this.fhir = knowledge.program();
    this.displays = knowledge.displays();
    this.words = words;
    this.days = days;
  }

  /**
   * A copy of a resource about nobody, with an id.
   *
   * @param resource of a type of FHIR R4
   */
  ObjectNode resource(ObjectNode resource) {
    String type = resource.path("resourceType").asText();
    String id = resource.path("id").asText("");
    ObjectNode copy = JsonNodeFactory.instance.objectNode().put("resourceType", type);
    // two without an id are two
    copy.put("id", id.isEmpty() ? standIn(type, "none", String.valueOf(unnamed++)) : id(type, id));
    copy.setAll(object(resource, type));
    if (type.equals("Patient") && resource.has("name")) {
      copy.putArray("name").addObject().put("family", "Person").putArray("given").add("Test");
    }
    return copy;
  }

  /** The other id under which a resource is known from now on. */
  String id(String type, String id) {
    return standIn(type, type, id);
  }

  /** A moment, moved. */
  OffsetDateTime moved(OffsetDateTime moment) {
    return moment.plusDays(days);
  }

  /** A date as FHIR writes it, moved; empty if it is none. */
  Optional<String> moved(String text) {
    Matcher date = DATE.matcher(text);
    return date.matches() ? moved(date) : Optional.empty();
  }

  /** A reference to a resource, relative and to its other id. */
  String reference(String reference) {
    if (reference.startsWith("#")) {
      return reference.length() == 1 ? reference : "#" + standIn("contained", "#", reference);
    }
    Matcher typed = LOCAL_REFERENCE.matcher(reference);
    return typed.matches() && fhir.isResourceType(typed.group(1))
        ? typed.group(1) + "/" + id(typed.group(1), typed.group(2))
        : "urn:test:" + standIn("reference", "reference", reference);
  }

  /** The same for the same, numbered within its kind. */
  private String standIn(String kind, String space, String original) {
    return standIns.computeIfAbsent(
        space + "\n" + original,
        key -> kind.toLowerCase(Locale.ROOT) + "-" + perKind.merge(kind, 1, Integer::sum));
  }

  private ObjectNode object(ObjectNode object, String type) {
    Map<String, String> members = fhir.members(type);
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      String below = members.getOrDefault(name, "");
      // what FHIR does not have, no rule sees
      if (!below.isEmpty() && !DROPPED.contains(name) && !name.equals("id")) {
        JsonNode value = value(member.getValue(), name, below, object, type);
        if (!value.isMissingNode()) {
          copy.set(name, value);
        }
      }
    }
    return copy;
  }

  /** Missing, if nothing is left. */
  private JsonNode value(
      JsonNode value, String name, String type, ObjectNode parent, String parentType) {
    if (value.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      for (JsonNode item : value) {
        JsonNode kept = item.isNull() ? item : value(item, name, type, parent, parentType);
        if (!kept.isMissingNode()) {
          copy.add(kept);
        }
      }
      return copy.isEmpty() ? copy.path(0) : copy;
    }
    if (PERSONAL.contains(type)) {
      return JsonNodeFactory.instance.missingNode();
    }
    if (value instanceof ObjectNode object) {
      Optional<ObjectNode> kept = kept(object, type, parentType);
      return kept.isPresent() && !kept.get().isEmpty()
          ? kept.get()
          : JsonNodeFactory.instance.missingNode();
    }
    boolean written = fhir.isText(type) || DATES.contains(type) || type.equals("time");
    if (written != value.isTextual()) {
      return JsonNodeFactory.instance.missingNode();
    }
    return written
        ? text(value.textValue(), name, type, parent, parentType)
            .<JsonNode>map(JsonNodeFactory.instance::textNode)
            .orElseGet(JsonNodeFactory.instance::missingNode)
        : value;
  }

  private Optional<ObjectNode> kept(ObjectNode object, String type, String parentType) {
    switch (type) {
      case "Identifier":
        return parentType.equals(REFERENCE) ? Optional.empty() : Optional.of(identifier(object));
      case "Extension":
        return words.isExtension(object.path("url").asText(""))
            ? Optional.of(object(object, type))
            : Optional.empty();
      case "Resource":
        return Optional.of(contained(object));
      default:
        return Optional.of(object(object, type));
    }
  }

  private ObjectNode contained(ObjectNode inner) {
    String type = inner.path("resourceType").asText("");
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    if (fhir.isResourceType(type)) {
      copy.put("resourceType", type);
      copy.put("id", reference("#" + inner.path("id").asText("none")).substring(1));
      copy.setAll(object(inner, type));
    }
    return copy;
  }

  private ObjectNode identifier(ObjectNode identifier) {
    String original =
        identifier.path("system").asText("") + "|" + identifier.path("value").asText("");
    return JsonNodeFactory.instance
        .objectNode()
        .put("system", "urn:test")
        .put("value", standIn("id", "Identifier", original));
  }

  private Optional<String> text(
      String text, String name, String type, ObjectNode parent, String parentType) {
    if (DATES.contains(type)) {
      return moved(text);
    }
    if (parentType.equals(REFERENCE)) {
      return switch (name) {
        case "reference" -> Optional.of(reference(text));
        case "type" -> Optional.of(text).filter(fhir::isResourceType);
        default -> Optional.empty();
      };
    }
    if (parentType.equals("Coding")) {
      return coding(text, name, parent);
    }
    if (fhir.isA(parentType, "Quantity") && !name.equals("comparator")) {
      return quantity(text, name);
    }
    if (ADDRESSES.contains(type)) {
      boolean extension = parentType.equals("Extension") && name.equals("url");
      return Optional.of(
          extension || words.isAddress(text)
              ? text
              : "urn:test:" + standIn("address", "address", text));
    }
    if (type.equals("time")) {
      return Optional.of(text).filter(time -> TIME.matcher(time).matches());
    }
    if (name.equals("linkId")) {
      return Optional.of(words.isLinkId(text) ? text : standIn("link", "linkId", text));
    }
    if (TEXTS.contains(type)) {
      boolean age = AGES.contains(name) && AGE.matcher(text).matches();
      return Optional.of(age ? text : words.textOf(text, TEXT));
    }
    return Optional.of(text).filter(words::isCode);
  }

  private Optional<String> coding(String text, String name, ObjectNode coding) {
    String system = coding.path("system").asText("");
    boolean known = system.isEmpty() || words.isSystem(system);
    switch (name) {
      case "system":
        return Optional.of(system(text));
      case "code":
        return Optional.of(
            known && words.isCode(system, text)
                ? text
                : standIn("code", "code " + system, text.strip()));
      case "display":
        return displays.of(system, coding.path("code").asText(""));
      default:
        return Optional.empty();
    }
  }

  private String system(String text) {
    return words.isSystem(text) ? text : "urn:test:" + standIn("system", "system", text);
  }

  private Optional<String> quantity(String text, String name) {
    return switch (name) {
      case "system" -> Optional.of(system(text));
      default -> Optional.of(words.isUnit(text) ? text : "(unit)");
    };
  }

  /** A year or a month alone moves with its middle: what day was meant is not known. */
  private Optional<String> moved(Matcher date) {
    try {
      int year = Integer.parseInt(date.group(1));
      if (year < EARLIEST_YEAR || year > LATEST_YEAR) {
        return Optional.empty();
      }
      if (date.group(2) == null) {
        return Optional.of(String.valueOf(LocalDate.of(year, 7, 1).plusDays(days).getYear()));
      }
      int month = Integer.parseInt(date.group(2).substring(1));
      if (date.group(3) == null) {
        return Optional.of(LocalDate.of(year, month, 15).plusDays(days).toString().substring(0, 7));
      }
      int day = Integer.parseInt(date.group(3).substring(1));
      String time = date.group(4) == null ? "" : date.group(4);
      return Optional.of(LocalDate.of(year, month, day).plusDays(days) + time);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
