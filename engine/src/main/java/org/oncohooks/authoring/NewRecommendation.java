package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.oncohooks.ProblemException;
import org.oncohooks.knowledge.ContentFiles;

/**
 * The files of a recommendation to begin with: library, PlanDefinition, Library, a case with
 * variants, its topic, and a line at the end of a service. They compile and their cases hold; what
 * the author has to say is marked TODO, and lint names each.
 */
public final class NewRecommendation {

  private static final String TOPICS = "https://oncohooks.org/CodeSystem/card-topic";
  private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z0-9]{2,60}");

  private final Path content;
  private final String library;
  private final String id;
  private final String title;
  private final LocalDate today;
  private final ContentFiles files;

  private NewRecommendation(Path content, String library, LocalDate today) {
    if (!NAME.matcher(library).matches()) {
      throw JsonFiles.refuse(
          "A recommendation's name is that of its library: letters and digits, a capital first,"
              + " such as BoneDensity.");
    }
    this.content = content;
    this.library = library;
    String words = library.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    this.id = words.replace(' ', '-');
    this.title = Character.toUpperCase(words.charAt(0)) + words.substring(1);
    this.today = today;
    this.files = ContentFiles.read(content);
  }

  /**
   * @param content folder that holds {@code cql/} and {@code fhir-resources/}
   * @param library name of the library to make, in CamelCase
   * @param service id of the service that will speak it, last in precedence
   * @param today the date of the resources
   * @return the files written or changed, relative to the content folder
   * @throws ProblemException {@code INCORRECT} if the name is taken or can't be one, or if there is
   *     no such service; nothing is written then
   */
  public static List<String> write(Path content, String library, String service, LocalDate today) {
    return new NewRecommendation(content, library, today).write(service);
  }

  private List<String> write(String service) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("cql/" + library + ".cql", template("library.cql"));
    texts.put(
        "fhir-resources/plandefinition/PlanDefinition-" + id + ".json", template("plan.json"));
    texts.put("fhir-resources/library/Library-" + library + ".json", template("library.json"));
    String folder = "cql/tests/" + library + "/example/";
    texts.put(folder + "expected.yaml", template("expected.yaml").replace("{{service}}", service));
    texts.put(folder + "Patient-p.json", template("patient.json"));
    texts.put(folder + "Condition-c.json", template("condition.json"));
    for (String file : texts.keySet()) {
      if (Files.exists(content.resolve(file))) {
        throw JsonFiles.refuse(file + " is there already; choose another name.");
      }
    }
    if (files.sources().stream().anyMatch(source -> source.name().equals(library))) {
      throw JsonFiles.refuse("There is a library " + library + " already; choose another name.");
    }
    List<Changed> changed = new ArrayList<>();
    changed.add(service(service));
    topic().ifPresent(changed::add);
    changed.forEach(c -> texts.put(c.file(), c.text()));
    try {
      for (Map.Entry<String, String> text : texts.entrySet()) {
        Path file = content.resolve(text.getKey());
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.getValue());
      }
    } catch (IOException e) {
      throw JsonFiles.refuse("The files can't be written: " + e.getClass().getSimpleName() + ".");
    }
    return List.copyOf(texts.keySet());
  }

  private record Changed(String file, String text) {}

  private Changed service(String service) {
    List<String> known = new ArrayList<>();
    for (ContentFiles.Resource resource : files.resources()) {
      String id = resource.serviceId().orElse("");
      if (!id.isEmpty()) {
        known.add(id);
      }
      if (id.equals(service)) {
        ObjectNode json = resource.json().deepCopy();
        ObjectNode action = json.withArray("/action").addObject().put("id", this.id);
        action
            .putArray("trigger")
            .addObject()
            .put("type", "named-event")
            .put("name", "patient-view");
        action.put("definitionCanonical", "https://oncohooks.org/PlanDefinition/" + this.id);
        return new Changed(resource.file(), JsonFiles.text(json));
      }
    }
    throw JsonFiles.refuse(
        "There is no service " + service + "; the services are: " + String.join(", ", known) + ".");
  }

  private Optional<Changed> topic() {
    return files.resources().stream()
        .filter(r -> r.type().equals("CodeSystem") && r.url().equals(TOPICS))
        .findFirst()
        .map(
            resource -> {
              ObjectNode json = resource.json().deepCopy();
              ArrayNode concepts = json.withArray("/concept");
              concepts.addObject().put("code", id).put("display", title);
              if (json.has("count")) {
                json.put("count", concepts.size());
              }
              return new Changed(resource.file(), JsonFiles.text(json));
            });
  }

  private String template(String name) {
    try (InputStream in = NewRecommendation.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("{{library}}", library)
          .replace("{{id}}", id)
          .replace("{{title}}", title)
          .replace("{{date}}", today.toString());
    } catch (IOException e) {
      throw new IllegalStateException("the template " + name + " is part of the program", e);
    }
  }
}
