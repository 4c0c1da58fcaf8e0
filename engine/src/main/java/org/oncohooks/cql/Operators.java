package org.oncohooks.cql;

import java.util.HashMap;
import java.util.Map;
import org.hl7.elm.r1.*;
import org.opencds.cqf.cql.engine.elm.executing.*;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * The CQL engine's operators by the kind of ELM expression: those that need nothing but their
 * operands' values.
 */
final class Operators {

  @FunctionalInterface
  interface Unary {
    Value apply(Value operand, State state);
  }

  @FunctionalInterface
  interface Binary {
    Value apply(Value left, Value right, State state);
  }

  static final Map<Class<? extends UnaryExpression>, Unary> UNARY = unary();
  static final Map<Class<? extends BinaryExpression>, Binary> BINARY = binary();
  static final Map<Class<? extends AggregateExpression>, Unary> AGGREGATES = aggregates();

  private Operators() {}

  private static Map<Class<? extends UnaryExpression>, Unary> unary() {
    Map<Class<? extends UnaryExpression>, Unary> table = new HashMap<>();
    table.put(Abs.class, (a, s) -> AbsEvaluator.abs(a));
    table.put(Ceiling.class, (a, s) -> CeilingEvaluator.ceiling(a));
    table.put(DateFrom.class, (a, s) -> DateFromEvaluator.dateFrom(a));
    table.put(End.class, (a, s) -> EndEvaluator.end(a));
    table.put(Exists.class, (a, s) -> ExistsEvaluator.exists(a));
    table.put(Flatten.class, (a, s) -> FlattenEvaluator.flatten(a));
    table.put(Floor.class, (a, s) -> FloorEvaluator.floor(a));
    table.put(IsFalse.class, (a, s) -> IsFalseEvaluator.INSTANCE.isFalse(a));
    table.put(IsNull.class, (a, s) -> IsNullEvaluator.isNull(a));
    table.put(IsTrue.class, (a, s) -> IsTrueEvaluator.INSTANCE.isTrue(a));
    table.put(Lower.class, (a, s) -> LowerEvaluator.lower(a));
    table.put(Negate.class, (a, s) -> NegateEvaluator.INSTANCE.negate(a));
    table.put(Not.class, (a, s) -> NotEvaluator.not(a));
    table.put(Predecessor.class, (a, s) -> PredecessorEvaluator.predecessor(a));
    table.put(SingletonFrom.class, (a, s) -> SingletonFromEvaluator.singletonFrom(a));
    table.put(Start.class, (a, s) -> StartEvaluator.start(a));
    table.put(Successor.class, (a, s) -> SuccessorEvaluator.successor(a));
    table.put(
        TimezoneOffsetFrom.class, (a, s) -> TimezoneOffsetFromEvaluator.timezoneOffsetFrom(a));
    table.put(ToConcept.class, (a, s) -> ToConceptEvaluator.toConcept(a));
    table.put(ToDate.class, (a, s) -> ToDateEvaluator.toDate(a));
    table.put(ToDateTime.class, (a, s) -> ToDateTimeEvaluator.toDateTime(a, s));
    table.put(ToDecimal.class, (a, s) -> ToDecimalEvaluator.toDecimal(a));
    table.put(ToInteger.class, (a, s) -> ToIntegerEvaluator.toInteger(a));
    table.put(ToList.class, (a, s) -> ToListEvaluator.toList(a));
    table.put(ToString.class, (a, s) -> ToStringEvaluator.toString(a));
    table.put(Truncate.class, (a, s) -> TruncateEvaluator.truncate(a));
    table.put(Upper.class, (a, s) -> UpperEvaluator.upper(a));
    return Map.copyOf(table);
  }

  private static Map<Class<? extends BinaryExpression>, Binary> binary() {
    Map<Class<? extends BinaryExpression>, Binary> table = new HashMap<>();
    table.put(Add.class, AddEvaluator::add);
    table.put(Divide.class, DivideEvaluator::divide);
    table.put(EndsWith.class, (a, b, s) -> EndsWithEvaluator.endsWith(a, b));
    table.put(Equal.class, EqualEvaluator::equal);
    table.put(Equivalent.class, EquivalentEvaluator::equivalent);
    table.put(Greater.class, GreaterEvaluator::greater);
    table.put(GreaterOrEqual.class, GreaterOrEqualEvaluator::greaterOrEqual);
    table.put(Implies.class, (a, b, s) -> ImpliesEvaluator.implies(a, b));
    table.put(Indexer.class, (a, b, s) -> IndexerEvaluator.indexer(a, b));
    table.put(Less.class, LessEvaluator::less);
    table.put(LessOrEqual.class, LessOrEqualEvaluator::lessOrEqual);
    table.put(Modulo.class, (a, b, s) -> ModuloEvaluator.modulo(a, b));
    table.put(Multiply.class, MultiplyEvaluator::multiply);
    table.put(NotEqual.class, NotEqualEvaluator::notEqual);
    table.put(StartsWith.class, (a, b, s) -> StartsWithEvaluator.startsWith(a, b));
    table.put(Subtract.class, SubtractEvaluator::subtract);
    table.put(TruncatedDivide.class, TruncatedDivideEvaluator::div);
    table.put(Xor.class, (a, b, s) -> XorEvaluator.xor(a, b));
    return Map.copyOf(table);
  }

  private static Map<Class<? extends AggregateExpression>, Unary> aggregates() {
    Map<Class<? extends AggregateExpression>, Unary> table = new HashMap<>();
    table.put(AllTrue.class, (a, s) -> AllTrueEvaluator.allTrue(a));
    table.put(AnyTrue.class, (a, s) -> AnyTrueEvaluator.anyTrue(a));
    table.put(Count.class, (a, s) -> CountEvaluator.count(a));
    table.put(Max.class, MaxEvaluator::max);
    table.put(Min.class, MinEvaluator::min);
    table.put(Sum.class, SumEvaluator::sum);
    return Map.copyOf(table);
  }
}
