package org.oncohooks;

import java.util.List;
import java.util.Objects;

/**
 * An error as data: safe to show to a caller and to write to a log.
 *
 * @param category what kind of problem it is
 * @param code a stable, lower-case, hyphenated name of the problem, for programs
 * @param text what is wrong and how to mend it, in one or two sentences; never patient data, never
 *     a stack trace
 * @param places where it is wrong, as paths into what was sent ({@code prefetch.conditions}), as
 *     prefetch keys or as content locations; may be empty
 */
public record Problem(ProblemCategory category, String code, String text, List<String> places) {

  public Problem {
    Objects.requireNonNull(category, "category");
    if (code.isBlank() || text.isBlank()) {
      throw new IllegalArgumentException("a problem needs a code and a text");
    }
    places = List.copyOf(places);
  }

  public static Problem of(ProblemCategory category, String code, String text, String... places) {
    return new Problem(category, code, text, List.of(places));
  }

  public ProblemException asException() {
    return new ProblemException(this);
  }

  /** As {@link #asException()}, keeping what caused it for the log at the last resort. */
  public ProblemException asException(Throwable cause) {
    return new ProblemException(this, cause);
  }
}
