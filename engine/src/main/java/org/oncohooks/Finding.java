package org.oncohooks;

import java.util.Comparator;

/**
 * Something that a check of the content found, at a place an author can click.
 *
 * @param severity whether the content may be served with it
 * @param file path relative to the content folder, with forward slashes
 * @param line from 1; 1 where the place is the whole file
 * @param column from 1
 * @param message what is wrong and how to mend it
 */
public record Finding(Severity severity, String file, int line, int column, String message)
    implements Comparable<Finding> {

  /** An error keeps the content from being served; a warning does not. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** Errors first: a warning may only say what follows from one. */
  private static final Comparator<Finding> IN_ORDER =
      Comparator.comparing(Finding::severity)
          .thenComparing(Finding::file)
          .thenComparingInt(Finding::line)
          .thenComparingInt(Finding::column)
          .thenComparing(Finding::message);

  public static Finding error(String file, int line, int column, String message) {
    return new Finding(Severity.ERROR, file, line, column, message);
  }

  public static Finding error(String file, String message) {
    return new Finding(Severity.ERROR, file, 1, 1, message);
  }

  public static Finding warning(String file, int line, int column, String message) {
    return new Finding(Severity.WARNING, file, line, column, message);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  @Override
  public int compareTo(Finding other) {
    return IN_ORDER.compare(this, other);
  }

  /** {@code file:line:col message}, as editors and terminals link it. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + " " + message;
  }
}
