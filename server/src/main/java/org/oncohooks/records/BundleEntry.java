package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * One write, as asked for.
 *
 * @param method POST creates under an id that is assigned here, PUT keeps the caller's, DELETE
 *     deletes
 * @param type the type that the request names
 * @param id the id to keep it under
 * @param fullUrl what other entries call it; empty if nothing
 * @param resource as sent; empty for a deletion
 * @param place where the resource stands in what was sent
 * @param ifMatch the version that has to be current
 * @param ifNoneExist the query of a conditional create, as sent
 */
record BundleEntry(
    Method method,
    String type,
    String id,
    String fullUrl,
    Optional<ObjectNode> resource,
    String place,
    Optional<Long> ifMatch,
    Optional<String> ifNoneExist) {

  /** What a write does. */
  enum Method {
    POST,
    PUT,
    DELETE
  }

  private static final List<String> NOT_SUPPORTED = List.of("ifNoneMatch", "ifModifiedSince");

  static BundleEntry of(JsonNode entry, String place, Supplier<String> newId) {
    JsonNode request = entry.path("request");
    String verb = request.path("method").asText("");
    String url = request.path("url").asText("");
    String there = place + ".request";
    if (url.isEmpty() || verb.isEmpty()) {
      throw incorrect("entry-request", "An entry needs request.method and request.url.", place);
    }
    if (url.indexOf('?') >= 0 || NOT_SUPPORTED.stream().anyMatch(request::has)) {
      throw incorrect(
          "entry-conditional",
          "Of conditional requests, create with ifNoneExist and update and delete with ifMatch are"
              + " supported.",
          there);
    }
    Optional<Long> ifMatch = Optional.empty();
    if (request.has("ifMatch")) {
      ifMatch = Optional.of(VersionTag.read(request.path("ifMatch").asText(""), there));
    }
    Optional<String> ifNoneExist =
        Optional.of(request.path("ifNoneExist").asText("")).filter(query -> !query.isEmpty());
    String[] parts = url.split("/", -1);
    String fullUrl = fullUrl(entry, place);
    String where = place + ".resource";
    if (verb.equals("DELETE") && parts.length == 2 && ifNoneExist.isEmpty()) {
      return new BundleEntry(
          Method.DELETE,
          parts[0],
          parts[1],
          fullUrl,
          Optional.empty(),
          there,
          ifMatch,
          ifNoneExist);
    }
    if (!(entry.path("resource") instanceof ObjectNode resource)) {
      throw incorrect("entry-resource", "An entry needs a resource.", where);
    }
    Optional<ObjectNode> content = Optional.of(resource);
    if (verb.equals("POST") && parts.length == 1 && ifMatch.isEmpty()) {
      return new BundleEntry(
          Method.POST, parts[0], newId.get(), fullUrl, content, where, ifMatch, ifNoneExist);
    }
    if (verb.equals("PUT") && parts.length == 2 && ifNoneExist.isEmpty()) {
      return new BundleEntry(
          Method.PUT, parts[0], parts[1], fullUrl, content, where, ifMatch, ifNoneExist);
    }
    throw incorrect(
        "entry-method",
        "An entry's request has to be PUT <Type>/<id>, POST <Type> or DELETE <Type>/<id>; ifMatch"
            + " goes with PUT and DELETE, ifNoneExist with POST.",
        there);
  }

  private static String fullUrl(JsonNode entry, String place) {
    JsonNode url = entry.path("fullUrl");
    if (!url.isMissingNode() && !url.isTextual()) {
      throw incorrect("structure", "A fullUrl has to be a string.", place + ".fullUrl");
    }
    return url.asText("");
  }

  /** Relative reference of what is written. */
  String name() {
    return type + "/" + id;
  }

  private static ProblemException incorrect(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
