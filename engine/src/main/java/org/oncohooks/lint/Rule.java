package org.oncohooks.lint;

import java.util.Arrays;
import java.util.Optional;

/** What lint looks for, by the name under which a finding is accepted in {@code lint.yaml}. */
public enum Rule {
  /** What keeps content from being served, and the compiler's warnings. Can't be accepted. */
  CONTENT("content"),
  SUMMARY_LENGTH("summary-length"),
  WALL_CLOCK("wall-clock"),
  UNUSED("unused"),
  UNFILTERED_RETRIEVE("unfiltered-retrieve"),
  PREFETCH("prefetch"),
  CROSS_JOIN("cross-join"),
  NESTED_QUERY("nested-query"),
  NULL_COMPARISON("null-comparison"),
  RUNAWAY("runaway"),
  SELECTION_BEHAVIOR("selection-behavior"),
  STATUS("status"),
  HOOK("hook"),
  CODE("code"),
  REQUIRED_DATA("required-data"),
  LIBRARY("library"),
  DOCUMENTS("documents"),
  CASES("cases"),
  TODO("todo"),
  /** Entries of {@code lint.yaml} itself. Can't be accepted. */
  ACCEPTED("accepted");

  private final String id;

  Rule(String id) {
    this.id = id;
  }

  /** Lower-case, hyphenated. */
  public String id() {
    return id;
  }

  boolean canBeAccepted() {
    return this != CONTENT && this != ACCEPTED;
  }

  static Optional<Rule> of(String id) {
    return Arrays.stream(values()).filter(rule -> rule.id.equals(id)).findFirst();
  }
}
