package org.oncohooks.cql;

import java.util.regex.Pattern;
import org.opencds.cqf.cql.engine.elm.executing.MatchesEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ReplaceMatchesEvaluator;
import org.opencds.cqf.cql.engine.runtime.Boolean;
import org.opencds.cqf.cql.engine.runtime.String;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * The regular expression of one place of a program, which is nearly always the same: the last one
 * is kept compiled. A wrong one fails where it is used. Thread-safe.
 */
final class LastPattern {

  private volatile Pattern last = Pattern.compile("");

  /** CQL's {@code Matches}: the whole text is like the pattern. */
  Value matches(Value text, Value pattern) {
    return text instanceof String words && pattern instanceof String regex
        ? new Boolean(compiled(regex.getValue()).matcher(words.getValue()).matches())
        : MatchesEvaluator.matches(text, pattern);
  }

  /** CQL's {@code ReplaceMatches}. */
  Value replace(Value text, Value pattern, Value replacement) {
    return text instanceof String words
            && pattern instanceof String regex
            && replacement instanceof String other
        // not its value: the engine quotes a text in which nothing is replaced, and so do we
        ? new String(compiled(regex.getValue()).matcher(words).replaceAll(other.getValue()))
        : ReplaceMatchesEvaluator.replaceMatches(text, pattern, replacement);
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
