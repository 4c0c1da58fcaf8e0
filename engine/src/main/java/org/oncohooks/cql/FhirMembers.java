package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.NearestName;

/** Members of a resource's JSON that FHIR does not define: CQL never sees them. */
final class FhirMembers {

  private static final String RESOURCE = "Resource";
  private static final String ELEMENT = "Element";

  private final FhirTypes types;
  private final List<UnknownMember> unknown = new ArrayList<>();

  private FhirMembers(FhirTypes types) {
    this.types = types;
  }

  static boolean isResource(FhirTypes types, String name) {
    return types.find(name).isPresent() && types.isA(name, RESOURCE);
  }

  /**
   * @param resource of a type that FHIR has
   * @return in the order of the resource
   */
  static List<UnknownMember> unknown(FhirTypes types, ObjectNode resource) {
    FhirMembers members = new FhirMembers(types);
    members.object(resource, resource.path("resourceType").asText(""), "");
    return members.unknown;
  }

  private void object(ObjectNode object, String typeName, String path) {
    Optional<FhirType> type = types.find(typeName);
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      String place = path.isEmpty() ? name : path + "." + name;
      Optional<String> below = type.flatMap(t -> typeOf(t, name));
      if (name.equals("resourceType")) {
        continue;
      } else if (below.isEmpty()) {
        Set<String> known = type.map(t -> all(types, t).keySet()).orElse(Set.of());
        unknown.add(new UnknownMember(place, name, typeName, NearestName.hint(name, known)));
      } else if (member.getValue().isArray()) {
        for (int i = 0; i < member.getValue().size(); i++) {
          value(member.getValue().get(i), below.get(), place + "[" + i + "]");
        }
      } else {
        value(member.getValue(), below.get(), place);
      }
    }
  }

  private void value(JsonNode value, String type, String place) {
    if (value instanceof ObjectNode object) {
      boolean any = type.equals(RESOURCE);
      object(object, any ? object.path("resourceType").asText("") : type, place);
    }
  }

  private static Optional<String> typeOf(FhirType type, String member) {
    for (FhirElement element : type.ordered()) {
      for (FhirElement.Choice choice : element.choices()) {
        if (choice.member().equals(member)) {
          return Optional.of(choice.type());
        }
        if (choice.siblingMember().equals(member)) {
          return Optional.of(ELEMENT);
        }
      }
    }
    return Optional.empty();
  }

  /** The type of each JSON member; empty for the id of an element. */
  static Map<String, String> all(FhirTypes types, FhirType type) {
    Map<String, String> members = new LinkedHashMap<>();
    for (FhirElement element : type.ordered()) {
      for (FhirElement.Choice choice : element.choices()) {
        members.put(choice.member(), choice.type());
        if (types.find(choice.type()).flatMap(FhirType::primitive).isPresent()) {
          members.put(choice.siblingMember(), ELEMENT);
        }
      }
    }
    return members;
  }
}
