package org.oncohooks.cql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.hl7.elm.r1.*;
import org.opencds.cqf.cql.engine.elm.executing.*;
import org.opencds.cqf.cql.engine.exception.CqlException;
import org.opencds.cqf.cql.engine.execution.Libraries;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.TemporalHelper;
import org.opencds.cqf.cql.engine.runtime.Value;
import org.opencds.cqf.cql.engine.terminology.ValueSetInfo;

/**
 * Turns one expression of a library into a {@link Step}. Names become what they mean: a variable
 * its slot, a reference the define itself, a call the function, a value set its URL. What is not
 * known here becomes an {@link EngineStep}.
 */
final class Linker {

  private final LinkedProgram program;
  private final ValueSetTerminology terminology;
  private final Library library;
  private final Map<String, Integer> slots = new HashMap<>();
  private int next;
  private int most;

  Linker(LinkedProgram program, ValueSetTerminology terminology, Library library) {
    this.program = program;
    this.terminology = terminology;
    this.library = library;
  }

  /** A variable of the CQL and where its value is. */
  record Variable(String name, int slot) {}

  /** The variables that an expression at this place may name, in the order in which they came. */
  private List<Variable> variables() {
    return slots.entrySet().stream()
        .map(entry -> new Variable(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingInt(Variable::slot))
        .toList();
  }

  /**
   * @param expression null for a parameter without default, whose value is null
   * @param operands names of a function's operands, which take the first slots
   */
  LinkedDefine.Body body(Expression expression, List<String> operands) {
    operands.forEach(this::declare);
    Step step = expression == null ? constant(new Null(), null) : step(expression);
    return new LinkedDefine.Body(step, most);
  }

  private int declare(String name) {
    slots.put(name, next);
    next++;
    most = Math.max(most, next);
    return next - 1;
  }

  private Step step(Expression expression) {
    return program.recorded(library, expression, link(expression));
  }

  private Step link(Expression expression) {
    if (expression instanceof UnaryExpression unary) {
      return unary(unary);
    }
    if (expression instanceof BinaryExpression binary) {
      return binary(binary);
    }
    if (expression instanceof AggregateExpression aggregate) {
      Operators.Unary operator = Operators.AGGREGATES.get(aggregate.getClass());
      return operator == null || aggregate.getPath() != null
          ? new EngineStep(library, variables(), expression)
          : unary(expression, step(aggregate.getSource()), operator);
    }
    Step reference = reference(expression);
    if (reference != null) {
      return reference;
    }
    Step constructor = constructor(expression);
    if (constructor != null) {
      return constructor;
    }
    Step terminologyStep = terminology(expression);
    if (terminologyStep != null) {
      return terminologyStep;
    }
    Step flow = flow(expression);
    return flow == null ? new EngineStep(library, variables(), expression) : flow;
  }

  private Step[] steps(List<? extends Expression> expressions) {
    return expressions.stream().map(this::step).toArray(Step[]::new);
  }

  private Step constant(Element element, Value value) {
    return new Step(library, element) {
      @Override
      Value evaluate(Frame frame) {
        return value;
      }
    };
  }

  // --- Operators ---------------------------------------------------------------------------------

  private Step unary(UnaryExpression expression) {
    if (expression instanceof As as) {
      return as(as);
    }
    if (expression instanceof Is is) {
      Step operand = step(is.getOperand());
      return unary(is, operand, (value, state) -> IsEvaluator.internalEvaluate(is, value, state));
    }
    if (expression instanceof Distinct) {
      return distinct(expression, step(expression.getOperand()));
    }
    if (expression instanceof DateTimeComponentFrom from) {
      String precision = from.getPrecision().value();
      return unary(
          from,
          step(from.getOperand()),
          (value, state) -> DateTimeComponentFromEvaluator.dateTimeComponentFrom(value, precision));
    }
    Operators.Unary operator = Operators.UNARY.get(expression.getClass());
    if (operator == null) {
      return new EngineStep(library, variables(), expression);
    }
    Step operand = step(expression.getOperand());
    if (expression instanceof Exists && operand instanceof QueryStep query) {
      return exists(expression, query);
    }
    if (expression instanceof Exists
        && operand instanceof RecordedStep recorded
        && recorded.step() instanceof QueryStep query) {
      Step first = new RecordedStep(library, expression.getOperand(), first(expression, query));
      return unary(expression, first, operator);
    }
    return unary(expression, operand, operator);
  }

  private Step unary(Element element, Step operand, Operators.Unary operator) {
    return new Step(library, element) {
      @Override
      Value evaluate(Frame frame) {
        return operator.apply(operand.run(frame), frame.activation.state());
      }
    };
  }

  private Step distinct(Element element, Step operand) {
    return new Step(library, element) {
      @Override
      Value evaluate(Frame frame) {
        if (!(operand.run(frame) instanceof org.opencds.cqf.cql.engine.runtime.List list)) {
          return null;
        }
        List<Value> values = new ArrayList<>();
        list.forEach(values::add);
        return new org.opencds.cqf.cql.engine.runtime.List(QueryStep.distinct(values, frame));
      }
    };
  }

  private Step exists(Element element, QueryStep query) {
    return new Step(library, element) {
      @Override
      Value evaluate(Frame frame) {
        return new org.opencds.cqf.cql.engine.runtime.Boolean(query.exists(frame));
      }
    };
  }

  /** As far as {@link #exists} looks, as a value. */
  private Step first(Element element, QueryStep query) {
    return new Step(library, element) {
      @Override
      Value evaluate(Frame frame) {
        return query.first(frame);
      }
    };
  }

  private Step as(As as) {
    Step operand = step(as.getOperand());
    TypeSpecifier type =
        as.getAsTypeSpecifier() != null
            ? as.getAsTypeSpecifier()
            : new NamedTypeSpecifier().withName(as.getAsType());
    boolean strict = Boolean.TRUE.equals(as.isStrict());
    return unary(
        as,
        operand,
        (value, state) ->
            value == null && !strict ? null : AsEvaluator.INSTANCE.as(value, type, strict, state));
  }

  private Step binary(BinaryExpression expression) {
    Operators.Binary operator = operator(expression);
    if (operator == null && !(expression instanceof And) && !(expression instanceof Or)) {
      return new EngineStep(library, variables(), expression);
    }
    Step left = step(expression.getOperand().get(0));
    Step right = step(expression.getOperand().get(1));
    if (expression instanceof And) {
      return and(expression, left, right);
    }
    if (expression instanceof Or) {
      return or(expression, left, right);
    }
    return new Step(library, expression) {
      @Override
      Value evaluate(Frame frame) {
        return operator.apply(left.run(frame), right.run(frame), frame.activation.state());
      }
    };
  }

  private static Operators.Binary operator(BinaryExpression expression) {
    if (expression instanceof In in) {
      String precision = precision(in.getPrecision());
      return (a, b, state) -> InEvaluator.internalEvaluate(a, b, precision, state);
    }
    if (expression instanceof Before before) {
      String precision = precision(before.getPrecision());
      return (a, b, state) -> BeforeEvaluator.before(a, b, precision, state);
    }
    if (expression instanceof After after) {
      String precision = precision(after.getPrecision());
      return (a, b, state) -> AfterEvaluator.after(a, b, precision, state);
    }
    if (expression instanceof SameOrBefore same) {
      String precision = precision(same.getPrecision());
      return (a, b, state) -> SameOrBeforeEvaluator.sameOrBefore(a, b, precision, state);
    }
    if (expression instanceof SameOrAfter same) {
      String precision = precision(same.getPrecision());
      return (a, b, state) -> SameOrAfterEvaluator.sameOrAfter(a, b, precision, state);
    }
    if (expression instanceof Matches) {
      LastPattern pattern = new LastPattern();
      return (a, b, state) -> pattern.matches(a, b);
    }
    if (expression instanceof DifferenceBetween between) {
      var precision = runtimePrecision(between.getPrecision());
      return (a, b, state) -> DifferenceBetweenEvaluator.difference(a, b, precision);
    }
    if (expression instanceof DurationBetween between) {
      var precision = runtimePrecision(between.getPrecision());
      return (a, b, state) -> DurationBetweenEvaluator.duration(a, b, precision);
    }
    return Operators.BINARY.get(expression.getClass());
  }

  private static String precision(DateTimePrecision precision) {
    return precision == null ? null : precision.value();
  }

  private static org.opencds.cqf.cql.engine.runtime.Precision runtimePrecision(
      DateTimePrecision precision) {
    return org.opencds.cqf.cql.engine.runtime.Precision.Companion.fromString(precision.value());
  }

  /** The right side is not looked at when the left one is false: it can't change the answer. */
  private Step and(Expression expression, Step left, Step right) {
    return new Step(library, expression) {
      @Override
      Value evaluate(Frame frame) {
        Value first = left.run(frame);
        return isFalse(first) ? first : AndEvaluator.and(first, right.run(frame));
      }
    };
  }

  private Step or(Expression expression, Step left, Step right) {
    return new Step(library, expression) {
      @Override
      Value evaluate(Frame frame) {
        Value first = left.run(frame);
        return isTrue(first) ? first : OrEvaluator.or(first, right.run(frame));
      }
    };
  }

  // --- References --------------------------------------------------------------------------------

  /** Null if the expression is no reference. */
  private Step reference(Expression expression) {
    if (expression instanceof FunctionRef call) {
      return call(call);
    }
    if (expression instanceof ExpressionRef ref) {
      LinkedDefine define = program.define(libraryName(ref.getLibraryName()), ref.getName());
      return new Step(library, ref) {
        @Override
        Value evaluate(Frame frame) {
          return frame.activation.define(define);
        }
      };
    }
    if (expression instanceof ParameterRef ref) {
      return parameter(ref);
    }
    if (expression instanceof Property property) {
      return property(property);
    }
    if (expression instanceof AliasRef ref) {
      return variable(ref, ref.getName());
    }
    if (expression instanceof OperandRef ref) {
      return variable(ref, ref.getName());
    }
    return expression instanceof QueryLetRef ref ? variable(ref, ref.getName()) : null;
  }

  private Step variable(Expression ref, String name) {
    int slot = slot(name);
    return new Step(library, ref) {
      @Override
      Value evaluate(Frame frame) {
        return frame.slots[slot];
      }
    };
  }

  private int slot(String name) {
    Integer slot = slots.get(name);
    if (slot == null) {
      throw new CqlException("Nothing in scope is called " + name);
    }
    return slot;
  }

  private String libraryName(String localName) {
    return localName == null
        ? library.getIdentifier().getId()
        : Libraries.toVersionedIdentifier(Libraries.resolveLibraryRef(localName, library)).getId();
  }

  private Library libraryOf(String localName) {
    return program.libraries().get(libraryName(localName));
  }

  private Step parameter(ParameterRef ref) {
    String libraryName = libraryName(ref.getLibraryName());
    ParameterDef def =
        Libraries.resolveParameterRef(ref.getName(), program.libraries().get(libraryName));
    LinkedDefine byDefault = program.defaultOf(def);
    String name = def.getName();
    return new Step(library, ref) {
      @Override
      Value evaluate(Frame frame) {
        Map<String, Value> set = frame.activation.parameters();
        return set.containsKey(name) ? set.get(name) : frame.activation.define(byDefault);
      }
    };
  }

  private Step call(FunctionRef call) {
    Library owner = libraryOf(call.getLibraryName());
    List<FunctionDef> overloads = Libraries.getFunctionDefs(call.getName(), owner);
    if (call.getSignature().isEmpty() && overloads.size() != 1) {
      return new EngineStep(library, variables(), call);
    }
    FunctionDef def =
        call.getSignature().isEmpty()
            ? overloads.get(0)
            : Libraries.resolveFunctionDef(call.getName(), call.getSignature(), owner);
    Step[] operands = steps(call.getOperand());
    if (!Boolean.TRUE.equals(def.isExternal())) {
      LinkedFunction function = program.function(def);
      return new Step(library, call) {
        @Override
        Value evaluate(Frame frame) {
          return function.call(frame, operands);
        }
      };
    }
    Step operand = operands[0];
    FhirConversions.Conversion conversion = FhirConversions.conversion(def.getName());
    return unary(call, operand, (value, state) -> conversion.of(value));
  }

  private Step property(Property property) {
    Step source =
        property.getSource() != null
            ? step(property.getSource())
            : variable(property, property.getScope());
    ElementName name = new ElementName(property.getPath());
    return unary(property, source, (value, state) -> name.of(value));
  }

  // --- Terminology and data ----------------------------------------------------------------------

  /** Null if the expression neither names a code nor asks for data. */
  private Step terminology(Expression expression) {
    if (expression instanceof CodeRef ref) {
      return constant(ref, code(ref));
    }
    if (expression instanceof ValueSetRef ref && Boolean.TRUE.equals(ref.isPreserve())) {
      return constant(ref, valueSet(ref));
    }
    if (expression instanceof InValueSet in && in.getValueset() != null) {
      ValueSetInfo valueSet = ValueSetInfo.Companion.fromValueSet(valueSet(in.getValueset()));
      return unary(in, step(in.getCode()), (code, state) -> terminology.membership(code, valueSet));
    }
    return expression instanceof Retrieve retrieve ? retrieve(retrieve) : null;
  }

  private org.opencds.cqf.cql.engine.runtime.Code code(CodeRef ref) {
    Library owner = libraryOf(ref.getLibraryName());
    CodeDef def = Libraries.resolveCodeRef(ref.getName(), owner);
    CodeSystemDef system =
        Libraries.resolveCodeSystemRef(
            def.getCodeSystem().getName(),
            def.getCodeSystem().getLibraryName() == null
                ? owner
                : program.linker(owner).libraryOf(def.getCodeSystem().getLibraryName()));
    return new org.opencds.cqf.cql.engine.runtime.Code()
        .withCode(def.getId())
        .withSystem(system.getId())
        .withDisplay(def.getDisplay())
        .withVersion(system.getVersion());
  }

  private org.opencds.cqf.cql.engine.runtime.ValueSet valueSet(ValueSetRef ref) {
    ValueSetDef def = Libraries.resolveValueSetRef(ref.getName(), libraryOf(ref.getLibraryName()));
    org.opencds.cqf.cql.engine.runtime.ValueSet valueSet =
        new org.opencds.cqf.cql.engine.runtime.ValueSet();
    valueSet.setId(def.getId());
    valueSet.setVersion(def.getVersion());
    return valueSet;
  }

  private Step retrieve(Retrieve retrieve) {
    if (retrieve.getContext() != null || retrieve.getDateRange() != null) {
      return new EngineStep(library, variables(), retrieve);
    }
    String type = retrieve.getDataType().getLocalPart();
    Expression codes = retrieve.getCodes();
    String valueSet = codes instanceof ValueSetRef ref ? valueSet(ref).getId() : null;
    Step filter = codes == null || valueSet != null ? null : step(codes);
    return new Step(library, retrieve) {
      @Override
      Value evaluate(Frame frame) {
        return new org.opencds.cqf.cql.engine.runtime.List(
            frame
                .activation
                .worker()
                .retrieve()
                .retrieve(
                    type,
                    retrieve.getCodeProperty(),
                    filter == null ? null : codes(filter.run(frame)),
                    valueSet));
      }
    };
  }

  private static List<org.opencds.cqf.cql.engine.runtime.Code> codes(Value filter) {
    List<org.opencds.cqf.cql.engine.runtime.Code> codes = new ArrayList<>();
    if (filter instanceof org.opencds.cqf.cql.engine.runtime.List list) {
      list.forEach(item -> codes.addAll(codes(item)));
    } else if (filter instanceof org.opencds.cqf.cql.engine.runtime.Concept concept) {
      concept.getCodes().forEach(codes::add);
    } else if (filter instanceof org.opencds.cqf.cql.engine.runtime.Code code) {
      codes.add(code);
    } else if (filter instanceof org.opencds.cqf.cql.engine.runtime.String text) {
      codes.add(new org.opencds.cqf.cql.engine.runtime.Code().withCode(text.getValue()));
    } else {
      throw new CqlException("A retrieve asks for codes that are none");
    }
    return codes;
  }

  // --- Values that are put together
  // ---------------------------------------------------------------

  /** Null if the expression makes no value of its parts. */
  private Step constructor(Expression expression) {
    if (expression instanceof Literal literal) {
      return constant(literal, literal(literal));
    }
    if (expression instanceof Null) {
      return constant(expression, null);
    }
    if (expression instanceof org.hl7.elm.r1.List list) {
      return list(list);
    }
    if (expression instanceof Tuple tuple) {
      return tuple(tuple);
    }
    if (expression instanceof Instance instance) {
      return instance(instance);
    }
    if (expression instanceof Interval interval) {
      return interval(interval);
    }
    if (expression instanceof Date date) {
      Step[] parts = parts(date.getYear(), date.getMonth(), date.getDay());
      return new Step(library, date) {
        @Override
        Value evaluate(Frame frame) {
          return DateEvaluator.internalEvaluate(
              part(parts, 0, frame), part(parts, 1, frame), part(parts, 2, frame));
        }
      };
    }
    return expression instanceof DateTime dateTime ? dateTime(dateTime) : null;
  }

  private static Value literal(Literal literal) {
    String text = literal.getValue();
    return switch (literal.getValueType().getLocalPart()) {
      case "Boolean" -> new org.opencds.cqf.cql.engine.runtime.Boolean(Boolean.parseBoolean(text));
      case "Integer" -> new org.opencds.cqf.cql.engine.runtime.Integer(Integer.parseInt(text));
      case "Long" -> new org.opencds.cqf.cql.engine.runtime.Long(Long.parseLong(text));
      case "Decimal" -> new org.opencds.cqf.cql.engine.runtime.Decimal(new BigDecimal(text));
      case "String" -> new org.opencds.cqf.cql.engine.runtime.String(text);
      default -> throw new CqlException("A literal of a type that CQL has none of");
    };
  }

  private Step list(org.hl7.elm.r1.List list) {
    Step[] elements = steps(list.getElement());
    return new Step(library, list) {
      @Override
      Value evaluate(Frame frame) {
        List<Value> values = new ArrayList<>(elements.length);
        for (Step element : elements) {
          values.add(element.run(frame));
        }
        return new org.opencds.cqf.cql.engine.runtime.List(values);
      }
    };
  }

  private Step tuple(Tuple tuple) {
    List<String> names = tuple.getElement().stream().map(TupleElement::getName).toList();
    Step[] elements = steps(tuple.getElement().stream().map(TupleElement::getValue).toList());
    return new Step(library, tuple) {
      @Override
      Value evaluate(Frame frame) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (int i = 0; i < elements.length; i++) {
          values.put(names.get(i), elements[i].run(frame));
        }
        return new org.opencds.cqf.cql.engine.runtime.Tuple().withElements(values);
      }
    };
  }

  private Step instance(Instance instance) {
    List<String> names = instance.getElement().stream().map(InstanceElement::getName).toList();
    Step[] elements = steps(instance.getElement().stream().map(InstanceElement::getValue).toList());
    return new Step(library, instance) {
      @Override
      Value evaluate(Frame frame) {
        State state = frame.activation.state();
        Value value = state.getEnvironment().createInstance(instance.getClassType());
        for (int i = 0; i < elements.length; i++) {
          InstanceEvaluator.INSTANCE.setValue(value, names.get(i), elements[i].run(frame));
        }
        return value;
      }
    };
  }

  private Step interval(Interval interval) {
    Step[] parts =
        parts(
            interval.getLow(),
            interval.getLowClosedExpression(),
            interval.getHigh(),
            interval.getHighClosedExpression());
    return new Step(library, interval) {
      @Override
      Value evaluate(Frame frame) {
        Value low = part(parts, 0, frame);
        boolean lowClosed = closed(part(parts, 1, frame), interval.isLowClosed());
        Value high = part(parts, 2, frame);
        boolean highClosed = closed(part(parts, 3, frame), interval.isHighClosed());
        return low == null && high == null
            ? null
            : new org.opencds.cqf.cql.engine.runtime.Interval(
                low, lowClosed, high, highClosed, frame.activation.state());
      }
    };
  }

  private static boolean closed(Value expression, Boolean fixed) {
    return expression == null ? !Boolean.FALSE.equals(fixed) : Step.isTrue(expression);
  }

  private Step dateTime(DateTime dateTime) {
    Step[] parts =
        parts(
            dateTime.getYear(),
            dateTime.getMonth(),
            dateTime.getDay(),
            dateTime.getHour(),
            dateTime.getMinute(),
            dateTime.getSecond(),
            dateTime.getMillisecond(),
            dateTime.getTimezoneOffset());
    return new Step(library, dateTime) {
      @Override
      Value evaluate(Frame frame) {
        return DateTimeEvaluator.internalEvaluate(
            part(parts, 0, frame),
            part(parts, 1, frame),
            part(parts, 2, frame),
            part(parts, 3, frame),
            part(parts, 4, frame),
            part(parts, 5, frame),
            part(parts, 6, frame),
            parts[7] == null ? siteOffset(frame) : parts[7].run(frame));
      }
    };
  }

  private static Value siteOffset(Frame frame) {
    return new org.opencds.cqf.cql.engine.runtime.Decimal(
        TemporalHelper.zoneToOffset(
            frame.activation.state().getEvaluationDateTime().getZoneOffset()));
  }

  private Step[] parts(Expression... expressions) {
    Step[] parts = new Step[expressions.length];
    for (int i = 0; i < expressions.length; i++) {
      parts[i] = expressions[i] == null ? null : step(expressions[i]);
    }
    return parts;
  }

  private static Value part(Step[] parts, int index, Frame frame) {
    return parts[index] == null ? null : parts[index].run(frame);
  }

  // --- What is evaluated only if …
  // -----------------------------------------------------------------

  /** Null if the expression doesn't decide what is evaluated. */
  private Step flow(Expression expression) {
    if (expression instanceof If choice) {
      Step condition = step(choice.getCondition());
      Step then = step(choice.getThen());
      Step otherwise = step(choice.getElse());
      return new Step(library, choice) {
        @Override
        Value evaluate(Frame frame) {
          return (isTrue(condition.run(frame)) ? then : otherwise).run(frame);
        }
      };
    }
    if (expression instanceof Case cases) {
      return cases.getComparand() == null ? cases(cases) : casesOf(cases);
    }
    if (expression instanceof Coalesce coalesce && coalesce.getOperand().size() > 1) {
      return coalesce(coalesce);
    }
    if (expression instanceof Concatenate concatenate) {
      return concatenate(concatenate);
    }
    if (expression instanceof Combine combine) {
      return combine(combine);
    }
    if (expression instanceof Round round) {
      return operator(
          round,
          List.of(round.getOperand(), orNull(round.getPrecision())),
          (values, state) -> RoundEvaluator.round(values[0], values[1]));
    }
    if (expression instanceof Slice slice) {
      return operator(
          slice,
          List.of(slice.getSource(), orNull(slice.getStartIndex()), orNull(slice.getEndIndex())),
          (values, state) -> SliceEvaluator.slice(values[0], values[1], values[2]));
    }
    if (expression instanceof Substring part) {
      return operator(
          part,
          List.of(part.getStringToSub(), part.getStartIndex(), orNull(part.getLength())),
          (values, state) -> SubstringEvaluator.substring(values[0], values[1], values[2]));
    }
    if (expression instanceof PositionOf position) {
      return operator(
          position,
          List.of(position.getPattern(), position.getString()),
          (values, state) -> PositionOfEvaluator.positionOf(values[0], values[1]));
    }
    if (expression instanceof ReplaceMatches replacement) {
      LastPattern pattern = new LastPattern();
      return operator(
          replacement,
          replacement.getOperand(),
          (values, state) -> pattern.replace(values[0], values[1], values[2]));
    }
    if (expression instanceof Intersect intersect) {
      return operator(
          intersect,
          intersect.getOperand(),
          (values, state) -> IntersectEvaluator.intersect(values[0], values[1], state));
    }
    if (expression instanceof Except except) {
      return operator(
          except,
          except.getOperand(),
          (values, state) -> ExceptEvaluator.except(values[0], values[1], state));
    }
    if (expression instanceof First first && first.getOrderBy() == null) {
      return unary(first, step(first.getSource()), (value, state) -> FirstEvaluator.first(value));
    }
    if (expression instanceof Last last && last.getOrderBy() == null) {
      return unary(last, step(last.getSource()), (value, state) -> LastEvaluator.last(value));
    }
    if (expression instanceof Now) {
      return unary(
          expression,
          constant(expression, null),
          (value, state) -> NowEvaluator.internalEvaluate(state));
    }
    if (expression instanceof Message message) {
      return message(message);
    }
    return expression instanceof Query query && query.getAggregate() == null ? query(query) : null;
  }

  private Step cases(Case cases) {
    Step[] when = steps(cases.getCaseItem().stream().map(CaseItem::getWhen).toList());
    Step[] then = steps(cases.getCaseItem().stream().map(CaseItem::getThen).toList());
    Step otherwise = step(cases.getElse());
    return new Step(library, cases) {
      @Override
      Value evaluate(Frame frame) {
        for (int i = 0; i < when.length; i++) {
          if (isTrue(when[i].run(frame))) {
            return then[i].run(frame);
          }
        }
        return otherwise.run(frame);
      }
    };
  }

  private Step casesOf(Case cases) {
    Step comparand = step(cases.getComparand());
    Step[] when = steps(cases.getCaseItem().stream().map(CaseItem::getWhen).toList());
    Step[] then = steps(cases.getCaseItem().stream().map(CaseItem::getThen).toList());
    Step otherwise = step(cases.getElse());
    return new Step(library, cases) {
      @Override
      Value evaluate(Frame frame) {
        Value compared = comparand.run(frame);
        State state = frame.activation.state();
        for (int i = 0; i < when.length; i++) {
          if (isTrue(EquivalentEvaluator.equivalent(compared, when[i].run(frame), state))) {
            return then[i].run(frame);
          }
        }
        return otherwise.run(frame);
      }
    };
  }

  private Step coalesce(Coalesce coalesce) {
    Step[] operands = steps(coalesce.getOperand());
    return new Step(library, coalesce) {
      @Override
      Value evaluate(Frame frame) {
        for (Step operand : operands) {
          Value value = operand.run(frame);
          if (value != null) {
            return value;
          }
        }
        return null;
      }
    };
  }

  private Step concatenate(Concatenate concatenate) {
    Step left = step(concatenate.getOperand().get(0));
    Step right = step(concatenate.getOperand().get(1));
    return new Step(library, concatenate) {
      @Override
      Value evaluate(Frame frame) {
        return ConcatenateEvaluator.concatenate(left.run(frame), right.run(frame));
      }
    };
  }

  private static Expression orNull(Expression expression) {
    return expression == null ? new Null() : expression;
  }

  /** An operator of the engine, on what its operands are. */
  private Step operator(
      Element element, List<Expression> operands, BiFunction<Value[], State, Value> operator) {
    Step[] steps = steps(operands);
    return new Step(library, element) {
      @Override
      Value evaluate(Frame frame) {
        Value[] values = new Value[steps.length];
        for (int i = 0; i < steps.length; i++) {
          values[i] = steps[i].run(frame);
        }
        return operator.apply(values, frame.activation.state());
      }
    };
  }

  private Step combine(Combine combine) {
    Step source = step(combine.getSource());
    Step separator =
        combine.getSeparator() == null
            ? constant(combine, new org.opencds.cqf.cql.engine.runtime.String(""))
            : step(combine.getSeparator());
    return new Step(library, combine) {
      @Override
      Value evaluate(Frame frame) {
        return CombineEvaluator.combine(source.run(frame), separator.run(frame));
      }
    };
  }

  /** A message whose condition doesn't hold is its source; else the engine says what happens. */
  private Step message(Message message) {
    Step source = step(message.getSource());
    Step condition = step(message.getCondition());
    Step said = new EngineStep(library, variables(), message);
    return new Step(library, message) {
      @Override
      Value evaluate(Frame frame) {
        return (isTrue(condition.run(frame)) ? said : source).run(frame);
      }
    };
  }

  private Step query(Query query) {
    Map<String, Integer> outer = Map.copyOf(slots);
    int outerNext = next;
    List<QueryStep.Source> sources = new ArrayList<>();
    for (AliasedQuerySource source : query.getSource()) {
      Step expression = step(source.getExpression());
      sources.add(new QueryStep.Source(source.getAlias(), expression, declare(source.getAlias())));
    }
    List<QueryStep.Let> lets = new ArrayList<>();
    for (LetClause let : query.getLet()) {
      Step expression = step(let.getExpression());
      lets.add(new QueryStep.Let(expression, declare(let.getIdentifier())));
    }
    List<QueryStep.Relationship> relationships = new ArrayList<>();
    for (RelationshipClause clause : query.getRelationship()) {
      Step expression = step(clause.getExpression());
      int slot = declare(clause.getAlias());
      relationships.add(
          new QueryStep.Relationship(
              expression, slot, step(clause.getSuchThat()), clause instanceof With));
    }
    Step where = query.getWhere() == null ? null : step(query.getWhere());
    Step result = query.getReturn() == null ? null : step(query.getReturn().getExpression());
    QueryStep linked =
        new QueryStep(library, variables(), query, sources, lets, relationships, where, result);
    slots.clear();
    slots.putAll(outer);
    next = outerNext;
    return linked;
  }
}
