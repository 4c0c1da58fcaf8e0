package org.oncohooks.cql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.elm.r1.And;
import org.hl7.elm.r1.Case;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.If;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.OperandDef;
import org.hl7.elm.r1.Or;
import org.hl7.elm.r1.Query;
import org.hl7.elm.r1.ValueSetRef;

/**
 * What of one library can be evaluated: every place of an expression, found by linking all of it,
 * and which of them decide something.
 */
public final class CqlPlaces {

  /**
   * A place in a library's source.
   *
   * @param decides whether what happens next depends on its being true: the condition of an {@code
   *     if}, {@code when}, {@code where} or {@code such that}, or an operand of {@code and} or
   *     {@code or}
   * @param mark what it gave
   */
  public record Place(boolean decides, CqlMark mark) {

    /**
     * How many of the ways it can go were gone: of a place that decides true, and anything else.
     */
    public int waysGone() {
      return (mark.yes() > 0 ? 1 : 0) + (mark.no() + mark.unknown() > 0 ? 1 : 0);
    }
  }

  /**
   * A define or function.
   *
   * @param locator of the whole statement
   * @param mark what its expression gave
   */
  public record Define(String name, boolean function, String locator, CqlMark mark) {}

  /** Where something begins, both from 1; 1:1 for what the compiler added. */
  public record Start(int line, int column) {}

  static Start start(String locator) {
    if (locator == null) {
      return new Start(1, 1);
    }
    String[] start = locator.split("-", 2)[0].split(":");
    return new Start(Integer.parseInt(start[0]), Integer.parseInt(start[1]));
  }

  private final Library library;
  private final Map<String, Element> byLocator = new LinkedHashMap<>();
  private final Set<Element> deciding = Collections.newSetFromMap(new IdentityHashMap<>());

  private CqlPlaces(Library library) {
    this.library = library;
  }

  static CqlPlaces of(Library library, Collection<Library> all, ValueSetTerminology terminology) {
    CqlPlaces places = new CqlPlaces(library);
    Map<String, Library> libraries = new LinkedHashMap<>();
    all.forEach(each -> libraries.put(each.getIdentifier().getId(), each));
    LinkedProgram program = new LinkedProgram(libraries, terminology, Optional.of(places::add));
    List<ExpressionDef> defs =
        library.getStatements() == null ? List.of() : library.getStatements().getDef();
    for (ExpressionDef def : defs) {
      if (isWritten(def)) {
        List<String> operands =
            def instanceof FunctionDef function
                ? function.getOperand().stream().map(OperandDef::getName).toList()
                : List.of();
        program.linker(library).body(def.getExpression(), operands);
      }
    }
    return places;
  }

  /** The line {@code context Patient} makes a define that nobody wrote. */
  private static boolean isWritten(ExpressionDef def) {
    return def.getExpression() != null && !"Patient".equals(def.getName());
  }

  /** Parts come before what they are part of: the last at a place is the outermost. */
  private void add(Expression expression, Step step) {
    if (step instanceof EngineStep) {
      new BaseElmLibraryVisitor<Boolean, Void>() {
        @Override
        protected Boolean defaultResult(Element element, Void context) {
          return Boolean.TRUE;
        }

        @Override
        public Boolean visitExpression(Expression part, Void context) {
          if (part != expression && !(part instanceof ValueSetRef)) {
            add(part);
          }
          return super.visitExpression(part, context);
        }
      }.visitExpression(expression, null);
    }
    add(expression);
  }

  private void add(Expression expression) {
    if (expression.getLocator() == null) {
      return;
    }
    Element before = byLocator.get(expression.getLocator());
    if (before == null || !deciding.contains(before)) {
      byLocator.put(expression.getLocator(), expression);
    }
    decisions(expression)
        .forEach(
            part -> {
              deciding.add(part);
              if (part.getLocator() != null) {
                byLocator.put(part.getLocator(), part);
              }
            });
  }

  private static List<Expression> decisions(Expression expression) {
    List<Expression> found = new ArrayList<>();
    if (expression instanceof If choice) {
      found.add(choice.getCondition());
    } else if (expression instanceof Case cases && cases.getComparand() == null) {
      cases.getCaseItem().forEach(item -> found.add(item.getWhen()));
    } else if (expression instanceof And || expression instanceof Or) {
      found.addAll(((org.hl7.elm.r1.BinaryExpression) expression).getOperand());
    } else if (expression instanceof Query query) {
      if (query.getWhere() != null) {
        found.add(query.getWhere());
      }
      query.getRelationship().forEach(clause -> found.add(clause.getSuchThat()));
    }
    return found;
  }

  /** Every place, with what it gave; of those that were not evaluated all counts are 0. */
  public List<Place> places(CqlCoverage coverage) {
    List<Place> places = new ArrayList<>();
    byLocator.forEach(
        (locator, element) ->
            places.add(new Place(deciding.contains(element), mark(coverage, element))));
    return places;
  }

  /** The library's defines and functions in the order of the file, with what they gave. */
  public List<Define> defines(CqlCoverage coverage) {
    List<Define> defines = new ArrayList<>();
    if (library.getStatements() == null) {
      return defines;
    }
    for (ExpressionDef def : library.getStatements().getDef()) {
      if (isWritten(def) && def.getLocator() != null) {
        defines.add(
            new Define(
                def.getName(),
                def instanceof FunctionDef,
                def.getLocator(),
                mark(coverage, def.getExpression())));
      }
    }
    return defines;
  }

  private static CqlMark mark(CqlCoverage coverage, Element element) {
    return coverage
        .of(element)
        .map(counts -> counts.mark(Optional.empty()))
        .orElseGet(() -> new CqlMark(element.getLocator(), 0, 0, 0, 0, 0, Optional.empty()));
  }
}
