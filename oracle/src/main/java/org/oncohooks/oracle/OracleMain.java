package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Stream;

/** Evaluates every define of a content root on every patient of a directory, into one file. */
public final class OracleMain {

  private OracleMain() {}

  /**
   * @param arguments content root; directory of patient Bundles; evaluation instant, ISO 8601 with
   *     offset; file to write: {@code {"<patient file>": {"<Library>.<define>": value}}}
   */
  public static void main(String... arguments) throws IOException {
    if (arguments.length != 4) {
      throw new IllegalArgumentException(
          "Usage: OracleMain <contentRoot> <patientsDir> <evaluationInstant> <out.json>");
    }
    Content content = Content.read(Path.of(arguments[0]));
    ZonedDateTime at = ZonedDateTime.parse(arguments[2]);
    R4Model model = new R4Model(content.fhir());
    ObjectMapper mapper = JsonMapper.builder().build();
    ObjectNode out = mapper.createObjectNode();
    for (Path file : patients(Path.of(arguments[1]))) {
      ObjectNode values = out.putObject(file.getFileName().toString());
      PatientResources patient =
          PatientResources.ofBundle(content.fhir(), Files.readAllBytes(file));
      UsualPath path = new UsualPath(content, model);
      CanonicalValue canonical = new CanonicalValue(path::systemValue);
      path.evaluate(patient, content.defines().keySet(), at)
          .forEach((define, value) -> values.set(define, canonical.of(value)));
    }
    mapper.writeValue(Path.of(arguments[3]).toFile(), out);
  }

  private static List<Path> patients(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
