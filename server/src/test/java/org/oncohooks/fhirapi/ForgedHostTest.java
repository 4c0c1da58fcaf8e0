package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links hold the address of the service, whatever a caller says it is. */
class ForgedHostTest {

  private static final String FORGED =
      "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"
          + "X-Forwarded-Proto: gopher\r\nConnection: close\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/Patient?_count=1",
        "/Patient/ann",
        "/metadata",
        "/Patient/none",
        "/Patient?nonsense=1",
        "/nowhere"
      })
  void noAnswerHoldsTheHostThatACallerMadeUp(String path) throws IOException {
    try (FhirTestServer server = new FhirTestServer(Map.of())) {
      server.put("/Patient/ann", "{\"resourceType\":\"Patient\",\"id\":\"ann\"}");
      server.put("/Patient/bea", "{\"resourceType\":\"Patient\",\"id\":\"bea\"}");
      String heard = say(server, "GET /fhir" + path + " HTTP/1.1\r\n" + FORGED + "\r\n");
      assertThat(heard).startsWith("HTTP/1.1 ").doesNotContain("evil", "gopher");
      if (path.endsWith("_count=1")) {
        assertThat(heard)
            .contains("\"next\"")
            .contains("\"url\":\"" + server.uri("/Patient?_count=1&_after=ann"))
            .contains("\"fullUrl\":\"" + server.uri("/Patient/ann"));
      }
    }
  }

  @Test
  void noLocationHoldsTheHostThatACallerMadeUp() throws IOException {
    try (FhirTestServer server = new FhirTestServer(Map.of())) {
      String patient = "{\"resourceType\":\"Patient\",\"id\":\"ann\"}";
      String heard =
          say(
              server,
              "PUT /fhir/Patient/ann HTTP/1.1\r\n"
                  + FORGED
                  + "Content-Type: application/fhir+json\r\nContent-Length: "
                  + patient.length()
                  + "\r\n\r\n"
                  + patient);
      assertThat(heard)
          .doesNotContain("evil")
          .contains("Location: " + server.uri("/Patient/ann/_history/1"));
    }
  }

  private static String say(FhirTestServer server, String request) throws IOException {
    try (Socket socket = new Socket(server.uri("").getHost(), server.uri("").getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
