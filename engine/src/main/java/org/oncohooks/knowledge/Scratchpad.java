package org.oncohooks.knowledge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.oncohooks.Finding;
import org.oncohooks.cql.CompiledLibraries;
import org.oncohooks.cql.CqlCompilation;
import org.oncohooks.cql.CqlSource;

/**
 * CQL that somebody asks beside the content: one expression, which may name whatever the content's
 * libraries declare as {@code Library."Name"}. The content itself stays as it is. One thread at a
 * time.
 */
public final class Scratchpad {

  /** The library that holds the expression; no file of the content may have that name. */
  public static final String LIBRARY = "Scratchpad";

  /** The define in it. */
  public static final String EXPRESSION = "Expression";

  private static final String VERSION = "0";

  private final Knowledge knowledge;
  private final CompiledLibraries memory;

  /**
   * @param memory of a compilation of the same content; what it lacks is compiled once more
   */
  public Scratchpad(Knowledge knowledge, CompiledLibraries memory) {
    this.knowledge = knowledge;
    this.memory = memory;
  }

  /**
   * What became of an expression.
   *
   * @param knowledge the content with the library {@link #LIBRARY}; empty if it doesn't compile
   * @param findings why; lines and columns count from the beginning of the declarations, those of
   *     the expression follow
   */
  public record Compiled(Optional<Knowledge> knowledge, List<Finding> findings) {}

  /** The content that can be named. */
  public Knowledge knowledge() {
    return knowledge;
  }

  /** As {@link #compile(String, String, Map)}, with every library under its own name. */
  public Compiled compile(String declarations, String expression) {
    Map<String, String> own = new LinkedHashMap<>();
    new TreeMap<>(knowledge.sources()).keySet().forEach(name -> own.put(name, name));
    return compile(declarations, expression, own);
  }

  /**
   * @param declarations whole CQL statements such as {@code define "A": 1}, a line break at their
   *     end; may be empty
   * @param expression one CQL expression
   * @param libraries names of the content's libraries by the name under which the expression knows
   *     them
   */
  public Compiled compile(String declarations, String expression, Map<String, String> libraries) {
    StringBuilder text = new StringBuilder();
    text.append("library ").append(LIBRARY).append(" version '").append(VERSION).append("'\n");
    text.append("using FHIR version '4.0.1'\n");
    text.append("include FHIRHelpers version '4.0.1'\n");
    libraries.forEach(
        (alias, name) ->
            text.append("include ")
                .append(name)
                .append(" version '")
                .append(knowledge.program().version(name))
                .append("' called ")
                .append(alias)
                .append('\n'));
    text.append("context Patient\n");
    int declared = lines(text);
    text.append(declarations);
    text.append("define \"").append(EXPRESSION).append("\":\n");
    int asked = lines(text);
    text.append(expression).append('\n');
    return compile(text.toString(), declared, asked);
  }

  /**
   * Compiles a whole library beside the content.
   *
   * @param source may include the content's libraries; its file is named in findings
   */
  public Compiled compile(CqlSource source) {
    CqlCompilation.Result result =
        CqlCompilation.compileBeside(
            knowledge.program(), knowledge.sources().values(), source, memory);
    return new Compiled(
        result.program().map(program -> knowledge.beside(source, program)),
        result.findings().stream()
            .filter(f -> f.isError() || f.file().equals(source.file()))
            .toList());
  }

  private Compiled compile(String text, int declared, int asked) {
    CqlSource source = new CqlSource(LIBRARY, LIBRARY, text);
    CqlCompilation.Result result =
        CqlCompilation.compileBeside(
            knowledge.program(), knowledge.sources().values(), source, memory);
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : result.findings()) {
      if (finding.isError() || finding.file().equals(LIBRARY)) {
        findings.add(moved(finding, declared, asked));
      }
    }
    return new Compiled(
        result.program().map(program -> knowledge.beside(source, program)), List.copyOf(findings));
  }

  /** As if the define's own line, between declarations and expression, were not there. */
  private static Finding moved(Finding finding, int declared, int asked) {
    if (!finding.file().equals(LIBRARY)) {
      return finding;
    }
    int line = finding.line() > asked ? finding.line() - 1 : finding.line();
    return new Finding(
        finding.severity(),
        LIBRARY,
        Math.max(1, line - declared),
        finding.column(),
        finding.message());
  }

  private static int lines(StringBuilder text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }
}
