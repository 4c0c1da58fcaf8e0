package org.oncohooks.patient;

import java.time.YearMonth;

/** The text forms of FHIR R4's date, dateTime and instant (FHIR R4, Datatypes, primitive types). */
public final class FhirDates {

  private FhirDates() {}

  /** YYYY, YYYY-MM or YYYY-MM-DD, of a day that exists. */
  public static boolean isDate(String text) {
    return text.length() <= 10 && isDatePart(text, text.length());
  }

  /** A date, or a full date with time and offset; seconds are required, fractions are not. */
  public static boolean isDateTime(String text) {
    return text.length() <= 10 ? isDate(text) : isInstant(text);
  }

  /**
   * A full date with time and no offset: not FHIR, but sent; CQL reads it with the offset of the
   * evaluation (CQL 1.5, DateTime).
   */
  public static boolean isLocalDateTime(String text) {
    return text.length() >= 19
        && isDatePart(text, 10)
        && text.charAt(10) == 'T'
        && afterTime(text) == text.length();
  }

  /** A full date with time and offset. */
  public static boolean isInstant(String text) {
    return text.length() >= 20 && isDatePart(text, 10) && text.charAt(10) == 'T' && isTime(text);
  }

  private static boolean isDatePart(String text, int end) {
    if (end != 4 && end != 7 && end != 10) {
      return false;
    }
    int year = number(text, 0, 4);
    if (year < 1) {
      return false;
    }
    if (end == 4) {
      return true;
    }
    int month = text.charAt(4) == '-' ? number(text, 5, 7) : -1;
    if (month < 1 || month > 12) {
      return false;
    }
    if (end == 7) {
      return true;
    }
    int day = text.charAt(7) == '-' ? number(text, 8, 10) : -1;
    return day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth();
  }

  /** From the tenth character: {@code Thh:mm:ss[.f+](Z|±hh:mm)}; a leap second is a time. */
  private static boolean isTime(String text) {
    int zone = afterTime(text);
    return zone > 0 && isZone(text, zone);
  }

  /** Where the time that begins at the tenth character ends; -1 if there is none. */
  private static int afterTime(String text) {
    boolean clock =
        within(text, 11, 23)
            && text.charAt(13) == ':'
            && within(text, 14, 59)
            && text.charAt(16) == ':'
            && within(text, 17, 60);
    if (!clock) {
      return -1;
    }
    int end = 19;
    if (end < text.length() && text.charAt(end) == '.') {
      end++;
      while (end < text.length() && isDigit(text.charAt(end))) {
        end++;
      }
      if (end == 20) {
        return -1;
      }
    }
    return end;
  }

  private static boolean isZone(String text, int start) {
    if (start == text.length() - 1) {
      return text.charAt(start) == 'Z';
    }
    return start == text.length() - 6
        && (text.charAt(start) == '+' || text.charAt(start) == '-')
        && within(text, start + 1, 14)
        && text.charAt(start + 3) == ':'
        && within(text, start + 4, 59);
  }

  private static boolean within(String text, int start, int most) {
    int value = number(text, start, start + 2);
    return value >= 0 && value <= most;
  }

  private static int number(String text, int start, int end) {
    if (end > text.length()) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      value = value * 10 + text.charAt(i) - '0';
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
