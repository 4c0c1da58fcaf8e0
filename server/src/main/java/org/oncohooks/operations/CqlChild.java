package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.oncohooks.Deadline;
import org.oncohooks.Finding;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CompiledLibraries;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.knowledge.Scratchpad;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/**
 * The process that evaluates CQL of callers ({@link SentCql}): reads a line of JSON, writes a line,
 * and ends with its standard input. Whoever asks keeps the time.
 */
final class CqlChild {

  /** Whoever asks kills the process long before. */
  private static final Duration NEVER = Duration.ofMinutes(5);

  private static final Problem TOO_DEEP =
      Problem.of(
          ProblemCategory.NOT_PROCESSABLE,
          "cql-too-deep",
          "The CQL is nested too deeply, or has too many terms in a row: the stack that it may use"
              + " overflowed. Split it into several defines.");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CompiledLibraries memory = new CompiledLibraries();
  private Scratchpad pad;

  private CqlChild() {}

  public static void main(String[] arguments) throws IOException {
    NoNetwork.begin();
    OutputStream answers = new FileOutputStream(FileDescriptor.out);
    // only answers may stand on standard output
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    CqlChild child = new CqlChild();
    ExecutorService worker = Executors.newSingleThreadExecutor();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode message = JSON.readTree(line);
        worker.submit(() -> child.answer(message, answers));
      }
    }
    // nobody listens any more, whatever is still computed
    Runtime.getRuntime().halt(0);
  }

  private void answer(JsonNode message, OutputStream answers) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    try {
      if (message.has("content")) {
        answer.put("ready", load(message.get("content")));
      } else {
        answer.set("parameter", evaluate(message));
      }
    } catch (ProblemException e) {
      tell(answer, e.getCause() instanceof StackOverflowError ? TOO_DEEP : e.problem());
    } catch (StackOverflowError e) {
      tell(answer, TOO_DEEP);
    } catch (RuntimeException | Error e) {
      // whoever asks waits for an answer; what e says might quote a patient
      tell(
          answer,
          Problem.of(
              ProblemCategory.FAULT,
              "cql-failed",
              "The CQL could not be evaluated because of an error in the service ("
                  + e.getClass().getSimpleName()
                  + ")."));
    }
    try {
      answers.write((answer + "\n").getBytes(StandardCharsets.UTF_8));
      answers.flush();
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
  }

  private static void tell(ObjectNode answer, Problem problem) {
    ObjectNode json = answer.putObject("problem");
    json.put("category", problem.category().name());
    json.put("code", problem.code()).put("text", problem.text());
    ArrayNode places = json.putArray("places");
    problem.places().forEach(places::add);
  }

  private boolean load(JsonNode content) {
    List<CqlSource> sources = new ArrayList<>();
    content
        .path("sources")
        .forEach(
            each ->
                sources.add(
                    new CqlSource(
                        each.path("name").asText(),
                        each.path("file").asText(),
                        each.path("text").asText())));
    List<ContentFiles.Resource> resources = new ArrayList<>();
    for (JsonNode each : content.path("resources")) {
      String file = each.path("resourceType").asText() + "/" + each.path("id").asText();
      resources.add(new ContentFiles.Resource(file, (ObjectNode) each, each.toString()));
    }
    Loaded loaded =
        KnowledgeLoader.load(
            new ContentFiles(sources, resources, content.path("version").asText(), List.of()),
            Optional.empty(),
            memory);
    loaded.knowledge().ifPresent(knowledge -> pad = new Scratchpad(knowledge, memory));
    return loaded.knowledge().isPresent();
  }

  private JsonNode evaluate(JsonNode question) {
    Map<String, JsonNode> settings = new TreeMap<>();
    question
        .path("settings")
        .properties()
        .forEach(each -> settings.put(each.getKey(), each.getValue()));
    PatientRecord.Builder record = PatientRecord.builder(question.path("patient").asText());
    for (JsonNode resource : question.path("resources")) {
      record.add((ObjectNode) resource, "data");
    }
    PatientRecord patient = record.build();
    boolean isLibrary = question.has("library");
    String library =
        isLibrary ? question.path("library").path("name").asText() : Scratchpad.LIBRARY;
    Knowledge asked = compiled(question, library, isLibrary);
    try (CqlEvaluation evaluation =
        asked
            .program()
            .begin(
                patient,
                HookContext.of("patient-view", patient.patientId()),
                OffsetDateTime.parse(question.path("evaluatedAt").asText()).toZonedDateTime(),
                settings,
                Deadline.after(NEVER))) {
      if (!isLibrary) {
        return evaluation.parameters(library, Scratchpad.EXPRESSION, "return");
      }
      List<String> expressions = new ArrayList<>();
      question.path("expressions").forEach(each -> expressions.add(each.asText()));
      return Evaluation.parameters(asked, evaluation, library, expressions).get("parameter");
    }
  }

  private Knowledge compiled(JsonNode question, String library, boolean isLibrary) {
    Scratchpad.Compiled compiled;
    if (isLibrary) {
      compiled =
          pad.compile(
              new CqlSource(library, library, question.path("library").path("text").asText()));
    } else {
      Map<String, String> libraries = new LinkedHashMap<>();
      pad.knowledge().sources().keySet().forEach(name -> libraries.put(name, name));
      question
          .path("libraries")
          .properties()
          .forEach(each -> libraries.put(each.getKey(), each.getValue().asText()));
      compiled =
          pad.compile(
              question.path("declarations").asText(),
              question.path("expression").asText(),
              libraries);
    }
    return compiled
        .knowledge()
        .orElseThrow(
            () -> {
              List<Finding> errors = compiled.findings().stream().filter(Finding::isError).toList();
              return new Problem(
                      ProblemCategory.INCORRECT,
                      "cql-invalid",
                      errors.stream().map(Finding::message).collect(Collectors.joining(". ")) + ".",
                      errors.stream()
                          .map(
                              f ->
                                  (isLibrary ? "library" : "expression")
                                      + ":"
                                      + f.line()
                                      + ":"
                                      + f.column())
                          .toList())
                  .asException();
            });
  }
}
