package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.cases.Difference;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.decision.NothingEvaluated;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/**
 * Makes a case of what the service reads in a hook request, about nobody, with what is answered
 * now, and says in what the case answers otherwise than the request.
 */
public final class CaseFromRequest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Dates move back by up to a year. */
  private static final int MOST_DAYS = 365;

  private static final int TRIES = 40;

  private final Knowledge knowledge;
  private final Request request;
  private final KnownWords words;

  /**
   * What a service reads in a request that came to it.
   *
   * @param service that it was sent to
   * @param context of the hook
   * @param record with the gaps that the service sees
   * @param evaluatedAt the evaluation instant
   * @param parameters settings by name
   */
  public record Request(
      Service service,
      HookContext context,
      PatientRecord record,
      OffsetDateTime evaluatedAt,
      Map<String, JsonNode> parameters) {}

  /**
   * What was written.
   *
   * @param folder of the case
   * @param files in it
   * @param notes what of the request a case can't say, a sentence each
   * @param differences in what the case is answered otherwise than the request; empty if in nothing
   * @param refusal with what the service refuses the request, since it can evaluate nothing
   */
  public record Made(
      Path folder,
      List<String> files,
      List<String> notes,
      List<String> differences,
      Optional<Problem> refusal) {}

  /** A case that might be written. */
  private record Candidate(Case nobody, List<String> differences) {}

  /**
   * @param knowledge the content that answers
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if the request holds no patient
   */
  public CaseFromRequest(Knowledge knowledge, Request request) {
    this.knowledge = knowledge;
    this.request = request;
    this.words = new KnownWords(knowledge);
    if (request.record().resources("Patient").isEmpty()) {
      throw JsonFiles.refuse(
          "The request holds no Patient that the service could use, so there is nothing to make a"
              + " case of.");
    }
  }

  /**
   * Writes the case's folder below that of the library whose card speaks, else of the service's
   * first recommendation; then reads it as {@code test} does and compares.
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
    Decision decision =
        new DecisionEngine()
            .decide(
                knowledge,
                request.service(),
                request.context(),
                request.record(),
                request.evaluatedAt().toZonedDateTime(),
                request.parameters(),
                Deadline.after(PATIENCE));
    Recommendation rule = rule(decision);
    String caseName = rule.library() + "/" + name;
    Path folder = tests.resolve(rule.library()).resolve(name);
    if (Files.exists(folder)) {
      throw JsonFiles.refuse("cql/tests/" + caseName + " is there already; give another --name.");
    }
    Candidate best = candidate(caseName, rule, decision, random);
    for (int i = 1; i < TRIES && !best.differences().isEmpty(); i++) {
      Candidate other = candidate(caseName, rule, decision, random);
      best = other.differences().size() < best.differences().size() ? other : best;
    }
    List<String> files = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (ObjectNode resource : best.nobody().resources()) {
        String file = HookContext.reference(resource).replace('/', '-') + ".json";
        Files.writeString(folder.resolve(file), JsonFiles.text(resource));
        files.add(file);
      }
      Files.writeString(folder.resolve("expected.yaml"), yaml(best.nobody(), rule));
      files.add("expected.yaml");
      List<String> differences = new ArrayList<>(best.differences());
      for (Case written : CaseFolder.readAll(tests, caseName)) {
        for (Difference difference : new CaseRunner(knowledge).run(written)) {
          differences.add("read again, the case does not hold: " + difference);
        }
      }
      return new Made(
          folder,
          files,
          notes(),
          differences,
          NothingEvaluated.in(decision, request.record(), false));
    } catch (IOException e) {
      throw JsonFiles.refuse("The case can't be written: " + e.getClass().getSimpleName() + ".");
    }
  }

  private Recommendation rule(Decision decision) {
    return decision
        .speaking()
        .map(applies -> applies.recommendation())
        .orElseGet(() -> request.service().recommendations(request.context().hook()).get(0));
  }

  private Candidate candidate(
      String name, Recommendation rule, Decision decision, RandomGenerator random) {
    Deidentification other =
        new Deidentification(knowledge, words, -7 - random.nextInt(MOST_DAYS - 7));
    Case nobody = about(name, rule, other);
    Decision answered = new CaseRunner(knowledge).decide(nobody).orElseThrow();
    return new Candidate(nobody, Comparison.of(decision, answered, other));
  }

  private Case about(String name, Recommendation rule, Deidentification other) {
    TreeSet<String> missing = new TreeSet<>();
    request.record().gaps().forEach(gap -> missing.add(gap.resourceType()));
    List<ObjectNode> resources = new ArrayList<>();
    // the patient's id first, whoever else is referred to
    other.id("Patient", request.record().patientId());
    for (String type : new TreeSet<>(request.record().types())) {
      if (!missing.contains(type)) {
        request.record().resources(type).forEach(each -> resources.add(other.resource(each)));
      }
    }
    return new Case(
        name,
        rule.library(),
        other.moved(request.evaluatedAt()).withNano(0).toZonedDateTime(),
        Optional.of(request.service().id()),
        request.context().hook(),
        context(other),
        request.parameters(),
        resources,
        List.copyOf(missing),
        Map.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** What the hook brought, but for the patient. */
  private ObjectNode context(Deidentification other) {
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    request
        .context()
        .resources()
        .forEach(
            (member, items) -> {
              ArrayNode entries =
                  context
                      .putObject(member)
                      .put("resourceType", "Bundle")
                      .put("type", "collection")
                      .putArray("entry");
              items.forEach(
                  item -> entries.addObject().set("resource", other.resource(item.resource())));
            });
    request
        .context()
        .values()
        .forEach(
            (member, value) -> {
              if (member.equals("encounterId")) {
                context.put(member, other.id("Encounter", value.asText()));
              } else if (!member.equals("patientId")) {
                said(value, other).ifPresent(kept -> context.set(member, kept));
              }
            });
    return context;
  }

  /** References, numbers and truth values, and lists of them; no words and no objects. */
  private static Optional<JsonNode> said(JsonNode value, Deidentification other) {
    if (value.isTextual()) {
      return Optional.of(TextNode.valueOf(other.reference(value.textValue())));
    }
    if (value.isArray()) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      value.forEach(item -> said(item, other).ifPresent(kept::add));
      return Optional.of(kept);
    }
    return Optional.of(value).filter(plain -> plain.isNumber() || plain.isBoolean());
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    boolean unsent = false;
    for (DataGap gap : request.record().gaps()) {
      boolean notSent = gap.reason() == DataGap.Reason.NOT_SENT;
      unsent |= notSent || gap.reason() == DataGap.Reason.SENT_AS_NULL;
      if (!notSent) {
        notes.add(
            gap.key()
                + " ("
                + gap.resourceType()
                + ") "
                + gap.reason().words()
                + "; a case can only say that it was not sent, and says that.");
      }
    }
    if (unsent) {
      notes.add(
          "What was not sent is missing in the case. The service may have asked the EHR's FHIR server"
              + " or its own store for it; if it has, make the case of a request with all keys.");
    }
    return notes;
  }

  private String yaml(Case nobody, Recommendation rule) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(
        "description", "TODO what the case shows; what it expects is what was answered, check it.");
    json.put(
        "evaluationTime",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(nobody.evaluatedAt().toOffsetDateTime()));
    json.put("service", request.service().id());
    if (!nobody.hook().equals("patient-view")) {
      json.put("hook", nobody.hook());
    }
    if (!nobody.context().isEmpty()) {
      json.set("context", nobody.context());
    }
    if (!nobody.parameters().isEmpty()) {
      nobody.parameters().forEach((name, value) -> json.withObject("/parameters").set(name, value));
    }
    if (!nobody.missing().isEmpty()) {
      nobody.missing().forEach(type -> json.withArray("/missing").add(type));
    }
    json.setAll(expected(nobody, rule));
    return YAMLMapper.builder()
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
        .disable(YAMLGenerator.Feature.SPLIT_LINES)
        .build()
        .writeValueAsString(json);
  }

  /** What is answered now, in the words of {@code expected.yaml}. */
  private ObjectNode expected(Case nobody, Recommendation rule) {
    ObjectNode expected = JsonNodeFactory.instance.objectNode();
    try (CqlEvaluation evaluation =
        knowledge
            .program()
            .begin(
                CaseRunner.record(nobody),
                CaseRunner.context(nobody),
                nobody.evaluatedAt(),
                nobody.parameters(),
                Deadline.after(PATIENCE))) {
      expected
          .putObject("defines")
          .set(rule.condition(), evaluation.evaluate(rule.library(), rule.condition()));
    }
    Decision decision = new CaseRunner(knowledge).decide(nobody).orElseThrow();
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
    return expected;
  }
}
