package org.oncohooks.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;

/**
 * How long to measure.
 *
 * @param requests measured requests in a round, for each service, of the server; the usual way gets
 *     a fifth of them and the floor twice as many, because of what one costs
 * @param warmup requests that the server answers before it is measured, by count and not by time,
 *     so that a busy machine measures a warm server too
 * @param starts how often the server is started, warm and cold
 * @param load how long each number of connections is kept busy
 * @param mode what to measure
 */
record Options(int requests, int warmup, int starts, Duration load, Mode mode) {

  /** What to measure. */
  enum Mode {
    /** What a request costs, beside the usual way and the floor. */
    COMPARE,
    /** Where the server's time goes. */
    PROFILE,
    /** What a request without prefetch costs, with the charts in a database. */
    STORED,
    /** How many calls whose data is fetched from an EHR are answered, and how fast. */
    FETCHING,
    /** How many feedbacks a second are on disk, beside what the disk can. */
    FEEDBACK
  }

  /** Rounds of which smallest, median and largest are told. */
  static final int ROUNDS = 3;

  static final String USAGE =
      """
      Usage: benchmarks/run [--quick] [--requests N] [--warmup N] [--profile | --stored | --fetching | --feedback]
        --quick          fewer and shorter measurements, of a server not wholly warm
        --requests N     measured requests in a round, for each service (default: 1000, quick 250)
        --warmup N       unmeasured requests before (default: 18000, quick 5000)
        --profile        tell where the server's time goes, and nothing else
        --stored         measure calls without prefetch, with 1,000 charts in a database, and
                         nothing else
        --fetching       measure calls whose data is fetched from a FHIR server that takes 50 ms
                         for each answer, and nothing else
        --feedback       measure how many feedbacks a second are acknowledged, beside how often the
                         disk writes through, and nothing else
      """;

  private static final Options FULL =
      new Options(1_000, 18_000, 3, Duration.ofSeconds(5), Mode.COMPARE);
  private static final Options QUICK =
      new Options(250, 5_000, 1, Duration.ofSeconds(2), Mode.COMPARE);

  /**
   * @throws IllegalArgumentException if there is an argument that is none, or a number out of range
   */
  static Options parse(String... arguments) {
    Options options = Arrays.asList(arguments).contains("--quick") ? QUICK : FULL;
    Iterator<String> rest = Arrays.asList(arguments).iterator();
    while (rest.hasNext()) {
      String name = rest.next();
      options =
          switch (name) {
            case "--quick" -> options;
            case "--profile" -> options.with(Mode.PROFILE);
            case "--stored" -> options.with(Mode.STORED);
            case "--fetching" -> options.with(Mode.FETCHING);
            case "--feedback" -> options.with(Mode.FEEDBACK);
            case "--requests" -> options.withRequests(number(name, rest, 50));
            case "--warmup" -> options.withWarmup(number(name, rest, 0));
            default -> throw new IllegalArgumentException("unknown option " + name);
          };
    }
    return options;
  }

  /** The usual way: turns over all of its work. */
  int usualWarmup() {
    return warmup / 60;
  }

  /** The floor: turns over all of its work. */
  int floorWarmup() {
    return warmup / 5;
  }

  private static int number(String name, Iterator<String> rest, int least) {
    try {
      int number = rest.hasNext() ? Integer.parseInt(rest.next()) : -1;
      if (number >= least && number <= 1_000_000) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(name + " has to be a whole number, at least " + least);
  }

  private Options withRequests(int number) {
    return new Options(number, warmup, starts, load, mode);
  }

  private Options withWarmup(int number) {
    return new Options(requests, number, starts, load, mode);
  }

  private Options with(Mode other) {
    return new Options(requests, warmup, starts, load, other);
  }
}
