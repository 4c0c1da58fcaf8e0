package org.oncohooks.cql;

import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Value;
import org.opencds.cqf.cql.engine.terminology.CodeSystemInfo;
import org.opencds.cqf.cql.engine.terminology.TerminologyProvider;
import org.opencds.cqf.cql.engine.terminology.ValueSetInfo;

/**
 * The terminology that CQL sees. An unknown value set is an error: an empty answer would be read as
 * "not a member". Thread-safe.
 */
final class ValueSetTerminology implements TerminologyProvider {

  private final ValueSets valueSets;

  ValueSetTerminology(ValueSets valueSets) {
    this.valueSets = valueSets;
  }

  @Override
  public boolean in(Code code, ValueSetInfo valueSet) {
    requireKnown(valueSets, valueSet.getId());
    return code.getSystem() != null
        && code.getCode() != null
        && valueSets.contains(valueSet.getId(), code.getSystem(), code.getCode());
  }

  /**
   * CQL's {@code in} of a String, Code or Concept and a value set.
   *
   * @return false for null, null for a Concept that holds a null before any member
   */
  Value membership(Value code, ValueSetInfo valueSet) {
    if (code instanceof Concept concept) {
      for (Code each : concept.getCodes()) {
        if (each == null) {
          return null;
        }
        if (in(each, valueSet)) {
          return new org.opencds.cqf.cql.engine.runtime.Boolean(true);
        }
      }
      return new org.opencds.cqf.cql.engine.runtime.Boolean(false);
    }
    return new org.opencds.cqf.cql.engine.runtime.Boolean(
        code instanceof Code single && in(single, valueSet));
  }

  @Override
  public Iterable<Code> expand(ValueSetInfo valueSet) {
    throw unsupported("expand", "Ask for membership (in) instead of expanding a value set in CQL.");
  }

  @Override
  public Code lookup(Code code, CodeSystemInfo codeSystem) {
    throw unsupported(
        "lookup", "Ask for membership in a value set instead of membership in a code system.");
  }

  static void requireKnown(ValueSets valueSets, String url) {
    if (!valueSets.urls().contains(url)) {
      throw Problem.of(
              ProblemCategory.FAULT,
              "value-set-missing",
              "The content has no value set " + url + ".",
              url)
          .asException();
    }
  }

  private static RuntimeException unsupported(String operation, String mend) {
    return Problem.of(ProblemCategory.FAULT, "terminology-" + operation + "-unsupported", mend)
        .asException();
  }
}
