package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Supplier;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * One write, as asked for.
 *
 * @param create whether the id was assigned here (POST) or is the caller's (PUT)
 * @param type the type that the request names
 * @param id the id to keep it under
 * @param fullUrl what other entries call it; empty if nothing
 * @param resource as sent
 * @param place where the resource stands in what was sent
 */
record BundleEntry(
    boolean create, String type, String id, String fullUrl, ObjectNode resource, String place) {

  private static final List<String> CONDITIONS =
      List.of("ifNoneMatch", "ifModifiedSince", "ifMatch", "ifNoneExist");

  static BundleEntry of(JsonNode entry, String place, Supplier<String> newId) {
    JsonNode request = entry.path("request");
    String method = request.path("method").asText("");
    String url = request.path("url").asText("");
    if (url.isEmpty() || method.isEmpty()) {
      throw incorrect("entry-request", "An entry needs request.method and request.url.", place);
    }
    if (url.indexOf('?') >= 0 || CONDITIONS.stream().anyMatch(request::has)) {
      throw incorrect(
          "entry-conditional",
          "Conditional requests are not supported; use PUT <Type>/<id> or POST <Type>.",
          place + ".request");
    }
    if (!(entry.path("resource") instanceof ObjectNode resource)) {
      throw incorrect("entry-resource", "An entry needs a resource.", place + ".resource");
    }
    String[] parts = url.split("/", -1);
    String fullUrl = fullUrl(entry, place);
    String where = place + ".resource";
    if (method.equals("POST") && parts.length == 1) {
      return new BundleEntry(true, parts[0], newId.get(), fullUrl, resource, where);
    }
    if (method.equals("PUT") && parts.length == 2) {
      return new BundleEntry(false, parts[0], parts[1], fullUrl, resource, where);
    }
    throw incorrect(
        "entry-method",
        "An entry's request has to be PUT <Type>/<id> or POST <Type>.",
        place + ".request");
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
