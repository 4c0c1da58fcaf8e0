package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** FHIR JSON that goes out as it is kept, past HAPI's model. */
final class JsonAnswer {

  private JsonAnswer() {}

  static void send(HttpServletResponse response, int status, ObjectNode json) throws IOException {
    response.setStatus(status);
    response.setContentType("application/fhir+json;charset=UTF-8");
    response.getOutputStream().write(json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
