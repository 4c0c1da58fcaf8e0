package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.patient.PatientRecord;

/**
 * Runs CQL that comes with a call: {@code $cql}, and {@code Library/$evaluate} of a library that is
 * sent. It runs in a process of its own with little memory, an empty environment and no network,
 * which is killed when its time is up; the next call gets a new one. One call at a time.
 * Thread-safe.
 */
public final class SentCql implements AutoCloseable {

  private static final Set<String> OF_CQL =
      FhirOperations.with(Subject.INPUTS, "expression", "parameters", "library", "timestamp");

  private static final Set<String> LIBRARY_PARTS = Set.of("url", "name");

  /**
   * @param start how long the process may take until it can evaluate
   * @param time for one call
   * @param megabytes heap of the process
   */
  public record Limits(Duration start, Duration time, int megabytes) {

    public static Limits standard() {
      return new Limits(Duration.ofSeconds(50), Duration.ofSeconds(5), 256);
    }
  }

  /**
   * @param program the {@code java} command
   * @param classPath of this service
   */
  public record Java(Path program, String classPath) {}

  private final Limits limits;
  private final Java java;
  private final ReentrantLock turn = new ReentrantLock(true);
  private CqlProcess process;

  public SentCql(Limits limits, Java java) {
    this.limits = limits;
    this.java = java;
  }

  /** {@code $cql}. */
  ObjectNode expression(
      Knowledge knowledge,
      ObjectNode parameters,
      Function<Inputs, FhirOperations.Situation> situations) {
    Inputs inputs = Inputs.of(parameters, OF_CQL, FhirOperations.ENDPOINTS);
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    question.put("expression", inputs.requiredText("expression"));
    ObjectNode libraries = question.putObject("libraries");
    for (Inputs library : inputs.parts("library", LIBRARY_PARTS)) {
      ObjectNode found =
          KnowledgeLookup.find(
              knowledge, "Library", Optional.empty(), library, List.of("url"), Optional.empty());
      String name = Evaluation.cqlName(knowledge, found);
      String alias = library.text("name").orElse(name);
      if (!alias.matches("[A-Za-z_][A-Za-z0-9_]{0,63}")) {
        throw Inputs.incorrect("library-name", "The name has to be a CQL identifier.", "library");
      }
      libraries.put(alias, name);
    }
    ObjectNode sent = inputs.object("parameters").orElseGet(JsonNodeFactory.instance::objectNode);
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    ArrayNode others = JsonNodeFactory.instance.arrayNode();
    for (JsonNode each : sent.path("parameter")) {
      String name = each.path("name").asText("");
      String plain = name.substring(name.lastIndexOf('.') + 1);
      boolean setting = knowledge.program().parameters().contains(plain);
      (setting ? settings.withArray("parameter") : others).add(each);
    }
    StringBuilder declarations = new StringBuilder();
    Literals.of(others)
        .forEach(
            (name, value) ->
                declarations
                    .append("define \"")
                    .append(name)
                    .append("\": ")
                    .append(value)
                    .append('\n'));
    question.put("declarations", declarations.toString());
    return ask(knowledge, question, situations.apply(inputs.without("parameters")), settings);
  }

  /** {@code Library/$evaluate} of a library that is no part of the content. */
  ObjectNode library(
      Knowledge knowledge, ObjectNode library, Inputs inputs, FhirOperations.Situation situation) {
    String name = library.path("name").asText("");
    if (name.isEmpty()) {
      name = CanonicalUrl.parse(library.path("url").asText("none")).lastSegment();
    }
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    question.putObject("library").put("name", name).put("text", text(library));
    ArrayNode expressions = question.putArray("expressions");
    inputs.texts("expression").forEach(expressions::add);
    return ask(knowledge, question, situation, JsonNodeFactory.instance.objectNode());
  }

  private static String text(ObjectNode library) {
    for (JsonNode content : library.path("content")) {
      if (content.path("contentType").asText("").equals("text/cql")) {
        try {
          return new String(
              Base64.getMimeDecoder().decode(content.path("data").asText("")),
              StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          throw Inputs.incorrect("library-data", "The library's data is no base64.", "library");
        }
      }
    }
    throw Inputs.incorrect(
        "library-without-cql", "The library has no content of type text/cql.", "library");
  }

  private ObjectNode ask(
      Knowledge knowledge,
      ObjectNode question,
      FhirOperations.Situation situation,
      ObjectNode settings) {
    PatientRecord record = situation.record();
    question.put("patient", record.patientId());
    ArrayNode resources = question.putArray("resources");
    record.types().forEach(type -> record.resources(type).forEach(resources::add));
    question.put(
        "evaluatedAt", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(situation.evaluatedAt()));
    ObjectNode all = question.putObject("settings");
    situation.settings().forEach(all::set);
    Inputs.settings(settings).forEach(all::set);
    return answer(exchange(knowledge, question));
  }

  private JsonNode exchange(Knowledge knowledge, ObjectNode question) {
    boolean mine = false;
    try {
      mine = turn.tryLock(limits.time().toMillis(), TimeUnit.MILLISECONDS);
      if (!mine) {
        throw Problem.of(
                ProblemCategory.UNAVAILABLE,
                "cql-busy",
                "Another expression is being evaluated; try again.")
            .asException();
      }
      if (process == null || !process.isAlive()) {
        process = CqlProcess.start(java, limits);
      }
      process.serve(knowledge, limits.start());
      return process.ask(question, limits.time());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.of(ProblemCategory.UNAVAILABLE, "stopping", "The service stops.")
          .asException(e);
    } finally {
      if (mine) {
        turn.unlock();
      }
    }
  }

  private static ObjectNode answer(JsonNode answer) {
    JsonNode problem = answer.path("problem");
    if (problem.isObject()) {
      throw new ProblemException(
          new Problem(
              ProblemCategory.valueOf(problem.path("category").asText()),
              problem.path("code").asText(),
              problem.path("text").asText(),
              places(problem.path("places"))));
    }
    ObjectNode parameters = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
    parameters.set("parameter", answer.path("parameter"));
    return parameters;
  }

  private static List<String> places(JsonNode places) {
    List<String> texts = new ArrayList<>();
    places.forEach(place -> texts.add(place.asText()));
    return texts;
  }

  /** Ends the process, if there is one. */
  @Override
  public void close() {
    CqlProcess last = process;
    if (last != null) {
      last.kill();
    }
  }
}
