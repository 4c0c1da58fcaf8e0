package org.oncohooks.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

  /**
   * User and kernel time of those threads that are there now and have this name, in steps of 10 ms;
   * zero where the system has no {@code /proc}.
   */
  Duration cpuOfThreads(String name) throws IOException {
    Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
    if (!Files.isReadable(threads)) {
      return Duration.ZERO;
    }
    long ticks = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
      for (Path thread : all) {
        String stat = Files.readString(thread.resolve("stat"));
        int end = stat.lastIndexOf(')');
        if (stat.substring(stat.indexOf('(') + 1, end).equals(name)) {
          // from the third field on: user time is the 14th, kernel time the 15th (proc(5))
          String[] fields = stat.substring(end + 2).split(" ");
          ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
      }
    } catch (NoSuchFileException e) {
      throw new IOException("a thread ended while it was looked at", e);
    }
    return Duration.ofMillis(ticks * 10);
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
