package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.ElementCheck;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.ModifierElements;

/**
 * What a hook's context holds (CDS Hooks library of hooks). Other members are left alone. Of a hook
 * that is not in the library only the patient is asked for; its members are taken as they come.
 *
 * @param name of the hook
 * @param user whether it names the user
 * @param users resource types that the user may be
 * @param required members that have to be there, with their kinds; the patient always has to
 * @param optional further members with their kinds
 */
record HookDefinition(
    String name,
    Need user,
    Set<String> users,
    Map<String, Kind> required,
    Map<String, Kind> optional) {

  /** Whether a member has to be there. */
  enum Need {
    REQUIRED,
    OPTIONAL
  }

  /** What a member is. */
  enum Kind {
    ID("a FHIR id"),
    REFERENCE("a relative reference, such as ServiceRequest/abc"),
    REFERENCES("a list of relative references, such as ServiceRequest/abc"),
    BUNDLE("a FHIR Bundle"),
    RESOURCE("a FHIR resource"),
    RESOURCES("a list of FHIR resources");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    private boolean fits(JsonNode value) {
      return switch (this) {
        case ID -> value.isTextual();
        case REFERENCE -> isReference(value);
        case REFERENCES -> value.isArray() && all(value, HookDefinition::isReference);
        case BUNDLE -> value.path("resourceType").asText("").equals("Bundle");
        case RESOURCE ->
            isResource(value) && !value.path("resourceType").asText("").equals("Bundle");
        case RESOURCES -> value.isArray() && all(value, HookDefinition::isResource);
      };
    }
  }

  private static final String ENCOUNTER = "encounterId";
  private static final String USER = "userId";
  private static final String DRAFT_ORDERS = "draftOrders";
  private static final String SELECTIONS = "selections";
  private static final String DISPATCHED_ORDERS = "dispatchedOrders";
  private static final String TASKS = "fulfillmentTasks";

  private static final Pattern REFERENCE =
      Pattern.compile("([A-Z][A-Za-z]{1,63})/[A-Za-z0-9\\-.]{1,64}");

  private static final Set<String> STAFF = Set.of("Practitioner", "PractitionerRole");
  private static final Set<String> ANYONE =
      Set.of("Practitioner", "PractitionerRole", "Patient", "RelatedPerson");

  private static final Map<String, Kind> OPEN_ENCOUNTER = Map.of(ENCOUNTER, Kind.ID);

  private static final Map<String, HookDefinition> LIBRARY =
      Stream.of(
              hook("patient-view", ANYONE, Map.of(), OPEN_ENCOUNTER),
              hook(
                  "order-select",
                  STAFF,
                  Map.of(DRAFT_ORDERS, Kind.BUNDLE, SELECTIONS, Kind.REFERENCES),
                  OPEN_ENCOUNTER),
              hook("order-sign", STAFF, Map.of(DRAFT_ORDERS, Kind.BUNDLE), OPEN_ENCOUNTER),
              hook("encounter-start", STAFF, OPEN_ENCOUNTER, Map.of()),
              hook("encounter-discharge", STAFF, OPEN_ENCOUNTER, Map.of()),
              hook("appointment-book", ANYONE, Map.of("appointments", Kind.BUNDLE), OPEN_ENCOUNTER),
              new HookDefinition(
                  "order-dispatch",
                  Need.OPTIONAL,
                  ANYONE,
                  Map.of(DISPATCHED_ORDERS, Kind.REFERENCES, "performer", Kind.REFERENCE),
                  Map.of(TASKS, Kind.RESOURCES)),
              hook(
                  "problem-list-item-create",
                  ANYONE,
                  Map.of("conditions", Kind.BUNDLE),
                  OPEN_ENCOUNTER),
              hook(
                  "allergyintolerance-create",
                  STAFF,
                  Map.of("allergyIntolerance", Kind.RESOURCE),
                  OPEN_ENCOUNTER),
              new HookDefinition(
                  "medication-refill",
                  Need.OPTIONAL,
                  ANYONE,
                  Map.of("medications", Kind.BUNDLE),
                  OPEN_ENCOUNTER),
              hook(
                  "medication-verify", ANYONE, Map.of("medication", Kind.RESOURCE), OPEN_ENCOUNTER))
          .collect(Collectors.toUnmodifiableMap(HookDefinition::name, Function.identity()));

  private static HookDefinition hook(
      String name, Set<String> users, Map<String, Kind> required, Map<String, Kind> optional) {
    return new HookDefinition(name, Need.REQUIRED, users, required, optional);
  }

  static HookDefinition of(String hook) {
    return LIBRARY.getOrDefault(
        hook, new HookDefinition(hook, Need.OPTIONAL, ANYONE, Map.of(), OPEN_ENCOUNTER));
  }

  /**
   * @param sent the request's context
   * @param fhirServer base URL of the server that the patient's id belongs to, if the caller gives
   *     it
   * @throws ProblemException {@code INCORRECT} with the place of the first member that is missing
   *     or is not what the hook's definition says
   */
  HookContext read(ObjectNode sent, Optional<String> fhirServer) {
    ObjectNode context = name.equals("order-dispatch") ? ofSeveralOrders(sent) : sent;
    Members members = new Members(context, "context");
    ObjectNode plain = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> member : context.properties()) {
      if (isKnown(member.getKey())) {
        plain.set(member.getKey(), member.getValue());
      }
    }
    String patientId = members.requiredId("patientId", "Patient");
    plain.put("patientId", patientId);
    members.id(ENCOUNTER, "Encounter").ifPresent(id -> plain.put(ENCOUNTER, id));
    requireUser(members);
    required.forEach((member, kind) -> requireKind(context, member, kind, Need.REQUIRED));
    optional.forEach((member, kind) -> requireKind(context, member, kind, Need.OPTIONAL));
    HookContext read = HookContext.read(name, patientId, fhirServer, plain);
    for (HookContext.Item item : read.items()) {
      requireResource(item);
    }
    if (required.containsKey(SELECTIONS)) {
      requireSelected(read);
    }
    return read;
  }

  /** Version 1.0 of order-dispatch has one order and one task, each under a name of its own. */
  private static ObjectNode ofSeveralOrders(ObjectNode context) {
    if (context.has(DISPATCHED_ORDERS) || !context.has("order")) {
      return context;
    }
    requireKind(context, "order", Kind.REFERENCE, Need.REQUIRED);
    requireKind(context, "task", Kind.RESOURCE, Need.OPTIONAL);
    ObjectNode several = context.deepCopy();
    several.putArray(DISPATCHED_ORDERS).add(context.get("order"));
    if (context.path("task").isObject()) {
      several.putArray(TASKS).add(context.get("task"));
    }
    return several;
  }

  private boolean isKnown(String member) {
    return member.equals(USER)
        || required.containsKey(member)
        || optional.containsKey(member)
        || !LIBRARY.containsKey(name);
  }

  private void requireUser(Members members) {
    if (user == Need.REQUIRED) {
      members.requiredText(USER);
    }
    members
        .text(USER)
        .ifPresent(
            id -> {
              if (!REFERENCE.matcher(id).matches()
                  || !users.contains(id.substring(0, id.indexOf('/')))) {
                throw refuse(
                    "user-invalid",
                    "context.userId has to be the user's type and id, such as Practitioner/abc;"
                        + " the hook knows the types "
                        + String.join(", ", new TreeSet<>(users))
                        + ".",
                    "context." + USER);
              }
            });
  }

  private static void requireKind(ObjectNode context, String member, Kind kind, Need need) {
    JsonNode value = context.get(member);
    String place = "context." + member;
    if (value == null || value.isNull()) {
      if (need == Need.REQUIRED) {
        throw refuse("member-missing", place + " is missing; send " + kind.words + ".", place);
      }
    } else if (!kind.fits(value)) {
      throw refuse("member-type", place + " has to be " + kind.words + ".", place);
    }
  }

  private static void requireResource(HookContext.Item item) {
    String type = item.resource().path("resourceType").asText("");
    if (!ResourceTypes.isR4(type) || type.equals("OperationOutcome") || type.equals("Bundle")) {
      throw refuse(
          "resource-type-unexpected",
          "A resource of the context has to be one of FHIR R4 that says something about the"
              + " patient, neither an OperationOutcome nor a Bundle in a Bundle.",
          item.place());
    }
    if (!ElementCheck.check(item.resource(), item.place())) {
      ModifierElements.requireNone(item.resource(), item.place());
    }
  }

  /** A selection that is none of the drafts would be judged as nothing. */
  private static void requireSelected(HookContext context) {
    Set<String> drafts =
        context.resources().getOrDefault(DRAFT_ORDERS, List.of()).stream()
            .map(HookContext.Item::resource)
            .map(r -> r.path("resourceType").asText("") + "/" + r.path("id").asText(""))
            .collect(Collectors.toSet());
    JsonNode selections = context.values().get(SELECTIONS);
    for (int i = 0; i < selections.size(); i++) {
      if (!drafts.contains(selections.get(i).textValue())) {
        throw refuse(
            "selection-unknown",
            "A selection is not among the draftOrders; send every selected draft, with its id.",
            "context." + SELECTIONS + "[" + i + "]");
      }
    }
  }

  private static boolean isReference(JsonNode value) {
    return value.isTextual() && REFERENCE.matcher(value.textValue()).matches();
  }

  private static boolean isResource(JsonNode value) {
    return value.isObject() && value.path("resourceType").isTextual();
  }

  private static boolean all(JsonNode list, Predicate<JsonNode> test) {
    for (JsonNode item : list) {
      if (!test.test(item)) {
        return false;
      }
    }
    return true;
  }

  private static ProblemException refuse(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
