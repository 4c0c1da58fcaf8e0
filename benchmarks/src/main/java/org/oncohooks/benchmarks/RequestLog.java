package org.oncohooks.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's own account of the calls it answered. */
final class RequestLog {

  private static final Pattern ANSWERED =
      Pattern.compile(
          ".* POST /cds-services/\\{id} 200 service=(\\S+) .*?applies=(\\d+) notEvaluated=(\\d+)"
              + " .*?cpuMs=([\\d.]+) .*");

  private final Path file;

  RequestLog(Path file) {
    this.file = file;
  }

  /**
   * One answered call.
   *
   * @param service id of the service
   * @param applies recommendations that apply
   * @param notEvaluated recommendations that could not be evaluated
   * @param cpuMillis CPU time of the thread that read, decided and rendered
   */
  record Line(String service, int applies, int notEvaluated, double cpuMillis) {

    static Optional<Line> parse(String text) {
      Matcher line = ANSWERED.matcher(text);
      return line.matches()
          ? Optional.of(
              new Line(
                  line.group(1),
                  Integer.parseInt(line.group(2)),
                  Integer.parseInt(line.group(3)),
                  Double.parseDouble(line.group(4))))
          : Optional.empty();
    }
  }

  /** Where the log ends now. */
  long end() throws IOException {
    return Files.size(file);
  }

  /** The calls logged between two ends. */
  List<Line> between(long begin, long end) throws IOException {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(end - begin)];
      log.seek(begin);
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .map(Line::parse)
          .flatMap(Optional::stream)
          .toList();
    }
  }
}
