package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.operations.FhirOperations;

/**
 * Calls an operation: by POST with a Parameters resource, or by GET with simple parameters in the
 * query (FHIR R4, Operations, section 3.2.0).
 */
final class OperationEndpoint {

  private static final Set<String> ABOUT_THE_ANSWER = Set.of("_format", "_pretty");

  private final RequestBody body = new RequestBody();
  private final FhirOperations operations;

  OperationEndpoint(FhirOperations operations) {
    this.operations = operations;
  }

  /** Whether a request is for this; {@code $everything} is answered with the patients. */
  static boolean serves(String method, List<String> path) {
    return Set.of("GET", "HEAD", "POST").contains(method)
        && !path.isEmpty()
        && path.size() <= 3
        && path.get(path.size() - 1).startsWith("$")
        && !path.get(path.size() - 1).equals("$everything");
  }

  /**
   * @param path the segments below the base
   */
  void serve(HttpServletRequest request, HttpServletResponse response, List<String> path)
      throws IOException {
    String name = path.get(path.size() - 1).substring(1);
    String type = path.size() > 1 ? path.get(0) : "";
    Optional<String> id = path.size() > 2 ? Optional.of(path.get(1)) : Optional.empty();
    if (!request.getMethod().equals("POST")) {
      answer(request, response, type, id, name, query(request));
      return;
    }
    if (request.getQueryString() != null) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "parameters-twice",
              "Send all parameters of a POST in its body.")
          .asException();
    }
    body.read(
        request,
        RequestBody.MAX_RESOURCE,
        parameters -> answer(request, response, type, id, name, parameters));
  }

  private void answer(
      HttpServletRequest request,
      HttpServletResponse response,
      String type,
      Optional<String> id,
      String name,
      ObjectNode parameters)
      throws IOException {
    AccessNote note = AccessNote.of(request);
    ObjectNode answer =
        operations.run(type, id, name, parameters, patient -> note.about(List.of(patient)));
    note.answering(1, List.of());
    JsonAnswer.send(response, 200, answer);
  }

  private static ObjectNode query(HttpServletRequest request) {
    ObjectNode parameters = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
    ArrayNode list = parameters.putArray("parameter");
    request
        .getParameterMap()
        .forEach(
            (name, values) -> {
              if (!ABOUT_THE_ANSWER.contains(name)) {
                for (String value : values) {
                  list.addObject().put("name", name).put("valueString", value);
                }
              }
            });
    return parameters;
  }
}
