package org.oncohooks.cql;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.opencds.cqf.cql.engine.runtime.BaseTemporal;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Precision;
import org.opencds.cqf.cql.engine.runtime.Time;

/**
 * FHIR R4 date, dateTime, instant and time texts as CQL values with the precision written (FHIR R4,
 * Datatypes, primitive types).
 *
 * <p>The engine's own constructors match several regular expressions for each date; these read
 * fixed columns. Each method throws {@link DateTimeException} on text that is not valid.
 */
final class Temporals {

  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx");

  private Temporals() {}

  static Date date(String text) {
    return switch (text.length()) {
      case 4 -> new Date(LocalDate.of(number(text, 0, 4), 1, 1), Precision.YEAR);
      case 7 -> new Date(LocalDate.of(number(text, 0, 4), month(text), 1), Precision.MONTH);
      case 10 -> new Date(day(text), Precision.DAY);
      default -> throw new DateTimeException("length of a date");
    };
  }

  static DateTime dateTime(String text, ZoneOffset offset) {
    int length = text.length();
    if (length <= 10) {
      Date date = date(text);
      return new DateTime(
          OffsetDateTime.of(date.getDate(), LocalTime.MIDNIGHT, offset), date.getPrecision());
    }
    if (length < 16 || text.charAt(10) != 'T') {
      throw new DateTimeException("no T between date and time");
    }
    int zone = zoneStart(text);
    ZoneOffset own = zone == length ? offset : ZoneOffset.of(text.substring(zone));
    String clock = text.substring(11, zone);
    return new DateTime(
        OffsetDateTime.of(day(text.substring(0, 10)), clock(clock), own), precision(clock));
  }

  static Time time(String text) {
    return new Time(clock(text), precision(text));
  }

  /**
   * A CQL literal at the value's precision: {@code @2026-05}, {@code @2026-05-04T10:11:12+02:00},
   * {@code @T10:30}. The engine's own text leaves the offset out below milliseconds.
   */
  static String literal(BaseTemporal value) {
    if (value instanceof Date date) {
      return "@" + date.getDate().toString().substring(0, dateLength(date.getPrecision()));
    }
    if (value instanceof Time time) {
      return "@T" + clock(time.getTime(), time.getPrecision());
    }
    DateTime dateTime = (DateTime) value;
    Precision precision = dateTime.getPrecision();
    OffsetDateTime written = dateTime.getDateTime();
    String date = written.toLocalDate().toString();
    return precision.compareTo(Precision.DAY) <= 0
        ? "@" + date.substring(0, dateLength(precision))
        : "@" + date + "T" + clock(written.toLocalTime(), precision) + OFFSET.format(written);
  }

  private static int dateLength(Precision precision) {
    return switch (precision) {
      case YEAR -> 4;
      case MONTH -> 7;
      default -> 10;
    };
  }

  private static String clock(LocalTime time, Precision precision) {
    String text = CLOCK.format(time);
    return switch (precision) {
      case HOUR -> text.substring(0, 2);
      case MINUTE -> text.substring(0, 5);
      case SECOND -> text.substring(0, 8);
      default -> text;
    };
  }

  private static LocalDate day(String text) {
    requireAt(text, 7, '-');
    return LocalDate.of(number(text, 0, 4), month(text), number(text, 8, 10));
  }

  private static int month(String text) {
    requireAt(text, 4, '-');
    return number(text, 5, 7);
  }

  private static LocalTime clock(String text) {
    if (text.length() < 5) {
      throw new DateTimeException("length of a time");
    }
    requireAt(text, 2, ':');
    int hour = number(text, 0, 2);
    int minute = number(text, 3, 5);
    if (text.length() == 5) {
      return LocalTime.of(hour, minute);
    }
    if (text.length() < 8) {
      throw new DateTimeException("length of a time");
    }
    requireAt(text, 5, ':');
    // CQL has no leap second: 23:59:60 is read as the second before (FHIR allows :60)
    int second = Math.min(number(text, 6, 8), 59);
    return LocalTime.of(hour, minute, second, millis(text) * 1_000_000);
  }

  private static int millis(String text) {
    if (text.length() == 8) {
      return 0;
    }
    requireAt(text, 8, '.');
    if (text.length() == 9) {
      throw new DateTimeException("no digits after the point");
    }
    number(text, 9, Math.min(text.length(), 18));
    String digits = (text.substring(9) + "00").substring(0, 3);
    return number(digits, 0, 3);
  }

  private static Precision precision(String clock) {
    return switch (clock.length()) {
      case 5 -> Precision.MINUTE;
      case 8 -> Precision.SECOND;
      default -> Precision.MILLISECOND;
    };
  }

  private static int zoneStart(String text) {
    for (int i = 13; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 'Z' || c == '+' || c == '-') {
        return i;
      }
    }
    return text.length();
  }

  private static void requireAt(String text, int index, char expected) {
    if (text.charAt(index) != expected) {
      throw new DateTimeException("separator");
    }
  }

  private static int number(String text, int from, int to) {
    int result = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("digit");
      }
      result = result * 10 + digit;
    }
    return result;
  }
}
