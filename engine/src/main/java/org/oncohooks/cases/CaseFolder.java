package org.oncohooks.cases;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.oncohooks.NearestName;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads case folders: {@code <tests>/<Library>/<case>/} with one JSON file a resource and {@code
 * expected.yaml}; resources in {@code <Library>/shared/} belong to every case of the library.
 * {@code docs/cases.md} describes the format.
 */
public final class CaseFolder {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final String EXPECTED = "expected.yaml";
  private static final String SHARED = "shared";
  static final Set<String> KEYS =
      Set.of(
          "description",
          "kind",
          "evaluationTime",
          "service",
          "hook",
          "context",
          "parameters",
          "missing",
          "defines",
          "cards",
          "notEvaluated",
          "dataIncomplete",
          "status",
          "variants");
  static final Set<String> VARIANT_KEYS =
      Set.of(
          "name",
          "description",
          "kind",
          "set",
          "remove",
          "add",
          "evaluationTime",
          "hook",
          "context",
          "parameters",
          "missing",
          "defines",
          "cards",
          "notEvaluated",
          "dataIncomplete",
          "status");

  private CaseFolder() {}

  /**
   * @param tests folder that holds a folder for each library
   * @return all cases and their variants, sorted by folder
   * @throws ProblemException {@code INCORRECT} naming the file that can't be read as a case
   */
  public static List<Case> readAll(Path tests) throws IOException {
    return readAll(tests, "");
  }

  /**
   * As {@link #readAll(Path)}, of one library, case or variant.
   *
   * @param only {@code Library}, {@code Library/case} or {@code Library/case/variant}; empty = all
   */
  public static List<Case> readAll(Path tests, String only) throws IOException {
    List<Path> chosen = new ArrayList<>();
    for (Path library : folders(tests)) {
      for (Path folder : folders(library)) {
        String name = library.getFileName() + "/" + folder.getFileName();
        if (!folder.getFileName().toString().equals(SHARED)
            && (isIn(name, only) || isIn(only, name))) {
          chosen.add(folder);
        }
      }
    }
    // most of the time goes into YAML
    return chosen.parallelStream()
        .map(CaseFolder::read)
        .flatMap(List::stream)
        .filter(each -> isIn(each.name(), only))
        .toList();
  }

  /**
   * Says that no case has a name, and which there are: those of its library if that has any, else
   * the libraries.
   *
   * @param name {@code Library}, {@code Library/case} or {@code Library/case/variant}
   */
  public static String unknown(Path tests, String name) throws IOException {
    String[] parts = name.split("/", 3);
    Path library = tests.resolve(parts[0]).normalize();
    boolean known = library.startsWith(tests.normalize()) && !parts[0].isEmpty();
    List<String> own = known ? names(library) : List.of();
    if (own.isEmpty()) {
      return "No case is called "
          + name
          + "; the libraries with cases are: "
          + String.join(", ", names(tests))
          + ".";
    }
    if (parts.length == 3 && own.contains(parts[1])) {
      List<String> variants =
          readAll(tests, parts[0] + "/" + parts[1]).stream()
              .map(each -> each.name().split("/", 3))
              .filter(each -> each.length == 3)
              .map(each -> each[2])
              .toList();
      return "No variant is called "
          + name
          + "; those of "
          + parts[0]
          + "/"
          + parts[1]
          + " are: "
          + String.join(", ", variants)
          + ".";
    }
    return "No case is called "
        + name
        + "; the cases of "
        + parts[0]
        + " are: "
        + String.join(", ", own)
        + ".";
  }

  private static List<String> names(Path parent) throws IOException {
    return folders(parent).stream()
        .map(folder -> folder.getFileName().toString())
        .filter(name -> !name.equals(SHARED))
        .toList();
  }

  /** The file that holds a case. */
  public static Path fileOf(Path tests, Case tested) {
    String[] parts = tested.name().split("/", 3);
    return tests.resolve(parts[0]).resolve(parts[1]).resolve(EXPECTED);
  }

  private static boolean isIn(String name, String group) {
    return group.isEmpty() || name.equals(group) || name.startsWith(group + "/");
  }

  private static List<Case> read(Path folder) {
    try {
      return read(folder.getParent(), folder);
    } catch (IOException e) {
      throw problem(folder.getParent().getFileName() + "/" + folder.getFileName(), "can't be read");
    }
  }

  private static List<Case> read(Path library, Path folder) throws IOException {
    Path file = folder.resolve(EXPECTED);
    String name = library.getFileName() + "/" + folder.getFileName();
    if (!Files.exists(file)) {
      throw problem(name, "has no " + EXPECTED);
    }
    JsonNode expected;
    try {
      expected = YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      String why =
          e.getOriginalMessage().startsWith("Duplicate field")
              ? e.getOriginalMessage().replace("Duplicate field", "has the key") + " twice"
              : "is not valid YAML";
      throw problem(name, e.getLocation().getLineNr(), why);
    }
    List<ObjectNode> resources = new ArrayList<>(resources(library.resolve(SHARED)));
    resources.addAll(resources(folder));
    requireKeys(expected, KEYS, name);
    Case base = merge(name, library.getFileName().toString(), expected, expected, resources);
    List<Case> cases = new ArrayList<>();
    cases.add(base);
    Set<String> names = new HashSet<>();
    for (JsonNode variant : expected.path("variants")) {
      requireKeys(variant, VARIANT_KEYS, name);
      String own = variant.path("name").asText("");
      if (own.isBlank() || !names.add(own)) {
        throw problem(
            name,
            lineOfVariant(file, cases.size() - 1),
            own.isBlank()
                ? "has a variant without a name"
                : "has two variants with the name \"" + own + "\"; give each a name of its own");
      }
      String variantName = name + "/" + own;
      List<ObjectNode> changed = Variant.apply(variantName, resources, variant);
      cases.add(merge(variantName, base.library(), expected, variant, changed));
    }
    return cases;
  }

  /** Jackson's tree knows no lines. */
  private static int lineOfVariant(Path file, int index) throws IOException {
    try (Reader text = Files.newBufferedReader(file)) {
      Node root = new Yaml(new LoaderOptions()).compose(text);
      return ExpectedFile.child(root, "variants")
          .flatMap(variants -> ExpectedFile.child(variants, String.valueOf(index)))
          .map(variant -> variant.getStartMark().getLine() + 1)
          .orElse(1);
    }
  }

  /** What a variant does not say is as the case says, but for cards and defines expected. */
  private static Case merge(
      String name, String library, JsonNode base, JsonNode own, List<ObjectNode> resources) {
    return new Case(
        name,
        library,
        time(name, inherit(base, own, "evaluationTime")).toZonedDateTime(),
        Optional.of(base.path("service").asText("")).filter(s -> !s.isEmpty()),
        inherit(base, own, "hook").asText("patient-view"),
        inherit(base, own, "context") instanceof ObjectNode context
            ? context
            : JsonNodeFactory.instance.objectNode(),
        map(inherit(base, own, "parameters")),
        resources,
        texts(inherit(base, own, "missing")),
        map(own.path("defines")),
        own.has("cards") ? Optional.of(nodes(own.get("cards"))) : Optional.empty(),
        texts(own.path("notEvaluated")),
        own.has("dataIncomplete")
            ? Optional.of(own.get("dataIncomplete").asBoolean())
            : Optional.empty(),
        status(name, own.path("status")),
        kind(name, own.path("kind").asText("")));
  }

  private static Optional<Integer> status(String name, JsonNode status) {
    if (status.isMissingNode()) {
      return Optional.empty();
    }
    if (!Case.STATUSES.contains(status.asInt())) {
      throw problem(
          name, "expects status " + status + "; a call is answered with " + Case.STATUSES);
    }
    return Optional.of(status.asInt());
  }

  private static Optional<String> kind(String name, String kind) {
    if (!kind.isEmpty() && !Case.KINDS.contains(kind)) {
      throw problem(name, "is of kind " + kind + "; a case says one of " + Case.KINDS);
    }
    return Optional.of(kind).filter(k -> !k.isEmpty());
  }

  private static JsonNode inherit(JsonNode base, JsonNode own, String key) {
    return own.has(key) ? own.get(key) : base.path(key);
  }

  private static OffsetDateTime time(String name, JsonNode text) {
    try {
      return OffsetDateTime.parse(text.asText(""));
    } catch (DateTimeParseException e) {
      throw problem(name, "needs evaluationTime, quoted, such as \"2026-06-01T12:00:00-05:00\"");
    }
  }

  private static List<ObjectNode> resources(Path folder) throws IOException {
    List<ObjectNode> resources = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return resources;
    }
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        try {
          resources.add(StrictJson.object(Files.readString(file).getBytes(StandardCharsets.UTF_8)));
        } catch (ProblemException e) {
          throw problem(
              folder.getParent().getFileName()
                  + "/"
                  + folder.getFileName()
                  + "/"
                  + file.getFileName(),
              e.problem().text());
        }
      }
    }
    return resources;
  }

  static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(parent)) {
      return list.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static void requireKeys(JsonNode node, Set<String> known, String name) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw problem(
                    name,
                    "has an unknown key "
                        + key
                        + NearestName.hint(key, known)
                        + "; known are "
                        + new TreeSet<>(known));
              }
            });
  }

  private static Map<String, JsonNode> map(JsonNode node) {
    Map<String, JsonNode> map = new LinkedHashMap<>();
    node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }

  private static List<JsonNode> nodes(JsonNode array) {
    List<JsonNode> nodes = new ArrayList<>();
    array.forEach(nodes::add);
    return nodes;
  }

  private static List<String> texts(JsonNode array) {
    return nodes(array).stream().map(JsonNode::asText).toList();
  }

  /** As an editor finds it: {@code cql/tests/Library/case/expected.yaml:12}. */
  private static ProblemException problem(String name, int line, String text) {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "case-unreadable",
            "cql/tests/" + name + "/" + EXPECTED + ":" + line + ": the case " + text + ".",
            name)
        .asException();
  }

  static ProblemException problem(String name, String text) {
    return Problem.of(
            ProblemCategory.INCORRECT, "case-unreadable", "Case " + name + " " + text + ".", name)
        .asException();
  }
}
