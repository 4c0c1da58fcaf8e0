package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Large Bundles are taken one at a time, and small ones beside them. */
final class LargeBundlesTest {

  private static final String LARGE =
      "{\"resourceType\":\"Bundle\",\"type\":\"batch\"}" + " ".repeat(5 << 20);

  @Test
  void secondLargeBundleIsPutOffWhileTheFirstArrives() throws IOException, InterruptedException {
    try (FhirTestServer server = new FhirTestServer(Map.of())) {
      URI uri = server.uri("");
      try (Socket first = new Socket(uri.getHost(), uri.getPort())) {
        OutputStream out = first.getOutputStream();
        out.write(
            """
            POST /fhir HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/fhir+json\r
            Content-Length: %d\r
            Connection: close\r
            \r
            """
                .formatted(LARGE.length())
                .getBytes(StandardCharsets.US_ASCII));
        out.write(LARGE.substring(0, LARGE.length() - 10).getBytes(StandardCharsets.US_ASCII));
        out.flush();
        FhirTestServer.Answer second = server.post("", LARGE);
        for (int i = 0; i < 100 && second.status() == 200; i++) {
          Thread.sleep(50);
          second = server.post("", LARGE);
        }

        assertThat(second.status()).isEqualTo(503);
        assertThat(second.http().headers().firstValue("Retry-After")).contains("1");
        assertThat(server.post("", LARGE.strip()).status()).isEqualTo(200);
        out.write(LARGE.substring(LARGE.length() - 10).getBytes(StandardCharsets.US_ASCII));
        out.flush();
        assertThat(new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .contains("200 OK")
            .contains("batch-response");
      }
      assertThat(server.post("", LARGE).status()).isEqualTo(200);
    }
  }
}
