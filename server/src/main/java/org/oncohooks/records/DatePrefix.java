package org.oncohooks.records;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How a recorded stretch of time is compared with the one searched for (FHIR R4, Search, section
 * 3.1.1.4.5, prefixes).
 */
public enum DatePrefix {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE,
  SA,
  EB,
  /** The search range has been widened by the reader of the search. */
  AP;

  /** The prefix that a value of a date search begins with. */
  static Optional<DatePrefix> of(String value) {
    return Arrays.stream(values())
        .filter(p -> value.startsWith(p.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /**
   * @param searched what the search value covers
   * @param recorded what the element covers
   */
  public boolean matches(DateRange searched, DateRange recorded) {
    return switch (this) {
      case EQ -> searched.contains(recorded);
      case NE -> !searched.contains(recorded);
      case LT -> recorded.low().isBefore(searched.low());
      case LE -> recorded.low().isBefore(searched.low()) || searched.contains(recorded);
      case GT -> recorded.high().isAfter(searched.high());
      case GE -> recorded.high().isAfter(searched.high()) || searched.contains(recorded);
      case SA -> !recorded.low().isBefore(searched.high());
      case EB -> !recorded.high().isAfter(searched.low());
      case AP -> searched.overlaps(recorded);
    };
  }
}
