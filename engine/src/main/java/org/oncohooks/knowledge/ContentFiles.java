package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.Sha256;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.json.StrictJson;

/**
 * The content as it lies on disk, read once: CQL sources below {@code cql/} and FHIR resources
 * below {@code fhir-resources/}, test cases and sample patients left out.
 *
 * @param sources CQL files
 * @param resources FHIR resources with their files
 * @param version first 12 hexadecimal digits of a SHA-256 over names and bytes of all files
 * @param findings files that can't be read as what they should be
 */
public record ContentFiles(
    List<CqlSource> sources, List<Resource> resources, String version, List<Finding> findings) {

  static final String ENDPOINT = "http://hl7.org/fhir/StructureDefinition/cqf-cdsHooksEndpoint";

  /** On a table (CodeSystem): names the CQL parameter that it fills. */
  public static final String PARAMETER = "https://oncohooks.org/StructureDefinition/cql-parameter";

  private static final int VERSION_LENGTH = 12;

  /** The types that the content may hold, see fhir-resources/README.md. */
  private static final Set<String> TYPES =
      new TreeSet<>(
          Set.of(
              "ActivityDefinition",
              "CodeSystem",
              "Library",
              "NamingSystem",
              "PlanDefinition",
              "Questionnaire",
              "ValueSet"));

  /** How {@link StrictJson} says where the text is wrong. */
  private static final Pattern PLACE = Pattern.compile(" at line (\\d+), column (\\d+)");

  /**
   * A FHIR resource of the content.
   *
   * @param file path relative to the content folder
   * @param json the resource
   * @param text the file's text, for the places of findings
   */
  public record Resource(String file, ObjectNode json, String text) {

    /** An error at the first place where a text stands in the file, or at its top. */
    Finding error(String message, String text) {
      return at(Finding.Severity.ERROR, message, text);
    }

    /** As {@link #error(String, String)}, for what does not keep the content from being served. */
    Finding warning(String message, String text) {
      return at(Finding.Severity.WARNING, message, text);
    }

    private Finding at(Finding.Severity severity, String message, String text) {
      int index = text.isEmpty() ? -1 : this.text.indexOf('"' + text + '"');
      if (index < 0) {
        return new Finding(severity, file, 1, 1, message);
      }
      String before = this.text.substring(0, index);
      int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
      return new Finding(severity, file, line, index - before.lastIndexOf('\n'), message);
    }

    Finding error(String message) {
      return error(message, "");
    }

    /** Its {@code resourceType}. */
    public String type() {
      return json.path("resourceType").asText("");
    }

    /** Its {@code id}. */
    public String id() {
      return json.path("id").asText("");
    }

    /** The id of the service that it declares; empty if it is no service. */
    public Optional<String> serviceId() {
      for (JsonNode extension : json.path("extension")) {
        if (extension.path("url").asText("").equals(ENDPOINT)) {
          String uri = extension.path("valueUri").asText(extension.path("valueUrl").asText(""));
          return Optional.of(uri.substring(uri.lastIndexOf('/') + 1));
        }
      }
      return Optional.empty();
    }

    /** Its canonical {@code url}; empty if it has none. */
    public String url() {
      return json.path("url").asText("");
    }
  }

  /**
   * @param root folder that holds {@code cql/} and {@code fhir-resources/}
   */
  public static ContentFiles read(Path root) {
    List<Finding> findings = new ArrayList<>();
    List<CqlSource> sources = new ArrayList<>();
    List<Resource> resources = new ArrayList<>();
    Sha256 digest = new Sha256();
    for (Path file : files(root, "cql", ".cql", "tests", findings)) {
      Optional<byte[]> read = bytes(root, file, findings);
      if (read.isEmpty()) {
        continue;
      }
      byte[] bytes = read.get();
      String name = file.getFileName().toString();
      digest.add(relative(root, file)).add(bytes);
      sources.add(
          new CqlSource(
              name.substring(0, name.length() - ".cql".length()),
              relative(root, file),
              new String(bytes, StandardCharsets.UTF_8)));
    }
    for (Path file : files(root, "fhir-resources", ".json", "patients", findings)) {
      Optional<byte[]> bytes = bytes(root, file, findings);
      if (bytes.isPresent()) {
        digest.add(relative(root, file)).add(bytes.get());
        resource(relative(root, file), bytes.get(), resources, findings);
      }
    }
    String version = digest.hex().substring(0, VERSION_LENGTH);
    return new ContentFiles(sources, resources, version, findings);
  }

  private static void resource(
      String file, byte[] bytes, List<Resource> resources, List<Finding> findings) {
    try {
      Resource resource =
          new Resource(file, StrictJson.object(bytes), new String(bytes, StandardCharsets.UTF_8));
      if (resource.type().isEmpty() || resource.id().isEmpty()) {
        findings.add(Finding.error(file, "a FHIR resource needs resourceType and id"));
      } else if (!TYPES.contains(resource.type())) {
        findings.add(
            resource.error(
                "nothing reads a resource of type "
                    + resource.type()
                    + " here; correct it, or take the file away. Read are: "
                    + String.join(", ", TYPES),
                resource.type()));
      } else {
        resources.add(resource);
      }
    } catch (ProblemException e) {
      String text = e.problem().text();
      Matcher place = PLACE.matcher(text);
      findings.add(
          place.find()
              ? Finding.error(
                  file, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)), text)
              : Finding.error(file, text));
    }
  }

  private static List<Path> files(
      Path root, String folder, String ending, String leftOut, List<Finding> findings) {
    Path top = root.resolve(folder);
    if (!Files.isDirectory(top)) {
      findings.add(Finding.error(folder, "the content folder has no folder " + folder));
      return List.of();
    }
    Path without = top.resolve(leftOut);
    try (Stream<Path> walk = Files.walk(top)) {
      return walk.filter(path -> path.getFileName().toString().endsWith(ending))
          .filter(path -> !path.startsWith(without))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      // a folder below that can't be read comes up while walking
      findings.add(Finding.error(folder, "the folder, or one below it, can't be read"));
      return List.of();
    }
  }

  private static Optional<byte[]> bytes(Path root, Path file, List<Finding> findings) {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      findings.add(
          Finding.error(
              relative(root, file),
              Files.isDirectory(file)
                  ? "this is a folder and has the name of a file; rename it"
                  : "the file can't be read"));
      return Optional.empty();
    }
  }

  private static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
