package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.patient.PatientRecord;

/**
 * Evaluates every define of every library on every patient Bundle of a folder and writes the values
 * as JSON, so that another engine's results can be held against ours.
 */
public final class EvaluateAll {

  private static final Duration PER_PATIENT = Duration.ofSeconds(60);

  private EvaluateAll() {}

  /**
   * @param args content folder, folder with patient Bundles, evaluation instant (ISO 8601 with
   *     offset), file to write: {@code {file: {Library.define: value or {"error": code}}}}
   */
  public static void main(String[] args) throws IOException {
    Loaded loaded = KnowledgeLoader.load(Path.of(args[0]));
    loaded.findings().forEach(System.err::println);
    CqlProgram program = loaded.knowledge().orElseThrow().program();
    ZonedDateTime evaluatedAt = OffsetDateTime.parse(args[2]).toZonedDateTime();
    ObjectNode results = JsonNodeFactory.instance.objectNode();
    for (Path file : bundles(Path.of(args[1]))) {
      results.set(file.getFileName().toString(), evaluate(program, file, evaluatedAt));
    }
    Files.writeString(Path.of(args[3]), results.toString(), StandardCharsets.UTF_8);
  }

  private static List<Path> bundles(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(path -> path.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static JsonNode evaluate(CqlProgram program, Path file, ZonedDateTime evaluatedAt)
      throws IOException {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    PatientRecord patient = PatientBundle.read(StrictJson.object(Files.readAllBytes(file)));
    try (CqlEvaluation evaluation =
        program.begin(patient, evaluatedAt, Map.of(), Deadline.after(PER_PATIENT))) {
      for (String library : new TreeSet<>(program.libraries())) {
        if (library.equals("FHIRHelpers") || library.equals("System")) {
          continue;
        }
        for (String define : program.defines(library)) {
          values.set(library + "." + define, value(evaluation, library, define));
        }
      }
    }
    return values;
  }

  private static JsonNode value(CqlEvaluation evaluation, String library, String define) {
    try {
      return evaluation.evaluate(library, define);
    } catch (ProblemException e) {
      return JsonNodeFactory.instance.objectNode().put("error", e.problem().code());
    }
  }
}
