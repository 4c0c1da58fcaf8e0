package org.oncohooks.cql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.Finding;
import org.oncohooks.NearestName;

/**
 * What a library names above its defines: data models and other libraries. The compiler answers one
 * that is not there with an exception, or with an error at each place that would use it.
 */
final class LibraryHeader {

  private static final Pattern STATEMENT = Pattern.compile("(?m)^\\s*(?:define|context)\\b");
  private static final Pattern CONTEXT = Pattern.compile("(?m)^\\s*context\\b");
  private static final String NAME_AND_VERSION = "\"?([\\w.]+)\"?(?:\\s+version\\s+'([^'\n]*)')?";
  private static final Pattern USING = Pattern.compile("(?m)^\\s*using\\s+" + NAME_AND_VERSION);
  private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*include\\s+" + NAME_AND_VERSION);
  private static final Pattern VERSION =
      Pattern.compile("(?m)^\\s*library\\s+\"?[\\w.]+\"?\\s+version\\s+'([^']*)'");

  private final CqlSource source;
  private final String text;
  private final int end;

  private LibraryHeader(CqlSource source) {
    this.source = source;
    this.text = source.withoutComments();
    Matcher statement = STATEMENT.matcher(text);
    this.end = statement.find() ? statement.end() : text.length();
  }

  /**
   * Data models and libraries that are not there, or not in the version that is named.
   *
   * @param sources by name of the library
   */
  static List<Finding> check(CqlSource source, Map<String, CqlSource> sources) {
    LibraryHeader header = new LibraryHeader(source);
    List<Finding> findings = new ArrayList<>();
    Matcher using = USING.matcher(header.text).region(0, header.end);
    while (using.find()) {
      boolean fhir =
          using.group(1).equals("FHIR") && CqlCompilation.FHIR_VERSION.equals(using.group(2));
      if (!fhir && !using.group(1).equals("System")) {
        findings.add(header.at(using.start(1), CqlCompilation.OTHER_MODEL));
      }
    }
    Matcher include = INCLUDE.matcher(header.text).region(0, header.end);
    while (include.find()) {
      String wrong = include(include.group(1), Optional.ofNullable(include.group(2)), sources);
      if (!wrong.isEmpty()) {
        findings.add(header.at(include.start(1), wrong));
      }
    }
    return findings;
  }

  private static String include(
      String name, Optional<String> version, Map<String, CqlSource> sources) {
    Optional<String> there =
        name.equals(CqlCompilation.HELPERS)
            ? Optional.of(CqlCompilation.HELPERS_VERSION)
            : Optional.ofNullable(sources.get(name)).flatMap(LibraryHeader::version);
    if (there.isEmpty()) {
      TreeSet<String> names = new TreeSet<>(sources.keySet());
      names.add(CqlCompilation.HELPERS);
      return "there is no library "
          + name
          + " in cql/"
          + NearestName.hint(name, names)
          + "; correct the include";
    }
    return version.isEmpty() || version.equals(there)
        ? ""
        : name
            + " is here in version '"
            + there.get()
            + "'; write: include "
            + name
            + " version '"
            + there.get()
            + "'";
  }

  private static Optional<String> version(CqlSource source) {
    Matcher version = VERSION.matcher(source.text());
    return version.find() ? Optional.of(version.group(1)) : Optional.empty();
  }

  /**
   * That no context stands in a library of FHIR's defines: they then speak of all patients, and
   * each that uses one of a patient is of another type than its author reads.
   */
  static Optional<Finding> withoutContext(CqlSource source) {
    LibraryHeader header = new LibraryHeader(source);
    Matcher statement = STATEMENT.matcher(header.text);
    if (!USING.matcher(header.text).region(0, header.end).find()
        || CONTEXT.matcher(header.text).find()
        || !statement.find()) {
      return Optional.empty();
    }
    int define = header.text.indexOf("define", statement.start());
    return Optional.of(
        header.at(
            define, "the defines have no context; write above the first one: context Patient"));
  }

  private Finding at(int index, String message) {
    String before = source.text().substring(0, index);
    return Finding.error(
        source.file(),
        1 + (int) before.chars().filter(c -> c == '\n').count(),
        index - before.lastIndexOf('\n'),
        message);
  }
}
