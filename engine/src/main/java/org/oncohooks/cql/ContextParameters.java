package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.elm.r1.ListTypeSpecifier;
import org.hl7.elm.r1.NamedTypeSpecifier;
import org.hl7.elm.r1.ParameterDef;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.patient.HookContext;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * The hook's context as CQL sees it: the member {@code draftOrders} fills the parameter {@code
 * DraftOrders} if the library HookContext declares it, and so for every other. A member without a
 * parameter is left aside, a parameter without a member keeps its default or is null. So a hook
 * that this service has never heard of needs CQL and no Java.
 */
final class ContextParameters {

  private static final String HOOK = "Hook";

  private ContextParameters() {}

  static Map<String, Value> of(
      Map<String, ParameterDef> declared, HookContext context, FhirValues values) {
    Map<String, Value> parameters = new HashMap<>();
    declared.forEach(
        (name, def) -> {
          String member = Character.toLowerCase(name.charAt(0)) + name.substring(1);
          if (name.equals(HOOK)) {
            parameters.put(name, new org.opencds.cqf.cql.engine.runtime.String(context.hook()));
          } else if (context.resources().containsKey(member)
              || context.values().containsKey(member)) {
            parameters.put(
                name,
                value(def, member, context, values).orElseThrow(() -> wrongType(def, member)));
          }
        });
    return parameters;
  }

  private static Optional<Value> value(
      ParameterDef def, String member, HookContext context, FhirValues values) {
    boolean isList = def.getParameterTypeSpecifier() instanceof ListTypeSpecifier;
    String type = typeName(def);
    if (!type.equals("Resource")) {
      JsonNode json = context.values().get(member);
      return json == null
          ? Optional.empty()
          : isList ? list(type, json) : CqlParameters.value(type, json);
    }
    List<HookContext.Item> items = context.resources().get(member);
    if (items == null) {
      return isList && isEmptyList(context.values().get(member))
          ? Optional.of(new org.opencds.cqf.cql.engine.runtime.List(List.of()))
          : Optional.empty();
    }
    if (!isList) {
      return items.size() == 1
          ? Optional.of(values.resource(items.get(0).resource()))
          : Optional.empty();
    }
    List<Value> resources = new ArrayList<>(items.size());
    items.forEach(item -> resources.add(values.resource(item.resource())));
    return Optional.of(new org.opencds.cqf.cql.engine.runtime.List(resources));
  }

  private static boolean isEmptyList(JsonNode json) {
    return json.isArray() && json.isEmpty();
  }

  private static Optional<Value> list(String type, JsonNode json) {
    List<Value> items = new ArrayList<>();
    for (JsonNode item : json) {
      Optional<Value> value = CqlParameters.value(type, item);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      items.add(value.get());
    }
    return json.isArray()
        ? Optional.of(new org.opencds.cqf.cql.engine.runtime.List(items))
        : Optional.empty();
  }

  private static String typeName(ParameterDef def) {
    return def.getParameterTypeSpecifier() instanceof ListTypeSpecifier list
            && list.getElementType() instanceof NamedTypeSpecifier element
        ? element.getName().getLocalPart()
        : def.getParameterTypeSpecifier() instanceof NamedTypeSpecifier named
            ? named.getName().getLocalPart()
            : "";
  }

  private static RuntimeException wrongType(ParameterDef def, String member) {
    boolean isList = def.getParameterTypeSpecifier() instanceof ListTypeSpecifier;
    String type = typeName(def);
    String place = "context." + member;
    String what =
        type.equals("Resource")
            ? isList ? "a Bundle or a list of resources" : "a resource"
            : (isList ? "a list of type " : "of type ") + type;
    return Problem.of(
            ProblemCategory.INCORRECT, "context-type", place + " has to be " + what + ".", place)
        .asException();
  }
}
