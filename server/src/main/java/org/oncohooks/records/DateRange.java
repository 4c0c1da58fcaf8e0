package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The stretch of time that a FHIR date, dateTime, instant or Period covers: 2026-03 is the whole
 * month (FHIR R4, Search, date).
 *
 * @param low the first instant in it, in whole microseconds
 * @param high the first instant after it, in whole microseconds
 */
public record DateRange(Instant low, Instant high) {

  /** Finer than this nothing is compared, here and in the index of a database. */
  private static final ChronoUnit UNIT = ChronoUnit.MICROS;

  public DateRange {
    low = low.truncatedTo(UNIT);
    if (!high.equals(Instant.MAX) && !high.equals(high.truncatedTo(UNIT))) {
      high = high.truncatedTo(UNIT).plus(1, UNIT);
    }
  }

  /** Whole microseconds since 1970; {@code ChronoUnit.MICROS.between} overflows from 2262 on. */
  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
  }

  /** The beginning in microseconds since 1970; the least number there is if it is open. */
  long lowMicros() {
    return low.equals(Instant.MIN) ? Long.MIN_VALUE : micros(low);
  }

  /** The end in microseconds since 1970; the greatest number there is if it is open. */
  long highMicros() {
    return high.equals(Instant.MAX) ? Long.MAX_VALUE : micros(high);
  }

  private static final Pattern DATE_TIME =
      Pattern.compile(
          "(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:T(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9})\\d*)?)?"
              + "(Z|[+-]\\d\\d:\\d\\d)?)?)?)?");

  /**
   * @param text a date or dateTime of any precision; seconds and offset may be absent
   * @param zone where it is, if it has no offset
   * @return what it covers; empty if it is no such thing
   */
  public static Optional<DateRange> of(String text, ZoneId zone) {
    Matcher parts = DATE_TIME.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parts.group(4) == null ? ofDate(parts, zone) : ofDateTime(parts, zone));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * What an element covers: a date as text, or a Period, whose missing ends are open.
   *
   * @return empty if the element holds no usable date
   */
  public static Optional<DateRange> ofElement(JsonNode element, ZoneId zone) {
    if (element.isTextual()) {
      return of(element.textValue(), zone);
    }
    Optional<DateRange> start = of(element.path("start").asText(""), zone);
    Optional<DateRange> end = of(element.path("end").asText(""), zone);
    if (start.isEmpty() && end.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new DateRange(
            start.map(DateRange::low).orElse(Instant.MIN),
            end.map(DateRange::high).orElse(Instant.MAX)));
  }

  boolean contains(DateRange other) {
    return !other.low.isBefore(low) && !other.high.isAfter(high);
  }

  boolean overlaps(DateRange other) {
    return low.isBefore(other.high) && other.low.isBefore(high);
  }

  /** This range with a tenth of its distance from {@code now} added at either end. */
  DateRange approximately(Instant now) {
    Duration tenth = Duration.between(low, now).abs().dividedBy(10);
    return new DateRange(low.minus(tenth), high.plus(tenth));
  }

  private static DateRange ofDate(Matcher parts, ZoneId zone) {
    int month = number(parts, 2, 1);
    LocalDate first = LocalDate.of(number(parts, 1, 0), month, number(parts, 3, 1));
    LocalDate after =
        parts.group(2) == null
            ? first.plusYears(1)
            : parts.group(3) == null ? first.plusMonths(1) : first.plusDays(1);
    return new DateRange(
        first.atStartOfDay(zone).toInstant(), after.atStartOfDay(zone).toInstant());
  }

  private static DateRange ofDateTime(Matcher parts, ZoneId zone) {
    String fraction = parts.group(7) == null ? "" : parts.group(7);
    LocalDateTime local =
        LocalDateTime.of(
            number(parts, 1, 0),
            number(parts, 2, 1),
            number(parts, 3, 1),
            number(parts, 4, 0),
            number(parts, 5, 0),
            number(parts, 6, 0),
            fraction.isEmpty() ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9)));
    Instant low =
        parts.group(8) == null
            ? local.atZone(zone).toInstant()
            : local.toInstant(ZoneOffset.of(parts.group(8)));
    if (parts.group(6) == null) {
      return new DateRange(low, low.plus(1, ChronoUnit.MINUTES));
    }
    return new DateRange(low, low.plusNanos((long) Math.pow(10, 9 - fraction.length())));
  }

  private static int number(Matcher parts, int group, int otherwise) {
    return parts.group(group) == null ? otherwise : Integer.parseInt(parts.group(group));
  }
}
