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

/** The CQL compiler's messages in the words of an author: what is wrong, and how to mend it. */
final class CompilerWords {

  private static final Pattern UNKNOWN_HERE =
      Pattern.compile("Could not resolve identifier (.+) in the current library\\.");
  private static final Pattern UNKNOWN_THERE =
      Pattern.compile("Could not resolve identifier (.+) in library (\\w+)\\.");
  private static final Pattern NO_CALL =
      Pattern.compile("Could not resolve call to operator (.+) with signature \\((.*)\\)\\.");
  private static final Pattern NO_TYPE = Pattern.compile("Could not resolve type name (.+)\\.");
  private static final Pattern NO_MEMBER =
      Pattern.compile("Member (.+) not found for type (.+)\\.");
  private static final Pattern EXPECTED =
      Pattern.compile(
          "Expected an expression of type '(.+?)', ?but found an expression of type '(.+?)'\\.");
  private static final Pattern TWICE =
      Pattern.compile("Identifier (.+) is already in use in this library\\.");
  private static final Pattern CIRCLE =
      Pattern.compile(
          "Cannot resolve reference to expression or function (.+) because it results.*");
  private static final Pattern NO_INCLUDE =
      Pattern.compile("Could not resolve library name (\\w+).*");
  private static final Pattern NO_LIBRARY =
      Pattern.compile("Could not (?:load source for|resolve) library (\\w+).*");
  private static final Pattern SYNTAX = Pattern.compile("Syntax error(?: at (.+))?");

  /** A follow-up of an error that is told where it is. */
  private static final Pattern FOLLOWS =
      Pattern.compile(
          "Could not validate reference to .+ because its definition contains errors\\.");

  private static final Pattern ALIAS =
      Pattern.compile("(?m)^\\s*include\\s+(\\w+)(?:.*?\\bcalled\\s+\"?(\\w+)\"?)?");
  private static final Pattern FUNCTION =
      Pattern.compile(
          "define(?:\\s+fluent)?\\s+function\\s+(?:\"([^\"]+)\"|(\\w+))\\s*\\(([^)]*)\\)");

  private static final Map<String, String> SIGNS =
      Map.ofEntries(
          Map.entry("Add", "+"),
          Map.entry("Subtract", "-"),
          Map.entry("Multiply", "*"),
          Map.entry("Divide", "/"),
          Map.entry("TruncatedDivide", "div"),
          Map.entry("Modulo", "mod"),
          Map.entry("Concatenate", "&"),
          Map.entry("Equal", "="),
          Map.entry("Equivalent", "~"),
          Map.entry("Less", "<"),
          Map.entry("LessOrEqual", "<="),
          Map.entry("Greater", ">"),
          Map.entry("GreaterOrEqual", ">="),
          Map.entry("And", "and"),
          Map.entry("Or", "or"),
          Map.entry("Xor", "xor"),
          Map.entry("Not", "not"),
          Map.entry("Exists", "exists"),
          Map.entry("In", "in"),
          Map.entry("InValueSet", "in"),
          Map.entry("Contains", "contains"));

  private final Map<String, CqlSource> sources;

  /**
   * @param sources by name of the library, to look for names that may be meant
   */
  CompilerWords(Map<String, CqlSource> sources) {
    this.sources = sources;
  }

  /** Whether a message only repeats that another one is there. */
  static boolean follows(String message) {
    return FOLLOWS.matcher(message).matches();
  }

  static boolean isSyntax(Finding finding) {
    return finding.message().endsWith(SYNTAX_END);
  }

  private static final String SYNTAX_END = "(the text can't be read as CQL)";

  /**
   * @param message one line, as the compiler says it
   * @param source in which the problem is
   */
  String of(String message, CqlSource source) {
    Matcher here = UNKNOWN_HERE.matcher(message);
    if (here.matches()) {
      List<String> names = new ArrayList<>(MissingName.declared(source));
      ALIAS
          .matcher(source.text())
          .results()
          .forEach(
              include -> names.add(Optional.ofNullable(include.group(2)).orElse(include.group(1))));
      return MissingName.here(here.group(1), names);
    }
    Matcher there = UNKNOWN_THERE.matcher(message);
    if (there.matches()) {
      return MissingName.in(
          there.group(2), there.group(1), Optional.ofNullable(sources.get(there.group(2))));
    }
    Matcher call = NO_CALL.matcher(message);
    if (call.matches()) {
      return call(call.group(1), plain(call.group(2)));
    }
    Matcher type = NO_TYPE.matcher(message);
    if (type.matches()) {
      return "FHIR 4.0.1 has no type " + type.group(1) + "; correct its name";
    }
    Matcher member = NO_MEMBER.matcher(message);
    if (member.matches()) {
      return plain(member.group(2))
          + " has no element "
          + member.group(1)
          + "; correct the name (FHIR R4 lists the elements of a type on its page)";
    }
    Matcher expected = EXPECTED.matcher(message);
    if (expected.matches()) {
      return "this is "
          + plain(expected.group(2))
          + " and has to be "
          + plain(expected.group(1))
          + "; "
          + (expected.group(1).endsWith("Boolean") ? "make a comparison of it" : "convert it");
    }
    return others(message);
  }

  private static String others(String message) {
    Matcher twice = TWICE.matcher(message);
    if (twice.matches()) {
      return "\"" + twice.group(1) + "\" is declared twice in this file; rename one of them";
    }
    Matcher circle = CIRCLE.matcher(message);
    if (circle.matches()) {
      return "\""
          + circle.group(1)
          + "\" rests on itself by way of what it names; take it out of one of them";
    }
    Matcher include = NO_INCLUDE.matcher(message);
    if (include.matches()) {
      String name = include.group(1);
      return "this needs "
          + name
          + "; write above: include "
          + name
          + (name.equals(CqlCompilation.HELPERS)
              ? " version '" + CqlCompilation.HELPERS_VERSION + "'"
              : "");
    }
    Matcher library = NO_LIBRARY.matcher(message);
    if (library.matches()) {
      return "there is no library "
          + library.group(1)
          + " of this version in cql/; correct the include";
    }
    Matcher syntax = SYNTAX.matcher(message);
    if (syntax.matches()) {
      String at = syntax.group(1);
      String what =
          at == null
              ? "a quote or sign that has no partner stands here"
              : at.equals("<EOF>")
                  ? "the file ends within something; look above for a quote, bracket or end that is"
                      + " missing"
                  : at + " is not expected here; look for what is missing or misspelled before it";
      return what + " " + SYNTAX_END;
    }
    return message;
  }

  private String call(String operator, String types) {
    String sign = SIGNS.get(operator);
    if (sign != null) {
      String hint =
          types.contains("FHIR.")
              ? "compare its .value, or ask for a code with ~ or in"
              : types.contains("String")
                  ? "turn the other side into text with ToString"
                  : "convert one side";
      return sign + " does not take " + types.replace(", ", " and ") + "; " + hint;
    }
    List<String> offered = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    for (CqlSource source : sources.values()) {
      FUNCTION
          .matcher(source.text())
          .results()
          .forEach(
              function -> {
                String name = Optional.ofNullable(function.group(1)).orElse(function.group(2));
                names.add(name);
                if (name.equals(operator)) {
                  offered.add("(" + function.group(3).replaceAll("\\s+", " ").strip() + ")");
                }
              });
    }
    return offered.isEmpty()
        ? "there is no function \""
            + operator
            + "\" of ("
            + types
            + ")"
            + NearestName.hint(operator, names)
            + "; correct the name, or define it"
        : "function \""
            + operator
            + "\" does not take ("
            + types
            + "), but "
            + String.join(" or ", offered);
  }

  private static String plain(String types) {
    return types.replace("System.", "");
  }
}
