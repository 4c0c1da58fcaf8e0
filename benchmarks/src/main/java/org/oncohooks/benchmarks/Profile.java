package org.oncohooks.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the threads that answer requests were when the flight recorder looked. It sees Java code
 * only: neither the kernel's part of reading and writing nor the just-in-time compiler.
 *
 * @param samples by part of the work
 * @param collecting share of the time in which the collector had stopped everything
 */
record Profile(Map<Part, Integer> samples, double collecting) {

  /** Begins the names of threads that work on requests. */
  private static final List<String> ANSWERING = List.of("http", "decision-");

  /** Options for a Java virtual machine that records into a file until it ends. */
  static List<String> recordTo(Path file) {
    return List.of(
        "-XX:FlightRecorderOptions=stackdepth=128",
        "-XX:StartFlightRecording=settings=default,filename=" + file);
  }

  static Profile read(Path file, Instant begin, Instant end) throws IOException {
    Map<Part, Integer> samples = new EnumMap<>(Part.class);
    Duration pauses = Duration.ZERO;
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        boolean within =
            !event.getStartTime().isBefore(begin) && event.getStartTime().isBefore(end);
        if (within && event.getEventType().getName().equals("jdk.ExecutionSample")) {
          part(event).ifPresent(part -> samples.merge(part, 1, Integer::sum));
        } else if (within && event.getEventType().getName().equals("jdk.GarbageCollection")) {
          pauses = pauses.plus(event.getDuration("sumOfPauses"));
        }
      }
    }
    return new Profile(samples, (double) pauses.toNanos() / Duration.between(begin, end).toNanos());
  }

  /** The part that the innermost frame which belongs to any part belongs to. */
  private static Optional<Part> part(RecordedEvent sample) {
    if (sample.getStackTrace() == null
        || sample.getThread("sampledThread") == null
        || ANSWERING.stream()
            .noneMatch(
                String.valueOf(sample.getThread("sampledThread").getJavaName())::startsWith)) {
      return Optional.empty();
    }
    return sample.getStackTrace().getFrames().stream()
        .filter(RecordedFrame::isJavaFrame)
        .map(frame -> Part.of(frame.getMethod().getType().getName()))
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> Optional.of(Part.OTHER));
  }

  String text() {
    int all = samples.values().stream().mapToInt(n -> n).sum();
    StringBuilder text = new StringBuilder(1024);
    text.append("| part | share of ").append(all).append(" samples |\n| --- | --- |\n");
    samples.entrySet().stream()
        .sorted(Map.Entry.<Part, Integer>comparingByValue().reversed())
        .forEach(
            entry ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "| %s | %.0f %% |%n",
                        entry.getKey().words(),
                        100.0 * entry.getValue() / all)));
    return text.append(
            String.format(
                Locale.ROOT,
                "%nThe collector stopped everything for %.1f %% of the time.%n",
                100 * collecting))
        .toString();
  }
}
