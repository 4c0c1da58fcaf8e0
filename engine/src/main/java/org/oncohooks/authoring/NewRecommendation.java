package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseResult;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.cases.ExpectedFile;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;

/**
 * The files of a recommendation to begin with: library, PlanDefinition, Library, a case with
 * variants, its topic, and a line at the end of a service. They compile and their cases hold; what
 * the author has to say is marked TODO, and lint names each.
 */
public final class NewRecommendation {

  private static final String TOPICS = "https://oncohooks.org/CodeSystem/card-topic";
  private static final int MAX_TITLE = 80;
  private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z0-9]{2,60}");

  private final Path content;
  private final String library;
  private final String id;
  private final String title;
  private final LocalDate today;
  private final ContentFiles files;

  private NewRecommendation(Path content, String library, Optional<String> title, LocalDate today) {
    if (!NAME.matcher(library).matches()) {
      throw JsonFiles.refuse(
          "A recommendation's name is that of its library: letters and digits, a capital first,"
              + " such as BoneDensity.");
    }
    this.content = content;
    this.library = library;
    String words = library.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    this.id = words.replace(' ', '-');
    this.title = title.orElse(Character.toUpperCase(words.charAt(0)) + words.substring(1)).strip();
    if (this.title.isEmpty()
        || this.title.length() > MAX_TITLE
        || this.title.chars().anyMatch(Character::isISOControl)) {
      throw JsonFiles.refuse("A title is one line of at most " + MAX_TITLE + " characters.");
    }
    this.today = today;
    this.files = ContentFiles.read(content);
  }

  /**
   * What was made.
   *
   * @param files written or changed, relative to the content folder
   * @param notes what the author has to know besides the TODOs, a sentence each
   */
  public record Made(List<String> files, List<String> notes) {}

  /**
   * @param content folder that holds {@code cql/} and {@code fhir-resources/}
   * @param library name of the library to make, in CamelCase
   * @param service id of the service that will speak it, last in precedence
   * @param title of the recommendation; empty = the name in words
   * @param today the date of the resources
   * @throws ProblemException {@code INCORRECT} if the name is taken or can't be one, or if there is
   *     no such service; nothing is written then
   */
  public static Made write(
      Path content, String library, String service, Optional<String> title, LocalDate today) {
    NewRecommendation made = new NewRecommendation(content, library, title, today);
    List<String> files = made.write(service);
    return new Made(files, made.settle(service));
  }

  /** Another recommendation may speak before this one: its cases expect what is. */
  private List<String> settle(String service) {
    List<String> notes = new ArrayList<>();
    Loaded loaded = KnowledgeLoader.load(content);
    if (loaded.knowledge().isEmpty()) {
      notes.add(
          "The content does not check, so its cases were not run; 'oncohooks lint' says why.");
      return notes;
    }
    CaseRunner runner = new CaseRunner(loaded.knowledge().get());
    Path tests = content.resolve("cql/tests");
    try {
      List<CaseResult> failed =
          CaseFolder.readAll(tests, library).stream()
              .map(each -> new CaseResult(each, runner.run(each)))
              .filter(result -> !result.holds())
              .toList();
      if (!failed.isEmpty()) {
        ExpectedFile.accept(CaseFolder.fileOf(tests, failed.get(0).tested()), failed);
        notes.add(
            "In the service "
                + service
                + " another card speaks before this one for the example, and the case expects that"
                + " one: give the recommendation its place in the service, or the example a patient"
                + " of its own.");
      }
    } catch (IOException e) {
      throw JsonFiles.refuse("The cases can't be read: " + e.getClass().getSimpleName() + ".");
    }
    return notes;
  }

  private List<String> write(String service) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("cql/" + library + ".cql", template("library.cql"));
    texts.put(
        "fhir-resources/plandefinition/PlanDefinition-" + id + ".json", template("plan.json"));
    texts.put("fhir-resources/library/Library-" + library + ".json", template("library.json"));
    texts.put(
        "fhir-resources/activitydefinition/ActivityDefinition-" + id + "-order.json",
        template("activity.json"));
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

  private static String inJson(String text) {
    String quoted = TextNode.valueOf(text).toString();
    return quoted.substring(1, quoted.length() - 1);
  }

  private String template(String name) {
    try (InputStream in = NewRecommendation.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("{{library}}", library)
          .replace("{{id}}", id)
          .replace("{{titleInCql}}", title.replace("\\", "\\\\").replace("'", "\\'"))
          .replace("{{title}}", inJson(title))
          .replace("{{date}}", today.toString());
    } catch (IOException e) {
      throw new IllegalStateException("the template " + name + " is part of the program", e);
    }
  }
}
