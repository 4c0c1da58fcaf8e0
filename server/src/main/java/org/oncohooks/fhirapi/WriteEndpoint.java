package org.oncohooks.fhirapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.records.BundleIntake;
import org.oncohooks.records.EntryOutcome;
import org.oncohooks.records.StoredResource;
import org.oncohooks.records.StoredTypes;

/**
 * Takes resources in: a transaction or batch at the base, create and update of one resource (FHIR
 * R4, RESTful API, sections 3.1.0.4, 3.1.0.8 and 3.1.0.11). What is kept is the JSON as sent.
 */
final class WriteEndpoint {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RequestBody body = new RequestBody();
  private final BundleIntake intake;
  private final ProblemAnswers errors;
  private final String base;

  /**
   * @param base absolute URL of the face, without a slash at its end
   */
  WriteEndpoint(BundleIntake intake, ProblemAnswers errors, String base) {
    this.intake = intake;
    this.errors = errors;
    this.base = base;
  }

  /** Whether a request writes; any other is for HAPI. */
  static boolean writes(String method, List<String> path) {
    return method.equals("PUT")
        || (method.equals("POST") && !(path.size() == 2 && path.get(1).equals("_search")));
  }

  /**
   * @param path the segments below the base
   * @throws org.oncohooks.ProblemException as {@link RequestBody#read} and {@link BundleIntake},
   *     and {@code NOT_FOUND} or {@code METHOD_NOT_ALLOWED} if nothing can be written there
   */
  void serve(HttpServletRequest request, HttpServletResponse response, List<String> path)
      throws IOException {
    boolean post = request.getMethod().equals("POST");
    refuseConditions(request);
    if (post && path.isEmpty()) {
      body.read(
          request,
          RequestBody.MAX_BUNDLE,
          bundle -> {
            String type = bundle.path("type").asText("");
            send(response, 200, answer(type, intake.take(bundle)));
          });
    } else if (post && path.size() == 1) {
      String type = kept(path.get(0));
      body.read(
          request, RequestBody.MAX_RESOURCE, json -> send(response, intake.create(type, json)));
    } else if (!post && path.size() == 2) {
      String type = kept(path.get(0));
      body.read(
          request,
          RequestBody.MAX_RESOURCE,
          json -> send(response, intake.update(type, path.get(1), json)));
    } else {
      throw Problem.of(
              ProblemCategory.METHOD_NOT_ALLOWED,
              "not-writable",
              "Write with POST <base>, POST <base>/<Type> or PUT <base>/<Type>/<id>.")
          .asException();
    }
  }

  private static void refuseConditions(HttpServletRequest request) {
    boolean conditional =
        List.of("If-Match", "If-None-Match", "If-None-Exist", "If-Modified-Since").stream()
            .anyMatch(header -> request.getHeader(header) != null);
    if (conditional || request.getQueryString() != null) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "conditional",
              "Conditional requests and parameters are not supported when writing.")
          .asException();
    }
  }

  private static String kept(String type) {
    if (StoredTypes.named(type).isEmpty()) {
      throw Problem.of(
              ProblemCategory.NOT_FOUND,
              "type-not-kept",
              "Resources of this type are not kept here; /metadata lists those that are.")
          .asException();
    }
    return type;
  }

  private ObjectNode answer(String bundleType, List<EntryOutcome> outcomes) throws IOException {
    ObjectNode bundle = JSON.createObjectNode().put("resourceType", "Bundle");
    bundle.put("type", bundleType + "-response");
    if (!outcomes.isEmpty()) {
      ArrayNode entries = bundle.putArray("entry");
      for (EntryOutcome outcome : outcomes) {
        ObjectNode response = entries.addObject().putObject("response");
        if (outcome instanceof EntryOutcome.Stored stored) {
          StoredResource resource = stored.resource();
          response.put("status", resource.created() ? "201 Created" : "200 OK");
          response.put("location", location(resource));
          response.put("etag", etag(resource));
          response.put("lastModified", resource.lastUpdated().toString());
        } else if (outcome instanceof EntryOutcome.Refused refused) {
          ProblemAnswers.Answer error = errors.of(refused.problem());
          response.put("status", Integer.toString(error.status()));
          response.set("outcome", JSON.readTree(error.operationOutcome()));
        }
      }
    }
    return bundle;
  }

  private void send(HttpServletResponse response, StoredResource resource) throws IOException {
    response.setHeader("Location", base + "/" + location(resource));
    response.setHeader("ETag", etag(resource));
    response.setDateHeader("Last-Modified", resource.lastUpdated().toEpochMilli());
    send(response, resource.created() ? 201 : 200, resource.json());
  }

  private static void send(HttpServletResponse response, int status, ObjectNode json)
      throws IOException {
    response.setStatus(status);
    response.setContentType("application/fhir+json;charset=UTF-8");
    response.getOutputStream().write(bytes(json));
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String location(StoredResource resource) {
    return resource.type() + "/" + resource.id() + "/_history/" + resource.version();
  }

  private static String etag(StoredResource resource) {
    return "W/\"" + resource.version() + "\"";
  }
}
