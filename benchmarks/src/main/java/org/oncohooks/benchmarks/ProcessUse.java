package org.oncohooks.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** What a process uses. CPU time is told in steps of 10 ms on Linux. */
final class ProcessUse {

  private final ProcessHandle process;

  ProcessUse(ProcessHandle process) {
    this.process = process;
  }

  /** User and kernel time since the process began, over all its threads. */
  Duration cpu() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("this system does not tell CPU time"));
  }

  /** Memory resident now, in bytes; empty where the system has no {@code /proc}. */
  OptionalLong resident() throws IOException {
    return status("VmRSS:");
  }

  /** The most memory that was resident, in bytes; empty where the system has no {@code /proc}. */
  OptionalLong residentPeak() throws IOException {
    return status("VmHWM:");
  }

  private OptionalLong status(String field) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst();
  }
}
