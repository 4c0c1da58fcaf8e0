package org.oncohooks.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.cql.CqlTrace.Node;

/**
 * What decided the value of a condition: of an {@code and} that is false the part that is false, of
 * a {@code case} the line that was taken, and so on through the defines, down to what can't be
 * taken apart.
 */
final class Because {

  private static final int MOST_STEPS = 40;
  private static final int DEEPEST = 12;
  private static final int MOST_OPERANDS = 4;

  /**
   * A step on the way.
   *
   * @param depth how far below the condition, from 0
   * @param node the define's body, or an expression
   * @param name the define or setting; empty for an expression
   * @param operands for an expression, the values that it compares or uses
   */
  record Step(int depth, Node node, Optional<CqlTrace.Name> name, List<Node> operands) {}

  private final CqlTrace trace;
  private final List<Step> steps = new ArrayList<>();
  private final Set<CqlTrace.Name> seen = new HashSet<>();

  private Because(CqlTrace trace) {
    this.trace = trace;
  }

  /**
   * @param body the condition's expression
   */
  static List<Step> of(CqlTrace trace, Node body) {
    Because because = new Because(trace);
    because.walk(body, 0);
    return List.copyOf(because.steps);
  }

  private void walk(Node node, int depth) {
    if (depth > DEEPEST || steps.size() >= MOST_STEPS) {
      return;
    }
    switch (node.kind()) {
      case "And", "Or" -> decisive(node).forEach(part -> walk(part, depth));
      case "Not", "IsTrue", "IsFalse", "As", "ToConcept" -> operand(node, depth);
      case "Exists", "IsNull" -> {
        if (node.parts().size() == 1 && isName(node.parts().get(0))) {
          walk(node.parts().get(0), depth);
        } else {
          expression(node, depth);
        }
      }
      case "If", "Case" -> choice(node, depth);
      case "ExpressionRef" -> define(node, depth);
      case "Literal", "Null" -> {}
      default -> expression(node, depth);
    }
  }

  private void operand(Node node, int depth) {
    if (node.parts().size() == 1) {
      walk(node.parts().get(0), depth);
    } else {
      expression(node, depth);
    }
  }

  /** The parts that alone make an and or or what it is. */
  private static Collection<Node> decisive(Node node) {
    boolean decidesAlone = node.kind().equals("Or") == isTrue(node);
    JsonNode own = value(node);
    if (!own.isNull() && !decidesAlone) {
      return node.parts();
    }
    List<Node> same = node.parts().stream().filter(part -> value(part).equals(own)).toList();
    return same.isEmpty() ? node.parts() : same;
  }

  private void choice(Node node, int depth) {
    List<Node> parts = node.parts();
    if (parts.size() < 2) {
      expression(node, depth);
      return;
    }
    Node taken = parts.get(parts.size() - 1);
    Node last = parts.get(parts.size() - 2);
    if (isTrue(last)) {
      walk(last, depth);
    } else {
      // the lines that would have given something else
      List<Optional<JsonNode>> lines = node.lines();
      for (int i = 0; i + 1 < parts.size() && i < lines.size(); i++) {
        if (!lines.get(i).equals(Optional.of(value(node)))) {
          walk(parts.get(i), depth);
        }
      }
    }
    walk(taken, depth);
  }

  private void define(Node node, int depth) {
    CqlTrace.Name name = node.refersTo().orElseThrow();
    Optional<Node> body = trace.define(name.library(), name.name());
    steps.add(new Step(depth, body.orElse(node), Optional.of(name), List.of()));
    if (body.isPresent() && seen.add(name) && decides(body.get())) {
      walk(body.get(), depth + 1);
    }
  }

  /** Only yes, no and not known are taken apart; what a list holds is its own reason. */
  private static boolean decides(Node body) {
    return value(body).isBoolean() || value(body).isNull();
  }

  private void expression(Node node, int depth) {
    List<Node> operands = new ArrayList<>();
    operands(node, operands, 0);
    steps.add(new Step(depth, node, Optional.empty(), operands));
  }

  private static void operands(Node node, List<Node> found, int depth) {
    for (Node part : node.parts()) {
      if (found.size() == MOST_OPERANDS || depth == 3) {
        return;
      }
      if (isName(part) || part.asked().isPresent() || part.kind().equals("Property")) {
        found.add(part);
      } else if (!part.kind().equals("Query")) {
        operands(part, found, depth + 1);
      }
    }
  }

  /**
   * Where a null began: the innermost expression that is null, on the way down through what is
   * null.
   */
  static Optional<Node> whereNullBegan(CqlTrace trace, Node node) {
    return whereNullBegan(trace, node, 0);
  }

  private static Optional<Node> whereNullBegan(CqlTrace trace, Node node, int depth) {
    if (!node.value().map(JsonNode::isNull).orElse(false) || depth > 100) {
      return Optional.empty();
    }
    List<Node> parts = new ArrayList<>(node.parts());
    if (!node.isCall()) {
      node.refersTo()
          .flatMap(name -> trace.define(name.library(), name.name()))
          .ifPresent(parts::add);
    }
    for (Node part : parts) {
      Optional<Node> deeper = whereNullBegan(trace, part, depth + 1);
      if (deeper.isPresent() && deeper.get().locator().isPresent()) {
        return deeper;
      }
    }
    return Optional.of(node);
  }

  private static boolean isName(Node node) {
    return node.refersTo().isPresent() && !node.isCall();
  }

  private static boolean isTrue(Node node) {
    return value(node).asBoolean(false);
  }

  private static JsonNode value(Node node) {
    return node.value().orElse(NullNode.getInstance());
  }
}
