package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.records.BundleIntake;
import org.oncohooks.records.EntryOutcome;
import org.oncohooks.records.ResourceVersion;
import org.oncohooks.records.StoredResource;
import org.oncohooks.records.StoredTypes;
import org.oncohooks.records.VersionTag;
import org.oncohooks.records.Written;

/**
 * Takes changes in: a transaction or batch at the base; create, update and deletion of one resource
 * (FHIR R4, RESTful API, sections 3.1.0.4 to 3.1.0.8 and 3.1.0.11). What is kept is the JSON as
 * sent.
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
        || method.equals("DELETE")
        || (method.equals("POST") && !(path.size() == 2 && path.get(1).equals("_search")));
  }

  /**
   * @param path the segments below the base
   * @throws ProblemException as {@link RequestBody#read} and {@link BundleIntake}, and {@code
   *     NOT_FOUND} or {@code METHOD_NOT_ALLOWED} if nothing can be written there
   */
  void serve(HttpServletRequest request, HttpServletResponse response, List<String> path)
      throws IOException {
    AccessNote note = AccessNote.of(request);
    BundleIntake telling = intake.telling(note::changing);
    String method = request.getMethod();
    Optional<Preference> preference = Preference.of(request);
    refuseConditions(request);
    Optional<Long> ifMatch =
        Optional.ofNullable(request.getHeader("If-Match"))
            .map(tag -> VersionTag.read(tag, "If-Match"));
    Optional<String> ifNoneExist = Optional.ofNullable(request.getHeader("If-None-Exist"));
    boolean post = method.equals("POST");
    if (post
        ? ifMatch.isPresent() || path.isEmpty() && ifNoneExist.isPresent()
        : ifNoneExist.isPresent()) {
      throw condition();
    }
    if (post && path.isEmpty()) {
      body.read(
          request,
          RequestBody.MAX_BUNDLE,
          bundle -> {
            String type = bundle.path("type").asText("");
            send(
                response,
                200,
                answer(type, taken(type, bundle, note), preference.orElse(Preference.MINIMAL)));
          });
    } else if (post && path.size() == 1) {
      String type = kept(path.get(0));
      body.read(
          request,
          RequestBody.MAX_RESOURCE,
          json -> send(response, telling.create(type, json, ifNoneExist), preference));
    } else if (method.equals("PUT") && path.size() == 2) {
      String type = kept(path.get(0));
      body.read(
          request,
          RequestBody.MAX_RESOURCE,
          json -> send(response, telling.update(type, path.get(1), json, ifMatch), preference));
    } else if (method.equals("DELETE") && path.size() == 2) {
      Written deleted = telling.delete(kept(path.get(0)), path.get(1), ifMatch);
      deleted.version().ifPresent(v -> response.setHeader("ETag", VersionTag.write(v.version())));
      response.setStatus(204);
    } else {
      throw Problem.of(
              ProblemCategory.METHOD_NOT_ALLOWED,
              "not-writable",
              "Write with POST <base>, POST <base>/<Type>, PUT or DELETE <base>/<Type>/<id>.")
          .asException();
    }
  }

  private List<EntryOutcome> taken(String type, ObjectNode bundle, AccessNote note) {
    if (!type.equals("batch")) {
      return intake.telling(note::changing).take(bundle);
    }
    List<EntryOutcome> outcomes = intake.telling(note::changingOneOfABatch).take(bundle);
    note.refusedOfABatch(
        outcomes.stream()
            .filter(EntryOutcome.Refused.class::isInstance)
            .map(refused -> ((EntryOutcome.Refused) refused).problem())
            .toList());
    return outcomes;
  }

  private static void refuseConditions(HttpServletRequest request) {
    boolean conditional =
        List.of("If-None-Match", "If-Modified-Since").stream()
            .anyMatch(header -> request.getHeader(header) != null);
    if (conditional || request.getQueryString() != null) {
      throw condition();
    }
  }

  private static ProblemException condition() {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "conditional",
            "Of conditions, POST takes If-None-Exist, PUT and DELETE take If-Match; a write takes no"
                + " parameters.")
        .asException();
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

  private ObjectNode answer(String bundleType, List<EntryOutcome> outcomes, Preference preference)
      throws IOException {
    ObjectNode bundle = JSON.createObjectNode().put("resourceType", "Bundle");
    bundle.put("type", bundleType + "-response");
    if (!outcomes.isEmpty()) {
      ArrayNode entries = bundle.putArray("entry");
      for (EntryOutcome outcome : outcomes) {
        ObjectNode entry = entries.addObject();
        ObjectNode response = entry.putObject("response");
        if (outcome instanceof EntryOutcome.Done done) {
          answer(response, done.written());
          if (preference == Preference.OPERATION_OUTCOME) {
            response.set("outcome", Preference.outcome(done.written()));
          } else if (preference == Preference.REPRESENTATION) {
            done.written()
                .version()
                .filter(StoredResource.class::isInstance)
                .ifPresent(there -> entry.set("resource", ((StoredResource) there).json()));
          }
        } else if (outcome instanceof EntryOutcome.Refused refused) {
          ProblemAnswers.Answer error = errors.of(refused.problem());
          response.put("status", Integer.toString(error.status()));
          response.set("outcome", JSON.readTree(error.operationOutcome()));
        }
      }
    }
    return bundle;
  }

  private static void answer(ObjectNode response, Written written) {
    boolean there = written.version().filter(v -> v instanceof StoredResource).isPresent();
    response.put("status", written.created() ? "201 Created" : there ? "200 OK" : "204 No Content");
    if (there) {
      response.put("location", location(written.version().get()));
    }
    written
        .version()
        .ifPresent(
            version -> {
              response.put("etag", VersionTag.write(version.version()));
              response.put("lastModified", version.lastUpdated().toString());
            });
  }

  private void send(HttpServletResponse response, Written written, Optional<Preference> preference)
      throws IOException {
    StoredResource resource = (StoredResource) written.version().orElseThrow();
    response.setHeader("Location", base + "/" + location(resource));
    response.setHeader("ETag", VersionTag.write(resource.version()));
    response.setDateHeader("Last-Modified", resource.lastUpdated().toEpochMilli());
    int status = written.created() ? 201 : 200;
    switch (preference.orElse(Preference.REPRESENTATION)) {
      case MINIMAL -> response.setStatus(status);
      case REPRESENTATION -> send(response, status, resource.json());
      case OPERATION_OUTCOME -> send(response, status, Preference.outcome(written));
    }
  }

  private static void send(HttpServletResponse response, int status, ObjectNode json)
      throws IOException {
    JsonAnswer.send(response, status, json);
  }

  private static String location(ResourceVersion resource) {
    return resource.type() + "/" + resource.id() + "/_history/" + resource.version();
  }
}
