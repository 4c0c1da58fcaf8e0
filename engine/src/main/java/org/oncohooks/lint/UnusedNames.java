package org.oncohooks.lint;

import static org.oncohooks.lint.ElmLibrary.type;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Names that are declared and that nothing a card needs leads to. */
final class UnusedNames {

  private static final String HELPERS = "FHIRHelpers";

  /** Read by the service itself, wherever they stand. */
  private static final Set<String> ALWAYS = Set.of("Invalid Settings");

  /** What a library's defines refer to: kind of declaration by type of reference. */
  private static final Map<String, String> REFERENCES =
      Map.of(
          "ExpressionRef", "statements",
          "FunctionRef", "statements",
          "ParameterRef", "parameters",
          "ValueSetRef", "valueSets",
          "CodeRef", "codes",
          "CodeSystemRef", "codeSystems",
          "ConceptRef", "concepts");

  private static final Map<String, String> MEMBERS =
      Map.of(
          "codeSystem", "codeSystems",
          "codesystem", "codeSystems",
          "valueset", "valueSets",
          "code", "codes");

  private static final Map<String, String> WORDS =
      Map.of(
          "statements", "define",
          "parameters", "parameter",
          "valueSets", "value set",
          "codes", "code",
          "codeSystems", "code system",
          "concepts", "concept");

  private record Name(String library, String kind, String name) {}

  private final ElmProgram program;
  private final Set<Name> used = new HashSet<>();
  private final Deque<Name> open = new ArrayDeque<>();

  private UnusedNames(ElmProgram program) {
    this.program = program;
  }

  /**
   * @param roots by library: the defines that the service asks for
   * @param contextLibrary whose parameters the hook fills, used or not
   */
  static List<Remark> of(
      ElmProgram program, Map<String, Set<String>> roots, String contextLibrary) {
    UnusedNames names = new UnusedNames(program);
    roots.forEach(
        (library, defines) -> defines.forEach(d -> names.use(new Name(library, "statements", d))));
    for (ElmLibrary library : program.libraries()) {
      ALWAYS.forEach(define -> names.use(new Name(library.name(), "statements", define)));
    }
    names.follow();
    List<Remark> remarks = new ArrayList<>();
    for (ElmLibrary library : program.libraries()) {
      remarks.addAll(names.unused(library, contextLibrary));
      remarks.addAll(unusedIncludes(library));
    }
    return remarks;
  }

  private void use(Name name) {
    if (used.add(name)) {
      open.add(name);
    }
  }

  private void follow() {
    while (!open.isEmpty()) {
      Name name = open.pop();
      program
          .library(name.library())
          .ifPresent(
              library ->
                  library.declared(name.kind(), name.name()).forEach(d -> references(library, d)));
    }
  }

  private void references(ElmLibrary library, JsonNode declaration) {
    ElmLibrary.walk(
        declaration,
        List.of(),
        (node, parents) -> {
          String kind = REFERENCES.get(type(node));
          if (kind != null) {
            use(new Name(library.target(node), kind, node.path("name").asText()));
          }
          // these references say no type of their own
          MEMBERS.forEach(
              (member, declared) -> {
                JsonNode reference = node.path(member);
                if (reference.path("name").isTextual() && !reference.has("type")) {
                  use(
                      new Name(
                          library.target(reference), declared, reference.path("name").asText()));
                }
              });
        });
  }

  private List<Remark> unused(ElmLibrary library, String contextLibrary) {
    List<Remark> remarks = new ArrayList<>();
    for (String kind : WORDS.keySet()) {
      if (kind.equals("parameters") && library.name().equals(contextLibrary)) {
        continue;
      }
      for (JsonNode declaration : library.declared(kind)) {
        String name = declaration.path("name").asText();
        if (!name.equals("Patient") && !used.contains(new Name(library.name(), kind, name))) {
          remarks.add(
              library.remark(
                  Rule.UNUSED,
                  declaration,
                  (type(declaration).equals("FunctionDef") ? "function" : WORDS.get(kind))
                      + " \""
                      + name
                      + "\" is used by no card; take it out, or name it where it was meant"));
        }
      }
    }
    return remarks;
  }

  private static List<Remark> unusedIncludes(ElmLibrary library) {
    Set<String> named = new HashSet<>();
    ElmLibrary.walk(
        library.json(),
        List.of(),
        (node, parents) -> {
          if (node.path("libraryName").isTextual()) {
            named.add(node.path("libraryName").asText());
          }
        });
    return library.declared("includes").stream()
        .filter(include -> !include.path("path").asText().equals(HELPERS))
        .filter(include -> !named.contains(include.path("localIdentifier").asText()))
        .map(
            include ->
                library.remark(
                    Rule.UNUSED,
                    include,
                    "the include "
                        + include.path("localIdentifier").asText()
                        + " is not used; take it out"))
        .collect(Collectors.toList());
  }
}
