package org.oncohooks.cql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Query;
import org.opencds.cqf.cql.engine.elm.executing.InEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.QueryEvaluator;
import org.opencds.cqf.cql.engine.runtime.Tuple;
import org.opencds.cqf.cql.engine.runtime.Value;

/** A CQL query without aggregate clause. */
final class QueryStep extends Step {

  record Source(String alias, Step expression, int slot) {}

  record Let(Step expression, int slot) {}

  /**
   * @param wanted whether a related element has to be there ({@code with}) or must not be
   */
  record Relationship(Step expression, int slot, Step suchThat, boolean wanted) {}

  private final Library library;
  private final List<Linker.Variable> variables;
  private final Query query;
  private final List<Source> sources;
  private final List<Let> lets;
  private final List<Relationship> relationships;
  private final Step where;
  private final Step result;
  private final boolean distinct;

  /**
   * @param where null if there is none
   * @param result null if the query returns its elements
   */
  QueryStep(
      Library library,
      List<Linker.Variable> variables,
      Query query,
      List<Source> sources,
      List<Let> lets,
      List<Relationship> relationships,
      Step where,
      Step result) {
    super(library, query);
    this.library = library;
    this.variables = variables;
    this.query = query;
    this.sources = List.copyOf(sources);
    this.lets = List.copyOf(lets);
    this.relationships = List.copyOf(relationships);
    this.where = where;
    this.result = result;
    this.distinct =
        query.getReturn() != null && Boolean.TRUE.equals(query.getReturn().isDistinct());
  }

  @Override
  Value evaluate(Frame frame) {
    List<Value> found = new ArrayList<>();
    boolean ofLists = rows(frame, value -> !found.add(value));
    List<Value> kept = found;
    if (distinct && found.size() > 1) {
      kept = distinct(found, frame);
    }
    if (query.getSort() != null && kept.size() > 1) {
      sort(frame, kept);
    }
    if (ofLists) {
      return new org.opencds.cqf.cql.engine.runtime.List(kept);
    }
    return kept.isEmpty() ? null : kept.get(0);
  }

  /**
   * CQL's distinct: what equals nothing before it for certain, and one null. As the engine's own,
   * but that one asks nobody for the time, and compares each element with each, strings too.
   */
  static List<Value> distinct(List<Value> values, Frame frame) {
    List<Value> kept = new ArrayList<>();
    org.opencds.cqf.cql.engine.runtime.List view =
        new org.opencds.cqf.cql.engine.runtime.List(kept);
    boolean strings = values.stream().allMatch(QueryStep::isNullOrString);
    Set<String> seen = new HashSet<>();
    boolean nullKept = false;
    for (Value value : values) {
      if (value == null) {
        if (!nullKept) {
          kept.add(null);
        }
        nullKept = true;
      } else if (strings) {
        if (seen.add(((org.opencds.cqf.cql.engine.runtime.String) value).getValue())) {
          kept.add(value);
        }
      } else {
        frame.activation.budget().spend(kept.size());
        if (isFalse(InEvaluator.INSTANCE.in(value, view, null, frame.activation.state()))) {
          kept.add(value);
        }
      }
    }
    return kept;
  }

  private static boolean isNullOrString(Value value) {
    return value == null || value instanceof org.opencds.cqf.cql.engine.runtime.String;
  }

  /**
   * Whether the query of a list has an element that is not null, without looking for the others.
   */
  boolean exists(Frame frame) {
    boolean[] found = new boolean[1];
    rows(frame, value -> found[0] = value != null);
    return found[0];
  }

  /** A list of the element for which {@link #exists} is true; empty if there is none. */
  Value first(Frame frame) {
    List<Value> found = new ArrayList<>(1);
    rows(frame, value -> value != null && found.add(value));
    return new org.opencds.cqf.cql.engine.runtime.List(found);
  }

  /** Takes a row's value; true to see no more of them. */
  private interface Sink {
    boolean isEnough(Value value);
  }

  /** Returns whether any source is a list. */
  private boolean rows(Frame frame, Sink sink) {
    List<Iterable<Value>> data = new ArrayList<>(sources.size());
    boolean ofLists = false;
    for (Source source : sources) {
      Value value = source.expression.run(frame);
      ofLists |= value instanceof org.opencds.cqf.cql.engine.runtime.List;
      data.add(iterable(value));
    }
    rows(frame, data, 0, sink);
    return ofLists;
  }

  private boolean rows(Frame frame, List<Iterable<Value>> data, int from, Sink sink) {
    for (Value element : data.get(from)) {
      frame.slots[sources.get(from).slot] = element;
      if (from + 1 < data.size()
          ? rows(frame, data, from + 1, sink)
          : isIncluded(frame) && sink.isEnough(row(frame))) {
        return true;
      }
    }
    return false;
  }

  private boolean isIncluded(Frame frame) {
    for (Let let : lets) {
      frame.slots[let.slot] = let.expression.run(frame);
    }
    for (Relationship relationship : relationships) {
      if (isRelated(frame, relationship) != relationship.wanted) {
        return false;
      }
    }
    return where == null || isTrue(where.run(frame));
  }

  private static boolean isRelated(Frame frame, Relationship relationship) {
    for (Value element : iterable(relationship.expression.run(frame))) {
      frame.slots[relationship.slot] = element;
      if (isTrue(relationship.suchThat.run(frame))) {
        return true;
      }
    }
    return false;
  }

  private Value row(Frame frame) {
    if (result != null) {
      return result.run(frame);
    }
    if (sources.size() == 1) {
      return frame.slots[sources.get(0).slot];
    }
    Map<String, Value> elements = new LinkedHashMap<>();
    for (Source source : sources) {
      elements.put(source.alias, frame.slots[source.slot]);
    }
    return new Tuple().withElements(elements);
  }

  private void sort(Frame frame, List<Value> values) {
    frame
        .activation
        .worker()
        .inEngine(
            library,
            variables,
            frame.slots,
            (visitor, state) -> {
              QueryEvaluator.INSTANCE.sortResult(query, values, state, visitor);
              return null;
            });
  }

  private static Iterable<Value> iterable(Value value) {
    if (value == null) {
      return List.of();
    }
    return value instanceof org.opencds.cqf.cql.engine.runtime.List list ? list : List.of(value);
  }
}
