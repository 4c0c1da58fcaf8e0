package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.decision.NothingEvaluated;
import org.oncohooks.decision.Question;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;

/** Does the operations. Thread-safe. */
public final class FhirOperations {

  /** As a hook call. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** What overruns here is held against no tenant's hooks; no tenant has such a name. */
  private static final String CALLER = "/fhir";

  private final Supplier<Knowledge> knowledge;
  private final PatientStore store;
  private final GuardedEngine engine;
  private final Map<String, JsonNode> settings;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Optional<SentCql> sentCql;

  /**
   * @param knowledge the current content; asked once a call
   * @param store patients whose data does not come with a call
   * @param engine evaluates, as for hooks
   * @param settings the site's
   * @param zone in which a calendar day of the clock begins and ends
   * @param sentCql runs CQL that comes with a call, and lets a call set time and settings:
   *     development mode alone
   */
  public FhirOperations(
      Supplier<Knowledge> knowledge,
      PatientStore store,
      GuardedEngine engine,
      Map<String, JsonNode> settings,
      InstantSource clock,
      ZoneId zone,
      Optional<SentCql> sentCql) {
    this.knowledge = knowledge;
    this.store = store;
    this.engine = engine;
    this.settings = Map.copyOf(settings);
    this.clock = clock;
    this.zone = zone;
    this.sentCql = sentCql;
  }

  /** What can be called here. */
  public List<Operation> offered() {
    List<Operation> offered = new ArrayList<>(Operation.KNOWLEDGE);
    offered.addAll(Operation.PATIENTS);
    sentCql.ifPresent(there -> offered.add(Operation.CQL_EXPRESSION));
    return List.copyOf(offered);
  }

  /**
   * @param type resource type; empty = on the server as a whole
   * @param id of the instance, if it was called on one
   * @param name without the dollar sign
   * @param parameters a FHIR Parameters resource
   * @param about is told the id of the patient whom it is about, before anything is computed
   * @return a FHIR resource
   * @throws ProblemException {@code NOT_FOUND} for an operation or a thing that is not there,
   *     {@code INCORRECT} with the parameter, and what an evaluation throws
   */
  public ObjectNode run(
      String type,
      Optional<String> id,
      String name,
      ObjectNode parameters,
      Consumer<String> about) {
    Operation operation =
        Operation.find(offered(), type, name)
            .orElseThrow(
                () ->
                    Problem.of(
                            ProblemCategory.NOT_FOUND,
                            "operation-unknown",
                            "There is no such operation here; /metadata lists those there are.")
                        .asException());
    Knowledge snapshot = knowledge.get();
    if (operation.equals(Operation.EXPAND)) {
      return Terminology.expand(snapshot, id, parameters, clock.instant());
    }
    if (operation.equals(Operation.VALIDATE_CODE)) {
      return Terminology.validate(snapshot, id, parameters);
    }
    if (operation.equals(Operation.DATA_REQUIREMENTS)) {
      return DataRequirements.of(snapshot, id, parameters);
    }
    if (operation.equals(Operation.EVALUATE)) {
      return evaluate(snapshot, id, parameters, about);
    }
    return operation.equals(Operation.APPLY)
        ? apply(snapshot, id, parameters, about)
        : sentCql
            .orElseThrow()
            .expression(snapshot, parameters, inputs -> situation(inputs, about));
  }

  /** Whether an operation only asks for knowledge, so that no patient comes into it. */
  public static boolean isOnKnowledge(String type, String name) {
    return Operation.find(Operation.KNOWLEDGE, type, name).isPresent();
  }

  /** Whether there is an operation of this name, on whatever type. */
  public static boolean isKnown(String name) {
    return Stream.concat(Operation.PATIENTS.stream(), Stream.of(Operation.CQL_EXPRESSION))
        .anyMatch(operation -> operation.name().equals(name));
  }

  // --- Library/$evaluate
  // ---------------------------------------------------------------------------

  /** Data, content and terms come with the call or from here; other servers are not asked. */
  static final Set<String> ENDPOINTS =
      Set.of("dataEndpoint", "contentEndpoint", "terminologyEndpoint");

  private static final Set<String> OF_EVALUATE =
      with(Subject.INPUTS, "url", "library", "expression", "parameters", "timestamp");

  static Set<String> with(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  private ObjectNode evaluate(
      Knowledge snapshot, Optional<String> id, ObjectNode parameters, Consumer<String> about) {
    Inputs inputs = Inputs.of(parameters, OF_EVALUATE, ENDPOINTS);
    Optional<ObjectNode> sent = inputs.has("library") ? inputs.object("library") : Optional.empty();
    if (sent.isPresent() && id.isPresent()) {
      throw Inputs.incorrect(
          "library-twice",
          "The URL names a library, and another one is sent; send it to Library/$evaluate.",
          "library");
    }
    if (sent.isPresent()) {
      return sentCql
          .orElseThrow(() -> developmentOnly("library"))
          .library(snapshot, sent.get(), inputs, situation(inputs, about));
    }
    ObjectNode resource =
        KnowledgeLookup.find(snapshot, "Library", id, inputs, List.of("url"), Optional.empty());
    String library = Evaluation.cqlName(snapshot, resource);
    Situation situation = situation(inputs, about);
    Deadline deadline = Deadline.after(PATIENCE);
    return engine.evaluate(
        () -> {
          try (CqlEvaluation evaluation =
              snapshot
                  .program()
                  .begin(
                      situation.record(),
                      HookContext.of("patient-view", situation.record().patientId()),
                      situation.evaluatedAt(),
                      situation.settings(),
                      deadline)) {
            return Evaluation.parameters(snapshot, evaluation, library, inputs.texts("expression"));
          }
        },
        deadline);
  }

  /**
   * Of whom, when and with which settings something is evaluated.
   *
   * @param record of nobody if the call names no patient
   */
  record Situation(
      PatientRecord record, ZonedDateTime evaluatedAt, Map<String, JsonNode> settings) {}

  private Situation situation(Inputs inputs, Consumer<String> about) {
    Optional<PatientRecord> subject = Subject.read(inputs, store);
    subject.map(PatientRecord::patientId).ifPresent(about);
    PatientRecord record = subject.orElseGet(() -> PatientRecord.builder("nobody").build());
    Map<String, JsonNode> all = new HashMap<>(settings);
    if (inputs.has("parameters")) {
      requireDevelopment("parameters");
      all.putAll(Inputs.settings(inputs.object("parameters").orElseThrow()));
    }
    return new Situation(
        record,
        inputs.text("timestamp").map(this::instant).orElseGet(() -> clock.instant().atZone(zone)),
        all);
  }

  private ZonedDateTime instant(String text) {
    requireDevelopment("timestamp");
    try {
      return OffsetDateTime.parse(text).toZonedDateTime();
    } catch (DateTimeParseException e) {
      throw Inputs.incorrect(
          "timestamp-form",
          "Give the time with date, time and offset, such as 2026-06-01T12:00:00-05:00.",
          "timestamp");
    }
  }

  private void requireDevelopment(String parameter) {
    if (sentCql.isEmpty()) {
      throw developmentOnly(parameter);
    }
  }

  private static ProblemException developmentOnly(String parameter) {
    return Inputs.incorrect(
        "development-only", "This is taken in development mode only. Leave it out.", parameter);
  }

  // --- PlanDefinition/$apply
  // -----------------------------------------------------------------------

  private ObjectNode apply(
      Knowledge snapshot, Optional<String> id, ObjectNode parameters, Consumer<String> about) {
    Inputs inputs = Inputs.of(parameters, PlanApplication.INPUTS, ENDPOINTS);
    ObjectNode plan =
        KnowledgeLookup.find(
            snapshot, "PlanDefinition", id, inputs, PlanApplication.NAMED_BY, Optional.empty());
    inputs.requiredText("subject");
    Service service = PlanApplication.service(snapshot, plan);
    Situation situation = situation(inputs, about);
    String hook = PlanApplication.hook(service);
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    inputs.text("encounter").ifPresent(e -> said.put("encounterId", e.replace("Encounter/", "")));
    HookContext context =
        HookContext.read(hook, situation.record().patientId(), Optional.empty(), said);
    Decision decision =
        engine
            .decide(
                new Question(
                    snapshot,
                    service,
                    CALLER,
                    context,
                    situation.record(),
                    situation.evaluatedAt(),
                    situation.settings(),
                    List.of(),
                    Deadline.after(PATIENCE)))
            .decision();
    NothingEvaluated.in(decision, situation.record(), true)
        .ifPresent(
            problem -> {
              throw problem.asException();
            });
    return PlanApplication.of(
        plan, decision, context, PlanApplication.UNUSED.stream().filter(inputs::has).toList());
  }
}
