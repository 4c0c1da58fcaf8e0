package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.decision.NothingEvaluated;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** Makes a case of a hook request as an EHR sent it, about nobody, with what is answered now. */
public final class CaseFromRequest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String EVALUATION_TIME = "org.oncohooks.evaluationTime";
  private static final String PARAMETERS = "org.oncohooks.parameters";

  /** Dates move back by up to a year. */
  private static final int MOST_DAYS = 365;

  private static final int TRIES = 40;

  private final Knowledge knowledge;
  private final Service service;
  private final String hook;
  private final ObjectNode request;
  private final OffsetDateTime evaluatedAt;

  private record Situation(
      String patientId,
      List<ObjectNode> resources,
      Set<String> missing,
      ObjectNode context,
      Map<String, JsonNode> parameters,
      OffsetDateTime evaluatedAt) {}

  /** What a case expects, in the words of {@code expected.yaml}. */
  private record Expected(String library, ObjectNode json, Optional<Problem> refusal) {}

  /**
   * @param knowledge the content that answers
   * @param serviceId the service that the request was sent to
   * @param request the hook request
   * @param now the evaluation instant, where the request sets none
   * @param zone in which a calendar day of the clock begins and ends
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if the service is not there, does not
   *     answer the hook, or the request holds no patient
   */
  public CaseFromRequest(
      Knowledge knowledge, String serviceId, ObjectNode request, Instant now, ZoneId zone) {
    this.knowledge = knowledge;
    this.service =
        knowledge
            .service(serviceId)
            .orElseThrow(
                () ->
                    JsonFiles.refuse(
                        "There is no service "
                            + serviceId
                            + "; the services are: "
                            + String.join(
                                ", ", knowledge.services().stream().map(Service::id).toList())
                            + "."));
    this.hook = request.path("hook").asText("");
    if (!service.hooks().contains(hook)) {
      throw JsonFiles.refuse(
          "The service answers "
              + String.join(", ", service.hooks())
              + ", and the request's hook is '"
              + hook
              + "'.");
    }
    this.request = request;
    this.evaluatedAt = time(now.atZone(zone).toOffsetDateTime());
  }

  private OffsetDateTime time(OffsetDateTime now) {
    String text = request.path("extension").path(EVALUATION_TIME).asText("");
    try {
      return text.isEmpty() ? now : OffsetDateTime.parse(text);
    } catch (DateTimeParseException e) {
      throw JsonFiles.refuse("extension." + EVALUATION_TIME + " is not ISO 8601 with offset.");
    }
  }

  /**
   * What was written.
   *
   * @param folder of the case
   * @param files in it
   * @param same whether the answer about nobody is the one about the patient
   * @param refusal with what the service refuses the request, since it can evaluate nothing
   */
  public record Made(Path folder, List<String> files, boolean same, Optional<Problem> refusal) {}

  /**
   * Writes the case's folder below that of the library whose card speaks, else of the service's
   * first recommendation.
   *
   * @param tests {@code cql/tests} of the content
   * @param name the case's
   * @param random chooses the days by which dates move; different days are tried until the answer
   *     is the same
   */
  public Made write(Path tests, String name, RandomGenerator random) {
    if (!name.matches("[a-z0-9][a-z0-9\\-]{0,60}")) {
      throw JsonFiles.refuse("A case's name has small letters, digits and hyphens.");
    }
    Situation real = real();
    Expected before = expected(real);
    Situation nobody = real;
    Expected after = before;
    boolean same = false;
    for (int i = 0; i < TRIES && !same; i++) {
      nobody = about(real, new Deidentification(-7 - random.nextInt(MOST_DAYS - 7)));
      after = expected(nobody);
      same =
          comparable(before).equals(comparable(after)) && before.library().equals(after.library());
    }
    Path folder = tests.resolve(after.library()).resolve(name);
    if (Files.exists(folder)) {
      throw JsonFiles.refuse(
          "cql/tests/" + after.library() + "/" + name + " is there already; give another --name.");
    }
    List<String> files = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (ObjectNode resource : nobody.resources()) {
        String file =
            resource.path("resourceType").asText() + "-" + resource.path("id").asText() + ".json";
        Files.writeString(folder.resolve(file), JsonFiles.text(resource));
        files.add(file);
      }
      Files.writeString(folder.resolve("expected.yaml"), yaml(nobody, after));
      files.add("expected.yaml");
    } catch (IOException e) {
      throw JsonFiles.refuse("The case can't be written: " + e.getClass().getSimpleName() + ".");
    }
    return new Made(folder, files, same, before.refusal());
  }

  /** Texts may print dates, which have moved. */
  private static ObjectNode comparable(Expected expected) {
    ObjectNode json = expected.json().deepCopy();
    json.path("cards").forEach(card -> ((ObjectNode) card).remove("summary"));
    return json;
  }

  private Situation real() {
    String patientId = request.path("context").path("patientId").asText("");
    List<ObjectNode> resources = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    request
        .path("prefetch")
        .forEach(
            value -> {
              if (value.path("resourceType").asText("").equals("Bundle")) {
                value.path("entry").forEach(entry -> add(entry.path("resource"), resources, seen));
              } else {
                add(value, resources, seen);
              }
            });
    if (resources.stream().noneMatch(r -> r.path("resourceType").asText().equals("Patient"))) {
      throw JsonFiles.refuse(
          "The request holds no Patient in its prefetch, so there is nothing to make a case of.");
    }
    ObjectNode context = ((ObjectNode) request.path("context")).deepCopy();
    context.remove(List.of("patientId", "userId", "encounterId"));
    Map<String, JsonNode> parameters = new HashMap<>();
    request
        .path("extension")
        .path(PARAMETERS)
        .properties()
        .forEach(p -> parameters.put(p.getKey(), p.getValue()));
    return new Situation(patientId, resources, missing(), context, parameters, evaluatedAt);
  }

  private static void add(JsonNode value, List<ObjectNode> resources, Set<String> seen) {
    String type = value.path("resourceType").asText("");
    if (value instanceof ObjectNode resource
        && !type.isEmpty()
        && !type.equals("OperationOutcome")
        && seen.add(type + "/" + value.path("id").asText())) {
      resources.add(resource);
    }
  }

  /** The types whose prefetch key is lacking, null or an error. */
  private Set<String> missing() {
    PrefetchTemplates templates = service.prefetch(hook);
    Set<String> missing = new TreeSet<>();
    templates
        .keyOfType()
        .forEach(
            (type, key) -> {
              JsonNode value = request.path("prefetch").path(key);
              boolean error = value.path("resourceType").asText("").equals("OperationOutcome");
              if (!type.equals("Patient") && (!value.isObject() || error)) {
                missing.add(type);
              }
            });
    return missing;
  }

  private static Situation about(Situation real, Deidentification other) {
    String patientId = other.id("Patient", real.patientId());
    List<ObjectNode> resources = real.resources().stream().map(other::resource).toList();
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    real.context()
        .properties()
        .forEach(member -> context.set(member.getKey(), other.context(member.getValue())));
    return new Situation(
        patientId,
        resources,
        real.missing(),
        context,
        real.parameters(),
        other.moved(real.evaluatedAt()));
  }

  private Expected expected(Situation situation) {
    PatientRecord.Builder builder = PatientRecord.builder(situation.patientId());
    for (ObjectNode resource : situation.resources()) {
      String type = resource.path("resourceType").asText();
      if (!situation.missing().contains(type)) {
        builder.add(resource, type + "/" + resource.path("id").asText());
      }
    }
    Map<String, String> keys = service.prefetch(hook).keyOfType();
    situation
        .missing()
        .forEach(t -> builder.gap(new DataGap(t, keys.get(t), DataGap.Reason.NOT_SENT)));
    PatientRecord record = builder.build();
    HookContext context =
        HookContext.read(hook, record.patientId(), Optional.empty(), situation.context());
    Decision decision =
        new DecisionEngine()
            .decide(
                knowledge,
                service,
                context,
                record,
                situation.evaluatedAt().toZonedDateTime(),
                situation.parameters(),
                Deadline.after(PATIENCE));
    Recommendation rule =
        decision
            .speaking()
            .map(applies -> applies.recommendation())
            .orElseGet(() -> service.recommendations(hook).get(0));
    ObjectNode expected = JsonNodeFactory.instance.objectNode();
    try (CqlEvaluation evaluation =
        knowledge
            .program()
            .begin(
                record,
                context,
                situation.evaluatedAt().toZonedDateTime(),
                situation.parameters(),
                Deadline.after(PATIENCE))) {
      expected
          .putObject("defines")
          .set(rule.condition(), evaluation.evaluate(rule.library(), rule.condition()));
    }
    ArrayNode cards = expected.putArray("cards");
    decision
        .speaking()
        .ifPresent(
            applies ->
                cards
                    .addObject()
                    .put("topic", applies.recommendation().topic().code())
                    .put("indicator", applies.advice().indicator().code())
                    .put("summary", applies.advice().summary()));
    if (!decision.notEvaluated().isEmpty()) {
      ArrayNode notEvaluated = expected.putArray("notEvaluated");
      decision.notEvaluated().forEach(o -> notEvaluated.add(o.recommendation().topic().code()));
    }
    expected.put("dataIncomplete", !decision.dataIncomplete().isEmpty());
    return new Expected(rule.library(), expected, NothingEvaluated.in(decision, record, false));
  }

  private String yaml(Situation situation, Expected expected) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(
        "description", "TODO what the case shows; what it expects is what was answered, check it.");
    json.put(
        "evaluationTime",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(situation.evaluatedAt().withNano(0)));
    json.put("service", service.id());
    if (!hook.equals("patient-view")) {
      json.put("hook", hook);
    }
    if (!situation.context().isEmpty()) {
      json.set("context", situation.context());
    }
    if (!situation.parameters().isEmpty()) {
      situation
          .parameters()
          .forEach((name, value) -> json.withObject("/parameters").set(name, value));
    }
    if (!situation.missing().isEmpty()) {
      situation.missing().forEach(type -> json.withArray("/missing").add(type));
    }
    json.setAll(expected.json());
    return YAMLMapper.builder()
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
        .disable(YAMLGenerator.Feature.SPLIT_LINES)
        .build()
        .writeValueAsString(json);
  }
}
