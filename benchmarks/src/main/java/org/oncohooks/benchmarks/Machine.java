package org.oncohooks.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** On what the numbers were taken. */
final class Machine {

  private static final Path CPU = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Cores, processor, system and Java, and how busy the machine was with other things. */
  static String text() throws IOException {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(
        Locale.ROOT,
        "%d cores%s, %s, Java %s; load average before the run %.1f",
        Runtime.getRuntime().availableProcessors(),
        processor(),
        System.getProperty("os.name"),
        System.getProperty("java.vm.version"),
        load);
  }

  private static String processor() throws IOException {
    if (!Files.isReadable(CPU)) {
      return "";
    }
    return Files.readAllLines(CPU).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> " of " + line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
