package org.oncohooks.lint;

import java.util.Locale;
import org.oncohooks.Finding;

/**
 * A finding and the rule that found it.
 *
 * @param rule what was looked for
 * @param finding where, and how to mend it
 */
public record Remark(Rule rule, Finding finding) implements Comparable<Remark> {

  static Remark warning(Rule rule, String file, int line, int column, String message) {
    return new Remark(rule, Finding.warning(file, line, column, message));
  }

  @Override
  public int compareTo(Remark other) {
    int byFinding = finding.compareTo(other.finding);
    return byFinding != 0 ? byFinding : rule.compareTo(other.rule);
  }

  /** {@code file:line:col severity message [rule]}, as editors and terminals link it. */
  @Override
  public String toString() {
    return finding.file()
        + ":"
        + finding.line()
        + ":"
        + finding.column()
        + " "
        + finding.severity().name().toLowerCase(Locale.ROOT)
        + " "
        + finding.message()
        + (rule == Rule.CONTENT ? "" : " [" + rule.id() + "]");
  }
}
