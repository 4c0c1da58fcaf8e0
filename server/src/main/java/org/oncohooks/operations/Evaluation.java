package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.knowledge.Knowledge;

/** {@code Library/$evaluate} of a library of the content (Using CQL with FHIR 2.0, operations). */
final class Evaluation {

  private Evaluation() {}

  /** A define, and the library that has it. */
  record Named(String library, String define) {

    /**
     * @param text {@code Name}, {@code Library.Name} or {@code Library."Name"}
     */
    static Named of(Knowledge knowledge, String library, String text) {
      int dot = text.indexOf('.');
      boolean qualified = dot > 0 && knowledge.program().hasLibrary(text.substring(0, dot));
      String home = qualified ? text.substring(0, dot) : library;
      String define = (qualified ? text.substring(dot + 1) : text).replaceAll("^\"(.*)\"$", "$1");
      if (!knowledge.program().defines(home).contains(define)) {
        throw Inputs.incorrect(
            "expression-unknown",
            "The library has no such define; it has: "
                + String.join(", ", knowledge.program().defines(home))
                + ".",
            "expression");
      }
      return new Named(home, define);
    }
  }

  /** The name of a Library resource's CQL. */
  static String cqlName(Knowledge knowledge, ObjectNode library) {
    String name = library.path("name").asText("");
    String segment = CanonicalUrl.parse(library.path("url").asText("none")).lastSegment();
    for (String candidate : new String[] {name, segment}) {
      if (knowledge.sources().containsKey(candidate)) {
        return candidate;
      }
    }
    throw Problem.of(
            ProblemCategory.NOT_PROCESSABLE,
            "library-without-cql",
            "This Library has no CQL, so there is nothing to evaluate.")
        .asException();
  }

  /**
   * @param expressions as {@link Named#of} reads them; empty = every define of the library
   * @return Parameters; a list repeats its parameter
   */
  static ObjectNode parameters(
      Knowledge knowledge, CqlEvaluation evaluation, String library, List<String> expressions) {
    List<Map.Entry<String, Named>> asked = new ArrayList<>();
    if (expressions.isEmpty()) {
      knowledge
          .program()
          .defines(library)
          .forEach(define -> asked.add(Map.entry(define, new Named(library, define))));
    } else {
      expressions.forEach(text -> asked.add(Map.entry(text, Named.of(knowledge, library, text))));
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
    ArrayNode out = answer.putArray("parameter");
    for (Map.Entry<String, Named> each : asked) {
      Named named = each.getValue();
      for (JsonNode parameter :
          evaluation.parameters(named.library(), named.define(), each.getKey())) {
        out.add(parameter);
      }
    }
    return answer;
  }
}
