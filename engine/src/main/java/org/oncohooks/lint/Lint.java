package org.oncohooks.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Finding;
import org.oncohooks.NearestName;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.knowledge.Recommendation;

/**
 * Everything that is wrong or doubtful in a content folder. What keeps the content from being
 * served is told alone: the rest is looked for once that is mended.
 */
public final class Lint {

  private static final String CONTEXT_LIBRARY = "HookContext";
  private static final Pattern PLACE =
      Pattern.compile("(?: at line |expected\\.yaml:)(\\d+)(?:, column (\\d+))?");
  private static final Pattern UNKNOWN_KEY = Pattern.compile("unknown key (\\S+)");
  private static final Pattern TODO = Pattern.compile("\\bTODO\\b.*");

  /** What people and cases read of a recommendation, besides what its card needs. */
  private static final Set<String> CONVENTION = Set.of("Inclusion Criteria", "Exclusion Criteria");

  private final ContentFiles files;
  private final Knowledge knowledge;
  private final List<Remark> remarks = new ArrayList<>();

  private Lint(ContentFiles files, Knowledge knowledge) {
    this.files = files;
    this.knowledge = knowledge;
  }

  /**
   * @param content folder that holds {@code cql/} and {@code fhir-resources/}
   * @return sorted by place; empty if there is nothing to mend
   */
  public static List<Remark> of(Path content) {
    return of(content, KnowledgeLoader.load(content));
  }

  /** As {@link #of(Path)}, for content that was loaded from that folder just now. */
  public static List<Remark> of(Path content, Loaded loaded) {
    List<Remark> remarks = new ArrayList<>();
    loaded.findings().forEach(finding -> remarks.add(new Remark(Rule.CONTENT, finding)));
    if (loaded.knowledge().isPresent()) {
      Lint lint = new Lint(ContentFiles.read(content), loaded.knowledge().get());
      lint.check(content);
      remarks.addAll(Accepted.read(content).without(lint.remarks));
    }
    return remarks.stream().distinct().sorted().toList();
  }

  /**
   * The files that belong to one library alone: its CQL and cases, its Library, and the
   * PlanDefinitions that it decides with what they propose; a folder ends in a slash.
   *
   * @throws ProblemException {@code INCORRECT} if there is no such library
   */
  public static Set<String> filesOf(Path content, String library) {
    ContentFiles files = ContentFiles.read(content);
    Set<String> own = new HashSet<>();
    files.sources().stream()
        .filter(source -> source.name().equals(library))
        .forEach(source -> own.add(source.file()));
    if (own.isEmpty()) {
      List<String> names = files.sources().stream().map(CqlSource::name).toList();
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "library",
              "There is no library " + library + NearestName.hint(library, names) + " in cql/.")
          .asException();
    }
    own.add("cql/tests/" + library + "/");
    for (ContentFiles.Resource resource : files.resources()) {
      boolean decided = false;
      for (JsonNode named : resource.json().path("library")) {
        decided |= CanonicalUrl.parse(named.asText("")).lastSegment().equals(library);
      }
      if (decided) {
        own.add(resource.file());
        files.resources().stream()
            .filter(r -> r.type().equals("ActivityDefinition") && !r.url().isEmpty())
            .filter(r -> resource.text().contains(r.url()))
            .forEach(r -> own.add(r.file()));
      }
      if (resource.type().equals("Library")
          && CanonicalUrl.parse(resource.url()).lastSegment().equals(library)) {
        own.add(resource.file());
      }
    }
    return own;
  }

  private void check(Path content) {
    ElmProgram program = ElmProgram.of(knowledge.program(), files.sources());
    List<Recommendation> recommendations = recommendations();
    program.libraries().forEach(library -> remarks.addAll(ElmChecks.of(library)));
    remarks.addAll(NestedQueries.of(program));
    Unlisted unlisted = Unlisted.of(files.resources(), recommendations);
    remarks.addAll(unlisted.remarks());
    Map<String, Set<String>> roots = roots(recommendations);
    // what an unlisted one needs is told once, by its name
    for (String name : unlisted.libraries()) {
      Set<String> defines = roots.computeIfAbsent(name, l -> new HashSet<>());
      program
          .library(name)
          .ifPresent(
              l -> l.declared("statements").forEach(d -> defines.add(d.path("name").asText())));
    }
    remarks.addAll(UnusedNames.of(program, roots, CONTEXT_LIBRARY));
    remarks.addAll(PlanChecks.of(files.resources(), program));
    remarks.addAll(CodeChecks.of(files.resources(), program, knowledge.program().valueSets()));
    remarks.addAll(RequiredData.of(knowledge.services(), files.resources()));
    remarks.addAll(DocumentChecks.of(content, knowledge.program(), files.sources()));
    TextBounds bounds = new TextBounds(program, SummaryLengths.tables(files.resources()));
    Optional<List<Case>> cases = cases(content);
    for (Recommendation recommendation : recommendations) {
      SummaryLengths.of(recommendation, program, bounds).ifPresent(remarks::add);
      cases.flatMap(all -> CaseKinds.of(recommendation, all, program)).ifPresent(remarks::add);
    }
    cases.ifPresent(all -> all.forEach(each -> unknownNames(content, each)));
    files.sources().forEach(source -> todo(source.file(), source.text()));
    expectedFiles(content).forEach(file -> todo(file, text(content.resolve(file))));
  }

  private List<Recommendation> recommendations() {
    Map<String, Recommendation> byId = new LinkedHashMap<>();
    knowledge
        .services()
        .forEach(
            service ->
                service
                    .entries()
                    .forEach(e -> byId.put(e.recommendation().id(), e.recommendation())));
    return List.copyOf(byId.values());
  }

  private static Map<String, Set<String>> roots(List<Recommendation> recommendations) {
    Map<String, Set<String>> roots = new HashMap<>();
    for (Recommendation recommendation : recommendations) {
      Set<String> defines =
          roots.computeIfAbsent(recommendation.library(), l -> new HashSet<>(CONVENTION));
      defines.addAll(recommendation.defines());
    }
    return roots;
  }

  /** Empty if one can't be read, which then is the finding. */
  private Optional<List<Case>> cases(Path content) {
    try {
      return Optional.of(CaseFolder.readAll(content.resolve("cql/tests")));
    } catch (ProblemException e) {
      String text = e.problem().text();
      Matcher place = PLACE.matcher(text);
      boolean found = place.find();
      int line = found ? Integer.parseInt(place.group(1)) : 1;
      int column = found && place.group(2) != null ? Integer.parseInt(place.group(2)) : 1;
      // Library/case, then a file or a variant of expected.yaml
      String[] name = String.join("/", e.problem().places()).split("/", 3);
      boolean named = name.length == 3 && name[2].endsWith(".json");
      String file =
          "cql/tests/" + name[0] + "/" + name[1] + "/" + (named ? name[2] : "expected.yaml");
      String told = text.replaceFirst("^cql/\\S+: ", "").replaceFirst("\\.+$", "");
      Matcher key = UNKNOWN_KEY.matcher(told);
      remarks.add(
          new Remark(
              Rule.CONTENT,
              !found && key.find()
                  ? at(content, file, key.group(1), told)
                  : Finding.error(file, line, column, told)));
    } catch (IOException e) {
      remarks.add(new Remark(Rule.CONTENT, Finding.error("cql/tests", "the cases can't be read")));
    }
    return Optional.empty();
  }

  /** With them {@code test} does not ask what the case asks. */
  private void unknownNames(Path content, Case one) {
    Path file = content.relativize(CaseFolder.fileOf(content.resolve("cql/tests"), one));
    for (CaseRunner.UnknownName unknown : new CaseRunner(knowledge).unknownNames(one)) {
      remarks.add(
          new Remark(
              Rule.CONTENT,
              at(
                  content,
                  file.toString().replace('\\', '/'),
                  unknown.name(),
                  "case " + one.name() + ": " + unknown.difference())));
    }
  }

  /** An error where a name first stands in a file; at its beginning if it doesn't stand there. */
  private static Finding at(Path content, String file, String name, String message) {
    String text = text(content.resolve(file));
    String before = text.substring(0, Math.max(0, text.indexOf(name)));
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return Finding.error(file, line, before.length() - before.lastIndexOf('\n'), message);
  }

  /** What {@code oncohooks new} leaves for the author to fill. */
  private void todo(String file, String text) {
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      Matcher todo = TODO.matcher(lines[i]);
      if (todo.find()) {
        remarks.add(
            Remark.warning(
                Rule.TODO, file, i + 1, todo.start() + 1, "still to do: " + todo.group()));
      }
    }
  }

  private static List<String> expectedFiles(Path content) {
    Path tests = content.resolve("cql/tests");
    if (!Files.isDirectory(tests)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(tests, 3)) {
      return walk.filter(file -> file.endsWith("expected.yaml"))
          .map(file -> content.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Empty where it can't be read, which the cases have told. */
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
