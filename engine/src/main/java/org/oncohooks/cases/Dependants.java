package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.knowledge.ContentFiles;

/**
 * Which cases a change of the content can make fail: what names the changed file, and what names
 * that, up to the services that cases ask. Names are looked for in the text, so that some cases are
 * taken too many, and none too few.
 */
public final class Dependants {

  private static final Pattern SERVICE = Pattern.compile("(?m)^service: *[\"']?([A-Za-z0-9.-]+)");

  private final ContentFiles files;
  private final Set<CqlSource> libraries = new HashSet<>();
  private final Set<ContentFiles.Resource> resources = new HashSet<>();
  private final Deque<CqlSource> openLibraries = new ArrayDeque<>();
  private final Deque<ContentFiles.Resource> openResources = new ArrayDeque<>();

  private Dependants(ContentFiles files) {
    this.files = files;
  }

  /**
   * @param tests folder with a folder of cases for each library; may be missing
   * @param changed files relative to the content folder, with forward slashes
   * @return names of folders in {@code tests}
   */
  public static SortedSet<String> of(ContentFiles files, Path tests, Set<String> changed)
      throws IOException {
    Dependants dependants = new Dependants(files);
    files.sources().stream().filter(s -> changed.contains(s.file())).forEach(dependants::reach);
    files.resources().stream().filter(r -> changed.contains(r.file())).forEach(dependants::reach);
    dependants.follow();
    return dependants.cases(tests);
  }

  private void reach(CqlSource library) {
    if (libraries.add(library)) {
      openLibraries.add(library);
    }
  }

  private void reach(ContentFiles.Resource resource) {
    if (resources.add(resource)) {
      openResources.add(resource);
    }
  }

  private void follow() {
    while (!openLibraries.isEmpty() || !openResources.isEmpty()) {
      if (openLibraries.isEmpty()) {
        follow(openResources.pop());
      } else {
        follow(openLibraries.pop());
      }
    }
  }

  private void follow(CqlSource changed) {
    for (CqlSource source : files.sources()) {
      if (source.includes().contains(changed.name())) {
        reach(source);
      }
    }
    for (ContentFiles.Resource resource : files.resources()) {
      for (JsonNode library : resource.json().path("library")) {
        if (CanonicalUrl.parse(library.asText("")).lastSegment().equals(changed.name())) {
          reach(resource);
        }
      }
    }
  }

  private void follow(ContentFiles.Resource changed) {
    if (changed.type().equals("NamingSystem")) {
      // how a code system is called matters wherever a code is compared
      files.sources().forEach(this::reach);
      return;
    }
    for (ContentFiles.Resource resource : files.resources()) {
      if (!changed.url().isEmpty()
          && (resource.text().contains('"' + changed.url() + '"')
              || resource.text().contains('"' + changed.url() + '|'))) {
        reach(resource);
      }
    }
    Set<String> names = new HashSet<>();
    for (JsonNode extension : changed.json().path("extension")) {
      if (extension.path("url").asText("").equals(ContentFiles.PARAMETER)) {
        names.add(extension.path("valueString").asText());
      }
    }
    if (!changed.url().isEmpty()) {
      files.sources().forEach(source -> declared(source, changed.url(), names));
    }
    for (CqlSource source : files.sources()) {
      if (names.stream().anyMatch(name -> uses(source, name))) {
        reach(source);
      }
    }
  }

  /** The names by which a library declares a value set or code system, and codes of that. */
  private void declared(CqlSource source, String url, Set<String> names) {
    Matcher declaration =
        Pattern.compile(
                "(?m)^\\s*(?:valueset|codesystem)\\s+\"?([^\":]+)\"?\\s*:\\s*'"
                    + Pattern.quote(url)
                    + "'")
            .matcher(source.text());
    boolean any = false;
    while (declaration.find()) {
      any = true;
      String name = declaration.group(1);
      names.add(name);
      Matcher code =
          Pattern.compile(
                  "(?m)^\\s*code\\s+\"([^\"]+)\"\\s*:.*\\bfrom\\s+\"" + Pattern.quote(name) + "\"")
              .matcher(source.text());
      while (code.find()) {
        names.add(code.group(1));
      }
    }
    if (!any && source.text().contains(url)) {
      reach(source);
    }
  }

  /** Whether a library names something besides declaring it. */
  private static boolean uses(CqlSource source, String name) {
    Matcher use =
        Pattern.compile("(?<![\\w])" + Pattern.quote(name) + "(?![\\w])").matcher(source.text());
    int declarations =
        Pattern.compile(
                    "(?m)^\\s*(?:valueset|codesystem|code)\\s+\"?"
                        + Pattern.quote(name)
                        + "\"?\\s*:")
                .matcher(source.text())
                .find()
            ? 1
            : 0;
    int found = 0;
    while (use.find()) {
      found++;
    }
    return found > declarations;
  }

  private SortedSet<String> cases(Path tests) throws IOException {
    Set<String> reached = new HashSet<>();
    libraries.forEach(library -> reached.add(library.name()));
    Set<String> services = new HashSet<>();
    for (ContentFiles.Resource resource : resources) {
      resource.serviceId().ifPresent(services::add);
      for (JsonNode library : resource.json().path("library")) {
        reached.add(CanonicalUrl.parse(library.asText("")).lastSegment());
      }
    }
    SortedSet<String> folders = new TreeSet<>();
    for (Path folder : CaseFolder.folders(tests)) {
      String name = folder.getFileName().toString();
      if (reached.contains(name) || asks(folder, services)) {
        folders.add(name);
      }
    }
    return folders;
  }

  private static boolean asks(Path library, Set<String> services) throws IOException {
    if (services.isEmpty()) {
      return false;
    }
    for (Path folder : CaseFolder.folders(library)) {
      Path expected = folder.resolve("expected.yaml");
      if (Files.isRegularFile(expected)) {
        Matcher service = SERVICE.matcher(Files.readString(expected));
        if (service.find() && services.contains(service.group(1))) {
          return true;
        }
      }
    }
    return false;
  }
}
