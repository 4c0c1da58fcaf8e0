package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Patient Bundles as JSON trees, by file name without {@code .json}. */
final class Patients {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private Patients() {}

  static Map<String, ObjectNode> read(Path directory) throws IOException {
    Map<String, ObjectNode> patients = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        JsonNode bundle = MAPPER.readTree(file.toFile());
        patients.put(file.getFileName().toString().replace(".json", ""), (ObjectNode) bundle);
      }
    }
    return patients;
  }

  static void write(Path directory, Map<String, ObjectNode> patients) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, ObjectNode> patient : patients.entrySet()) {
      Files.write(
          directory.resolve(patient.getKey() + ".json"),
          MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(patient.getValue()));
    }
  }
}
