package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.elm.r1.Case;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.ExpressionRef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.FunctionRef;
import org.hl7.elm.r1.If;
import org.hl7.elm.r1.InValueSet;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Literal;
import org.hl7.elm.r1.Null;
import org.hl7.elm.r1.ParameterRef;
import org.hl7.elm.r1.Retrieve;
import org.hl7.elm.r1.ValueSetRef;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * One evaluation as it went: for each define the tree of its expressions with their values, and for
 * each expression how often it gave what. The trees are bounded, the counts are not.
 */
public final class CqlTrace extends CqlRecorder {

  /** A chart of thousands of entries makes hundreds of thousands of expressions. */
  private static final int MOST_NODES = 50_000;

  private final CqlCoverage coverage = new CqlCoverage();
  private final Map<Element, JsonNode> values = new IdentityHashMap<>();
  private final Set<Element> varying = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<String, Library> libraries = new TreeMap<>();
  private final Map<String, Map<String, Node>> defines = new TreeMap<>();
  private final Map<Library, Map<Element, String>> bodies = new HashMap<>();
  private final List<Node> open = new ArrayList<>();
  private int kept;
  private int notKept;

  /** One evaluation of an expression. */
  public final class Node {
    private final Library library;
    private final Element element;
    private final List<Node> parts = new ArrayList<>();
    private JsonNode value;

    private Node(Library library, Element element) {
      this.library = library;
      this.element = element;
    }

    /** Name of the library in which it stands. */
    public String library() {
      return library.getIdentifier().getId();
    }

    /** Where it stands; empty for what the compiler added. See {@link CqlMark#locator}. */
    public Optional<String> locator() {
      return Optional.ofNullable(element.getLocator());
    }

    /** What kind of expression it is, by the name of its ELM class, such as {@code And}. */
    public String kind() {
      return element.getClass().getSimpleName();
    }

    /** Its value as {@link CqlPreview} writes it; empty if it failed. */
    public Optional<JsonNode> value() {
      return Optional.ofNullable(value);
    }

    /** The expressions that it evaluated, in that order. */
    public List<Node> parts() {
      return Collections.unmodifiableList(parts);
    }

    /**
     * Of an {@code if} or {@code case} what each line gives, in order and without the else; empty
     * for a line that gives no constant.
     */
    public List<Optional<JsonNode>> lines() {
      List<Expression> lines = new ArrayList<>();
      if (element instanceof If choice) {
        lines.add(choice.getThen());
      } else if (element instanceof Case cases && cases.getComparand() == null) {
        cases.getCaseItem().forEach(item -> lines.add(item.getThen()));
      }
      return lines.stream().map(Node::constant).toList();
    }

    private static Optional<JsonNode> constant(Expression expression) {
      if (expression instanceof Null) {
        return Optional.of(NullNode.getInstance());
      }
      return expression instanceof Literal literal
              && literal.getValueType().getLocalPart().equals("Boolean")
          ? Optional.of(BooleanNode.valueOf(Boolean.parseBoolean(literal.getValue())))
          : Optional.empty();
    }

    /** What a reference or a call names. */
    public Optional<Name> refersTo() {
      if (element instanceof ExpressionRef ref) {
        return Optional.of(name(ref.getLibraryName(), ref.getName()));
      }
      return element instanceof ParameterRef ref
          ? Optional.of(name(ref.getLibraryName(), ref.getName()))
          : Optional.empty();
    }

    /** Whether it calls a function. */
    public boolean isCall() {
      return element instanceof FunctionRef;
    }

    private Name name(String localName, String name) {
      return new Name(DataNeeds.includedName(library, localName), name);
    }

    /** What it asked the record for, if it is a retrieve. */
    public Optional<Asked> asked() {
      if (!(element instanceof Retrieve retrieve)) {
        return Optional.empty();
      }
      Optional<JsonNode> codes =
          parts.isEmpty() ? Optional.empty() : parts.get(parts.size() - 1).value();
      return Optional.of(
          new Asked(
              retrieve.getDataType().getLocalPart(),
              Optional.ofNullable(retrieve.getCodes())
                  .map(c -> Optional.ofNullable(retrieve.getCodeProperty()).orElse("code")),
              retrieve.getCodes() instanceof ValueSetRef ref
                  ? Optional.of(valueSetUrl(ref))
                  : Optional.empty(),
              codes));
    }

    /** The URL of the value set in which it looked a code up. */
    public Optional<String> valueSet() {
      return element instanceof InValueSet in && in.getValueset() != null
          ? Optional.of(valueSetUrl(in.getValueset()))
          : Optional.empty();
    }

    private String valueSetUrl(ValueSetRef ref) {
      Library owner = libraries.get(DataNeeds.includedName(library, ref.getLibraryName()));
      Library known = owner == null ? library : owner;
      return known.getValueSets().getDef().stream()
          .filter(def -> def.getName().equals(ref.getName()))
          .findFirst()
          .map(def -> def.getId())
          .orElse(ref.getName());
    }
  }

  /** A define, function or parameter of a library. */
  public record Name(String library, String name) {}

  /**
   * What a retrieve asks for.
   *
   * @param type FHIR resource type
   * @param path the element that the filter is about; empty if it does not filter
   * @param valueSet URL of the value set that filters
   * @param codes the codes that filter
   */
  public record Asked(
      String type, Optional<String> path, Optional<String> valueSet, Optional<JsonNode> codes) {}

  /**
   * @param program whose libraries are evaluated
   */
  public CqlTrace(CqlProgram program) {
    libraries.putAll(program.linked().libraries());
  }

  @Override
  int enter(Library library, Element element) {
    open.add(kept < MOST_NODES ? node(library, element) : null);
    notKept += kept < MOST_NODES ? 0 : 1;
    return coverage.enter(library, element);
  }

  /** A define's tree is its own, not a part of the expression that happened to ask first. */
  private Node node(Library library, Element element) {
    kept++;
    Node node = new Node(library, element);
    Node parent = open.isEmpty() ? null : open.get(open.size() - 1);
    String define = bodies(library).get(element);
    if (define != null) {
      defines.computeIfAbsent(node.library(), l -> new TreeMap<>()).putIfAbsent(define, node);
    } else if (parent != null) {
      parent.parts.add(node);
    }
    return node;
  }

  private Map<Element, String> bodies(Library library) {
    return bodies.computeIfAbsent(
        library,
        l -> {
          Map<Element, String> names = new IdentityHashMap<>();
          if (l.getStatements() != null) {
            for (ExpressionDef def : l.getStatements().getDef()) {
              if (!(def instanceof FunctionDef) && def.getExpression() != null) {
                names.put(def.getExpression(), def.getName());
              }
            }
          }
          return names;
        });
  }

  @Override
  void leave(int depth, Value value) {
    Node node = close(depth);
    Element element = coverage.at(depth);
    JsonNode known = values.get(element);
    JsonNode json = node == null && varying.contains(element) ? null : CqlPreview.of(value);
    if (node != null) {
      node.value = json;
    }
    if (known == null && json != null) {
      values.put(element, json);
    } else if (known != null && !known.equals(json)) {
      varying.add(element);
    }
    coverage.leave(depth, value);
  }

  @Override
  void fail(int depth) {
    close(depth);
    varying.add(coverage.at(depth));
    coverage.fail(depth);
  }

  private Node close(int depth) {
    Node node = open.get(depth);
    open.subList(depth, open.size()).clear();
    return node;
  }

  @Override
  void reset() {
    coverage.reset();
    open.clear();
  }

  @Override
  int depth() {
    return coverage.depth();
  }

  @Override
  Element current() {
    return coverage.current();
  }

  /** The libraries of which something was evaluated, sorted. */
  public Set<String> libraries() {
    return Collections.unmodifiableSet(defines.keySet());
  }

  /** The trees of a library's defines that were evaluated, by name. */
  public Map<String, Node> defines(String library) {
    return Collections.unmodifiableMap(defines.getOrDefault(library, Map.of()));
  }

  /** The tree of a define; empty if it was not evaluated. */
  public Optional<Node> define(String library, String name) {
    return Optional.ofNullable(defines(library).get(name));
  }

  /** How many evaluations of expressions the trees leave out, because there were too many. */
  public int notKept() {
    return notKept;
  }

  /** What each place of a library gave; as {@link CqlCoverage#marks}, with the values. */
  public List<CqlMark> marks(String library) {
    List<CqlMark> marks = new ArrayList<>();
    coverage
        .outermost(library)
        .values()
        .forEach(
            element -> {
              Optional<JsonNode> value =
                  varying.contains(element)
                      ? Optional.empty()
                      : Optional.ofNullable(values.get(element));
              marks.add(coverage.of(element).orElseThrow().mark(value));
            });
    return marks;
  }
}
