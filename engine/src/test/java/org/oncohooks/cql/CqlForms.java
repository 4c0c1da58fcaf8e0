package org.oncohooks.cql;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.cqframework.cql.cql2elm.tracking.Trackable;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.cql.model.ChoiceType;
import org.hl7.cql.model.DataType;
import org.hl7.cql.model.IntervalType;
import org.hl7.cql.model.ListType;
import org.hl7.cql.model.TupleType;
import org.hl7.elm.r1.AggregateExpression;
import org.hl7.elm.r1.As;
import org.hl7.elm.r1.BinaryExpression;
import org.hl7.elm.r1.Coalesce;
import org.hl7.elm.r1.DateTimeComponentFrom;
import org.hl7.elm.r1.DifferenceBetween;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.Is;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.NaryExpression;
import org.hl7.elm.r1.Query;
import org.hl7.elm.r1.UnaryExpression;

/**
 * The operators in compiled CQL, each as {@code Less Date Date} or {@code DifferenceBetween Date
 * Date DAY}: the name of ELM, the types of its operands and the precision. Lists, tuples, intervals
 * and FHIR's types count as one type each. What only names something is no operator.
 */
final class CqlForms {

  private static final Set<String> NAMES =
      Set.of(
          "AliasRef",
          "CodeRef",
          "ExpressionRef",
          "FunctionRef",
          "IdentifierRef",
          "Instance",
          "Literal",
          "OperandRef",
          "ParameterRef",
          "Property",
          "QueryLetRef",
          "Retrieve",
          "ValueSetRef");

  /** For these it matters of what a list is. */
  private static final Set<String> ORDERED = Set.of("Max", "Min", "Sum");

  /** The converters of FHIR's types; the content's, not theirs, are asked. */
  private static final String HELPERS = "FHIRHelpers";

  private CqlForms() {}

  /** Those in all libraries of a program but the model's helpers. */
  static Set<String> of(CqlProgram program) {
    Walk walk = new Walk();
    program.linked().libraries().values().stream()
        .filter(library -> !library.getIdentifier().getId().equals(HELPERS))
        .forEach(library -> walk.visitLibrary(library, library));
    return walk.forms;
  }

  static Set<String> ofDefine(CqlProgram program, String library, String define) {
    Walk walk = new Walk();
    Library of = program.linked().libraries().get(library);
    for (ExpressionDef def : of.getStatements().getDef()) {
      if (def.getName().equals(define)) {
        walk.visitExpression(def.getExpression(), of);
      }
    }
    return walk.forms;
  }

  static String operator(String form) {
    return form.split(" ", 2)[0];
  }

  private static final class Walk extends BaseElmLibraryVisitor<Boolean, Library> {

    private final Set<String> forms = new TreeSet<>();

    @Override
    protected Boolean defaultResult(Element element, Library library) {
      return Boolean.TRUE;
    }

    @Override
    public Boolean visitExpression(Expression expression, Library library) {
      String name = expression.getClass().getSimpleName();
      if (expression instanceof Query query) {
        query(query);
      } else if (!NAMES.contains(name)) {
        StringBuilder form = new StringBuilder(name);
        operands(expression)
            .forEach(
                operand -> {
                  DataType type = Trackable.INSTANCE.getResultType(operand);
                  form.append(' ').append(type(type));
                  if (ORDERED.contains(name) && type instanceof ListType list) {
                    form.append(" of ").append(type(list.getElementType()));
                  }
                });
        if (expression instanceof DifferenceBetween difference) {
          form.append(' ').append(difference.getPrecision());
        } else if (expression instanceof DateTimeComponentFrom from) {
          form.append(' ').append(from.getPrecision());
        }
        forms.add(form.toString());
      }
      return super.visitExpression(expression, library);
    }

    /** One form for each clause. */
    private void query(Query query) {
      if (query.getSource().size() > 1) {
        forms.add("Query from");
      }
      if (!query.getLet().isEmpty()) {
        forms.add("Query let");
      }
      query
          .getRelationship()
          .forEach(clause -> forms.add("Query " + clause.getClass().getSimpleName()));
      if (query.getWhere() != null) {
        forms.add("Query where");
      }
      if (query.getReturn() != null) {
        forms.add(
            Boolean.TRUE.equals(query.getReturn().isDistinct())
                ? "Query return"
                : "Query return all");
      }
      if (query.getAggregate() != null) {
        forms.add("Query aggregate");
      }
      if (query.getSort() != null) {
        query
            .getSort()
            .getBy()
            .forEach(
                by ->
                    forms.add(
                        "Query sort " + by.getClass().getSimpleName() + " " + by.getDirection()));
      }
    }

    private static List<? extends Expression> operands(Expression expression) {
      if (expression instanceof As || expression instanceof Is) {
        return List.of();
      }
      if (expression instanceof UnaryExpression unary) {
        return List.of(unary.getOperand());
      }
      if (expression instanceof BinaryExpression binary) {
        return binary.getOperand();
      }
      if (expression instanceof Coalesce coalesce) {
        return coalesce.getOperand().subList(0, 1);
      }
      if (expression instanceof NaryExpression nary) {
        return nary.getOperand();
      }
      return expression instanceof AggregateExpression aggregate
          ? List.of(aggregate.getSource())
          : List.of();
    }

    private static String type(DataType type) {
      if (type instanceof ListType) {
        return "List";
      }
      if (type instanceof TupleType) {
        return "Tuple";
      }
      if (type instanceof IntervalType) {
        return "Interval";
      }
      if (type instanceof ChoiceType) {
        return "Choice";
      }
      String name = String.valueOf(type);
      return name.startsWith("FHIR.") ? "FHIR" : name.replaceFirst("^System\\.", "");
    }
  }
}
