package org.oncohooks.oracle;

import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;

/** Dates around the evaluation instant at which rules may change their answer. */
final class EdgeDates {

  private static final List<Integer> DAYS = List.of(0, 1, 14, 28, 42, 90, 180, 365);
  private static final List<Integer> MONTHS =
      List.of(1, 3, 6, 9, 11, 12, 13, 15, 18, 21, 24, 27, 30, 36, 60);
  private static final List<Integer> AGES =
      List.of(10, 18, 21, 25, 30, 35, 39, 40, 45, 49, 50, 54, 55, 60, 65, 70, 74, 75, 80);

  private final ZonedDateTime at;

  EdgeDates(ZonedDateTime at) {
    this.at = at;
  }

  /** A birthday today, yesterday or tomorrow, at an age that some rule names. */
  LocalDate birthday(Random random) {
    return at.toLocalDate().minusYears(pick(AGES, random)).plusDays(random.nextInt(3) - 1L);
  }

  /** A day on, just before or just after the edge of an interval that ends today. */
  LocalDate edge(Random random) {
    LocalDate today = at.toLocalDate();
    LocalDate edge =
        random.nextBoolean()
            ? today.minusDays(pick(DAYS, random))
            : today.minusMonths(pick(MONTHS, random));
    return edge.plusDays(random.nextInt(3) - 1L);
  }

  /** The text moved by days, months or years at its own precision. */
  String shifted(String text, Random random) {
    if (text.length() < 10) {
      int year = Integer.parseInt(text.substring(0, 4)) + random.nextInt(5) - 2;
      return year + text.substring(4);
    }
    LocalDate day = LocalDate.parse(text.substring(0, 10));
    LocalDate moved =
        switch (random.nextInt(3)) {
          case 0 -> day.plusDays(random.nextInt(61) - 30L);
          case 1 -> day.plusMonths(random.nextInt(25) - 12L);
          default -> day.plusYears(random.nextInt(9) - 4L);
        };
    return moved + text.substring(10);
  }

  /** The day, with the time and offset of the text if it has them. */
  String onDay(LocalDate day, String text) {
    return day + (text.length() > 10 ? text.substring(10) : "");
  }

  /** A moment near midnight in some offset, on the text's day. */
  String atOffset(String text, Random random) {
    String day = text.length() >= 10 ? text.substring(0, 10) : at.toLocalDate().toString();
    String clock = pick(List.of("00:15:00", "23:45:00", "12:00:00.000", "04:59:59"), random);
    return day + "T" + clock + pick(List.of("Z", "-05:00", "-08:00", "+02:00", "+12:00"), random);
  }

  private static <T> T pick(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }
}
