package org.oncohooks.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** {@code benchmarks/run}: measures and prints. */
public final class Main {

  private Main() {}

  /**
   * Exits with 2 if the arguments are wrong, with 1 if a measurement failed.
   *
   * @param arguments see {@link Options#USAGE}
   */
  public static void main(String... arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.print(Options.USAGE);
      return 0;
    }
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks: " + e.getMessage());
      System.err.print(Options.USAGE);
      return 2;
    }
    Path home = Path.of(System.getProperty("oncohooks.home", "."));
    try {
      Run run = new Run(home, home.resolve("benchmarks/target/run"), options, System.err);
      System.out.print(
          switch (options.mode()) {
            case COMPARE -> Report.of(run.measure());
            case PROFILE -> run.profile().text();
            case STORED -> run.stored();
            case FETCHING -> run.fetching();
            case FEEDBACK -> run.feedback();
          });
      return 0;
    } catch (IOException e) {
      System.err.println("benchmarks: " + e.getMessage());
      return 1;
    }
  }
}
