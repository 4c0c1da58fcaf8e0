package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Finding;
import org.oncohooks.cql.MissingName;

/**
 * Tells one cause once: a name that is missing, with the other places that use it behind the first.
 */
final class Causes {

  /** More would bury what is to be done. */
  private static final int MOST_PLACES = 5;

  /** As the files are named: type and id. */
  private static final Pattern NAME = Pattern.compile(".*?([A-Za-z]+)-([^/]+)[.]json");

  private static final Pattern SYSTEM = Pattern.compile("code system .* is not known; .*");

  /** What lacks without a file of a type, where its message does not name the file. */
  private static final Map<String, List<Pattern>> FOLLOWS =
      Map.of(
          "PlanDefinition", List.of(Pattern.compile("no PlanDefinition has the extension .*")),
          "NamingSystem", List.of(SYSTEM),
          "CodeSystem", List.of(SYSTEM, Pattern.compile("parameter .* has no value; .*")));

  private Causes() {}

  /**
   * @param findings sorted by place
   * @param plans PlanDefinitions, which are not read while CQL does not compile, and whose
   *     expressions may use the same names
   * @return sorted by place
   */
  static List<Finding> fold(List<Finding> findings, Collection<ContentFiles.Resource> plans) {
    List<Finding> folded = new ArrayList<>();
    Map<MissingName, List<Finding>> causes = new LinkedHashMap<>();
    for (Finding finding : findings) {
      Optional<MissingName> missing = MissingName.of(finding).filter(m -> finding.isError());
      if (missing.isPresent()) {
        causes.computeIfAbsent(missing.get(), m -> new ArrayList<>()).add(finding);
      } else {
        folded.add(finding);
      }
    }
    causes.forEach(
        (missing, uses) -> {
          Finding first = uses.get(0);
          TreeSet<Place> others = new TreeSet<>();
          uses.stream().skip(1).map(Place::of).forEach(others::add);
          plans.forEach(plan -> uses(plan, missing).forEach(others::add));
          others.remove(Place.of(first));
          folded.add(
              Finding.error(
                  first.file(), first.line(), first.column(), first.message() + words(others)));
        });
    return folded.stream().sorted().toList();
  }

  /**
   * Without what only says that a file, or something of it, is lacking which is there and can't be
   * read as it is: that was told.
   *
   * @param unread files below fhir-resources that are no JSON or have a misspelt element
   */
  static List<Finding> withoutFollowing(List<Finding> findings, Collection<String> unread) {
    if (unread.isEmpty()) {
      return findings;
    }
    List<Pattern> follow = new ArrayList<>();
    for (String file : unread) {
      Matcher name = NAME.matcher(file);
      if (name.matches()) {
        follow.add(
            Pattern.compile(
                "(?s).*\\b"
                    + name.group(1)
                    + "/"
                    + Pattern.quote(name.group(2))
                    + "(?![\\w.-]).*"));
        follow.addAll(FOLLOWS.getOrDefault(name.group(1), List.of()));
      }
    }
    return findings.stream()
        .filter(
            finding ->
                unread.contains(finding.file())
                    || follow.stream().noneMatch(f -> f.matcher(finding.message()).matches()))
        .toList();
  }

  private record Place(String file, int line) implements Comparable<Place> {

    static Place of(Finding finding) {
      return new Place(finding.file(), finding.line());
    }

    @Override
    public int compareTo(Place other) {
      int byFile = file.compareTo(other.file);
      return byFile != 0 ? byFile : Integer.compare(line, other.line);
    }
  }

  private static String words(TreeSet<Place> others) {
    if (others.isEmpty()) {
      return "";
    }
    String some =
        others.stream()
            .limit(MOST_PLACES)
            .map(place -> place.file() + ":" + place.line())
            .collect(Collectors.joining(", "));
    int more = others.size() - MOST_PLACES;
    return ". Used also at " + some + (more > 0 ? " and " + more + " more places" : "");
  }

  private static List<Place> uses(ContentFiles.Resource plan, MissingName missing) {
    boolean own = false;
    for (JsonNode library : plan.json().path("library")) {
      own |= CanonicalUrl.parse(library.asText("")).lastSegment().equals(missing.library());
    }
    boolean used =
        own
            && plan.json().findValues("expression").stream()
                .anyMatch(
                    expression -> expression.path("expression").asText("").equals(missing.name()));
    return used ? List.of(Place.of(plan.error("", missing.name()))) : List.of();
  }
}
