package org.oncohooks.operations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.Evidence;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Proposal;
import org.oncohooks.decision.ProposedOrder;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Link;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;
import org.oncohooks.knowledge.Suggestion;
import org.oncohooks.patient.HookContext;

/**
 * {@code PlanDefinition/$apply} as FHIR R4 says: a CarePlan, whose one activity is the RequestGroup
 * in it. What speaks is the same as on a card; what applies besides is named, and what could not be
 * evaluated stands in an OperationOutcome.
 */
final class PlanApplication {

  private static final String PATIENT_VIEW = "patient-view";
  private static final String MESSAGES = "http://hl7.org/fhir/StructureDefinition/cqf-messages";

  private final ObjectNode carePlan;
  private final ArrayNode contained;
  private final ObjectNode group;
  private final ArrayNode actions = JsonNodeFactory.instance.arrayNode();
  private final Decision decision;
  private final HookContext context;
  private List<String> unused = List.of();
  private int orders;

  private PlanApplication(ObjectNode plan, Decision decision, HookContext context) {
    this.decision = decision;
    this.context = context;
    String version = plan.path("version").asText("");
    String canonical = plan.path("url").asText() + (version.isEmpty() ? "" : "|" + version);
    carePlan = JsonNodeFactory.instance.objectNode().put("resourceType", "CarePlan");
    contained = JsonNodeFactory.instance.arrayNode();
    carePlan.putArray("instantiatesCanonical").add(canonical);
    carePlan.put("status", "draft").put("intent", "proposal");
    carePlan.put("title", plan.path("title").asText(plan.path("name").asText("")));
    carePlan.putObject("subject").put("reference", "Patient/" + context.patientId());
    group = JsonNodeFactory.instance.objectNode().put("resourceType", "RequestGroup");
    group.put("id", "request-group");
    group.putArray("instantiatesCanonical").add(canonical);
    group.put("status", "draft").put("intent", "proposal");
    group.putObject("subject").put("reference", "Patient/" + context.patientId());
  }

  /** What a plan means for the engine: a service, or one recommendation as a service of its own. */
  static Service service(Knowledge knowledge, ObjectNode plan) {
    String url = plan.path("url").asText("");
    String id = plan.path("id").asText("");
    for (Service service : knowledge.services()) {
      for (Service.Entry entry : service.entries()) {
        if (entry.recommendation().canonical().url().equals(url)) {
          Recommendation only = entry.recommendation();
          return new Service(
              id,
              only.title(),
              only.title(),
              false,
              List.of(new Service.Entry(only, entry.hooks())),
              Map.of());
        }
      }
    }
    return endpoint(plan)
        .flatMap(knowledge::service)
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCategory.NOT_PROCESSABLE,
                        "plan-not-in-use",
                        "No service uses this PlanDefinition, so it can't be applied.")
                    .asException());
  }

  private static Optional<String> endpoint(ObjectNode plan) {
    for (var extension : plan.path("extension")) {
      if (extension.path("url").asText("").endsWith("/cqf-cdsHooksEndpoint")) {
        String uri = extension.path("valueUri").asText(extension.path("valueUrl").asText("none"));
        return Optional.of(CanonicalUrl.parse(uri).lastSegment());
      }
    }
    return Optional.empty();
  }

  /** The hook on which a service is asked: a chart was opened, if it answers that. */
  static String hook(Service service) {
    return service.hooks().contains(PATIENT_VIEW) ? PATIENT_VIEW : service.hooks().get(0);
  }

  /**
   * @param plan the PlanDefinition applied
   * @param unused parameters of the call that change nothing here
   * @return a CarePlan; without activity if nothing applies
   */
  static ObjectNode of(
      ObjectNode plan, Decision decision, HookContext context, List<String> unused) {
    PlanApplication application = new PlanApplication(plan, decision, context);
    application.unused = unused;
    return application.carePlan();
  }

  private ObjectNode carePlan() {
    decision.speaking().ifPresent(this::speaking);
    decision
        .superseded()
        .forEach(also -> tell(action(also.recommendation(), also.advice()), also.advice()));
    if (!actions.isEmpty()) {
      group.set("action", actions);
      contained.insert(0, group);
      carePlan
          .putArray("activity")
          .addObject()
          .putObject("reference")
          .put("reference", "#request-group");
    }
    messages();
    if (!contained.isEmpty()) {
      carePlan.set("contained", contained);
    }
    return carePlan;
  }

  private void speaking(Outcome.Applies applies) {
    Advice advice = applies.advice();
    ObjectNode action = action(applies.recommendation(), advice);
    note(advice.reason());
    for (Evidence evidence : advice.evidence()) {
      note(
          evidence.fact()
              + evidence.date().map(date -> ", " + date).orElse("")
              + evidence.resource().map(resource -> " (" + resource + ")").orElse(""));
    }
    advice.notRecorded().forEach(missing -> note("Not recorded: " + missing));
    ArrayNode children = JsonNodeFactory.instance.arrayNode();
    for (Proposal proposal : advice.suggestions()) {
      for (Proposal.Step step : proposal.steps()) {
        if (step.kind() == Suggestion.Kind.CREATE && step.activity().isPresent()) {
          ObjectNode order =
              ProposedOrder.of(step.activity().get(), context, decision.evaluatedAt());
          String id = "order-" + ++orders;
          order.put("id", id);
          contained.add(order);
          ObjectNode child = children.addObject();
          child.put("id", proposal.id() + "-" + orders).put("title", proposal.label());
          if (!step.description().isBlank()) {
            child.put("description", step.description());
          }
          child.putArray("code").addObject().put("text", step.kind().code());
          if (proposal.recommended()) {
            child.put("precheckBehavior", "yes");
          }
          child.putObject("resource").put("reference", "#" + id);
        }
      }
    }
    if (children.isEmpty()) {
      tell(action, advice);
    } else {
      action.put("selectionBehavior", applies.recommendation().atMostOne() ? "at-most-one" : "any");
      action.set("action", children);
    }
  }

  /** An action has children or a resource (FHIR R4, rqg-1); to say something is a request too. */
  private void tell(ObjectNode action, Advice advice) {
    String id = "message-" + (contained.size() + 1);
    ObjectNode message = contained.addObject().put("resourceType", "CommunicationRequest");
    message.put("id", id).put("status", "draft");
    message.putObject("subject").put("reference", "Patient/" + context.patientId());
    message
        .putArray("payload")
        .addObject()
        .put("contentString", advice.text().isBlank() ? advice.summary() : advice.text());
    action.putObject("resource").put("reference", "#" + id);
  }

  private void note(String text) {
    if (!text.isBlank()) {
      group.withArray("note").addObject().put("text", text);
    }
  }

  private ObjectNode action(Recommendation recommendation, Advice advice) {
    ObjectNode action = actions.addObject();
    action.put("id", recommendation.id()).put("title", advice.summary());
    if (!advice.text().isBlank()) {
      action.put("description", advice.text());
    }
    action.put("priority", advice.indicator().priority());
    ObjectNode topic = action.putArray("code").addObject().putArray("coding").addObject();
    topic.put("system", recommendation.topic().system()).put("code", recommendation.topic().code());
    ArrayNode documentation = action.putArray("documentation");
    source(documentation, advice.source());
    recommendation.citations().forEach(link -> source(documentation, link));
    return action;
  }

  private static void source(ArrayNode documentation, Link link) {
    documentation
        .addObject()
        .put("type", "documentation")
        .put("label", link.label())
        .put("url", link.url());
  }

  private void messages() {
    ArrayNode issues = JsonNodeFactory.instance.arrayNode();
    for (Outcome.NotEvaluated missed : decision.notEvaluated()) {
      issue(
          issues,
          "warning",
          "Not evaluated: " + missed.recommendation().title() + ". " + missed.problem().text());
    }
    decision.dataIncomplete().forEach(text -> issue(issues, "warning", text));
    decision.unseen().forEach(text -> issue(issues, "information", text));
    if (!unused.isEmpty()) {
      issue(
          issues,
          "warning",
          "Not used, since no rule asks for it: " + String.join(", ", unused) + ".");
    }
    if (!issues.isEmpty()) {
      ObjectNode outcome = contained.addObject().put("resourceType", "OperationOutcome");
      outcome.put("id", "messages").set("issue", issues);
      carePlan
          .putArray("extension")
          .addObject()
          .put("url", MESSAGES)
          .putObject("valueReference")
          .put("reference", "#messages");
    }
  }

  private static void issue(ArrayNode issues, String severity, String text) {
    issues
        .addObject()
        .put("severity", severity)
        .put("code", "incomplete")
        .putObject("details")
        .put("text", text);
  }

  /** The parameters of which one names the plan: R4's, and what later guides call it. */
  static final List<String> NAMED_BY = List.of("planDefinition", "canonical", "url");

  /** Those that R4 defines and that change nothing here; the answer says so. */
  static final List<String> UNUSED =
      List.of(
          "practitioner",
          "organization",
          "userType",
          "userLanguage",
          "userTaskContext",
          "setting",
          "settingContext");

  static final Set<String> INPUTS = inputs();

  private static Set<String> inputs() {
    Set<String> inputs =
        new HashSet<>(FhirOperations.with(Subject.INPUTS, "encounter", "parameters", "timestamp"));
    inputs.addAll(NAMED_BY);
    inputs.addAll(UNUSED);
    return Set.copyOf(inputs);
  }
}
