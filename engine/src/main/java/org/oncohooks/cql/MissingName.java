package org.oncohooks.cql;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.Finding;
import org.oncohooks.NearestName;

/**
 * A name that something uses and a library does not declare, such as a define that was renamed.
 * Whoever meets it says so in the same words, so that the places of one cause can be told as one.
 *
 * @param library that should declare it
 * @param name of a define, parameter, value set or code
 */
public record MissingName(String library, String name) {

  private static final Pattern DECLARED =
      Pattern.compile(
          "(?m)^\\s*(?:define(?:\\s+(?:private|public))?(?:\\s+fluent)?(?:\\s+function)?|parameter"
              + "|valueset|codesystem|code|concept)\\s+(?:\"([^\"]+)\"|(\\w+))");
  private static final Pattern IN = Pattern.compile("library (\\S+) has no \"([^\"]+)\".*");
  private static final Pattern HERE = Pattern.compile("there is no \"([^\"]+)\" here.*");

  /** What a finding says to be missing; empty if it is about something else. */
  public static Optional<MissingName> of(Finding finding) {
    Matcher in = IN.matcher(finding.message());
    if (in.matches()) {
      return Optional.of(new MissingName(in.group(1), in.group(2)));
    }
    Matcher here = HERE.matcher(finding.message());
    return here.matches()
        ? Optional.of(
            new MissingName(
                finding.file().replaceFirst(".*/", "").replaceFirst("[.]cql$", ""), here.group(1)))
        : Optional.empty();
  }

  /**
   * The message where another library or a PlanDefinition uses the name.
   *
   * @param source of the library, if there is one
   */
  public static String in(String library, String name, Optional<CqlSource> source) {
    return "library "
        + library
        + " has no \""
        + name
        + "\""
        + NearestName.hint(name, source.map(MissingName::declared).orElse(List.of()))
        + "; correct the name, or add it to "
        + source.map(CqlSource::file).orElse("it");
  }

  /** The message where the library itself uses the name. */
  static String here(String name, Collection<String> names) {
    return "there is no \""
        + name
        + "\" here"
        + NearestName.hint(name, names)
        + "; correct the name, or declare it";
  }

  /** The names that a library declares. */
  static List<String> declared(CqlSource source) {
    return DECLARED
        .matcher(source.text())
        .results()
        .map(name -> Optional.ofNullable(name.group(1)).orElse(name.group(2)))
        .toList();
  }
}
