package org.oncohooks.cql;

import java.util.regex.Pattern;
import org.opencds.cqf.cql.engine.elm.executing.MatchesEvaluator;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Boolean;
import org.opencds.cqf.cql.engine.runtime.String;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * CQL's {@code Matches} at one place of a program, which is nearly always asked with the same
 * pattern: the last one is kept compiled. Thread-safe.
 */
final class PatternMatch implements Operators.Binary {

  private volatile Pattern last = Pattern.compile("");

  @Override
  public Value apply(Value text, Value pattern, State state) {
    return text instanceof String words && pattern instanceof String regex
        ? new Boolean(compiled(regex.getValue()).matcher(words.getValue()).matches())
        : MatchesEvaluator.matches(text, pattern);
  }

  private Pattern compiled(java.lang.String regex) {
    Pattern pattern = last;
    if (!pattern.pattern().equals(regex)) {
      pattern = Pattern.compile(regex);
      last = pattern;
    }
    return pattern;
  }
}
