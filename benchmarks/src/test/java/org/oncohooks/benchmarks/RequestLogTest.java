package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RequestLogTest {

  private static final String LINE =
      "2026-06-01T12:00:00.000Z INFO  RequestLine POST /cds-services/{id} 200 service=a-service"
          + " cards=1 applies=1 notEvaluated=0 resources=58 ms=2.31 cpuMs=1.25 in=96043 out=2048"
          + " request=9f00000000000001\n";

  @Test
  void readsTheCallsAnsweredBetweenTwoMoments(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("server.log"), LINE);
    RequestLog log = new RequestLog(file);
    long begin = log.end();
    String other = "2026-06-01T12:00:01.000Z INFO  RequestLine GET /cds-services 200 ms=0.1\n";
    Files.writeString(file, LINE + other + LINE.replace("1.25", "1.50"));
    assertThat(log.between(begin, log.end()))
        .containsExactly(new RequestLog.Line("a-service", 1, 0, 1.5));
  }
}
