package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceVersion;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.SearchReader;
import org.oncohooks.records.SearchableType;
import org.oncohooks.records.StoredResource;
import org.oncohooks.records.StoredTypes;
import org.oncohooks.records.VersionTag;

/**
 * What is answered about one stored resource besides reading it, as the JSON that is kept: the
 * history of an instance, and everything about a patient (FHIR R4, RESTful API, section 3.1.0.12,
 * and Patient, operation everything). Pages are bounded; a next link leads on.
 */
final class InstanceEndpoint {

  static final String HISTORY = "_history";
  static final String EVERYTHING = "$everything";
  private static final String COUNT = "_count";
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,40}/[A-Za-z0-9\\-.]{1,64}");

  /** Patient first. */
  private static final List<String> TYPES =
      StoredTypes.all().stream().map(SearchableType::type).toList();

  private final PatientStore store;
  private final String base;

  /**
   * @param base absolute URL of the face, without a slash at its end
   */
  InstanceEndpoint(PatientStore store, String base) {
    this.store = store;
    this.base = base;
  }

  /** Whether a request is for this; any other is for HAPI. */
  static boolean serves(String method, List<String> path) {
    boolean read = method.equals("GET") || method.equals("HEAD");
    return read
        && path.size() == 3
        && StoredTypes.named(path.get(0)).isPresent()
        && (path.get(2).equals(HISTORY)
            || (path.get(0).equals("Patient") && path.get(2).equals(EVERYTHING)));
  }

  /**
   * @param path the segments below the base
   * @throws ProblemException {@code NOT_FOUND}, {@code GONE}, {@code INCORRECT} for parameters that
   *     are not understood
   */
  void serve(HttpServletRequest request, HttpServletResponse response, List<String> path)
      throws IOException {
    ObjectNode bundle =
        path.get(2).equals(HISTORY)
            ? history(request, path.get(0), path.get(1))
            : everything(request, path.get(1));
    JsonAnswer.send(response, 200, bundle);
  }

  private ObjectNode history(HttpServletRequest request, String type, String id) {
    requireKnown(request, Set.of(COUNT, SearchReader.AFTER, "_format", "_pretty"));
    int count = count(request);
    long below =
        parameter(request, SearchReader.AFTER).map(InstanceEndpoint::number).orElse(Long.MAX_VALUE);
    List<ResourceVersion> newest = store.history(type, id, Long.MAX_VALUE, 1);
    if (newest.isEmpty()) {
      throw unknown(type);
    }
    List<ResourceVersion> page = store.history(type, id, below, Math.max(1, count));
    ObjectNode bundle = bundle("history", newest.get(0).version());
    String url = base + "/" + type + "/" + id + "/" + HISTORY + "?" + COUNT + "=" + count;
    link(bundle, "self", url + (below == Long.MAX_VALUE ? "" : "&_after=" + below));
    if (count == 0) {
      AccessNote.of(request).answering(0, List.of());
      return bundle;
    }
    if (!page.isEmpty() && page.get(page.size() - 1).version() > 1) {
      link(bundle, "next", url + "&_after=" + page.get(page.size() - 1).version());
    }
    AccessNote note = AccessNote.of(request);
    page.stream()
        .filter(StoredResource.class::isInstance)
        .forEach(version -> note.about(((StoredResource) version).json()));
    note.answering(page.size(), List.of());
    for (ResourceVersion version : page) {
      ObjectNode entry = entry(bundle, base + "/" + type + "/" + id);
      boolean deleted = !(version instanceof StoredResource);
      if (version instanceof StoredResource stored) {
        entry.set("resource", stored.json());
      }
      entry
          .putObject("request")
          .put("method", deleted ? "DELETE" : "PUT")
          .put("url", type + "/" + id);
      entry
          .putObject("response")
          .put("status", deleted ? "204" : version.version() == 1 ? "201" : "200")
          .put("etag", VersionTag.write(version.version()))
          .put("lastModified", version.lastUpdated().toString());
    }
    return bundle;
  }

  private ObjectNode everything(HttpServletRequest request, String id) {
    requireKnown(request, Set.of(COUNT, SearchReader.AFTER, "_type", "_format", "_pretty"));
    int count = count(request);
    Optional<String> after = parameter(request, SearchReader.AFTER);
    List<String> types = types(parameter(request, "_type"));
    PatientRecord record = store.record(id).orElseThrow(() -> missing(id));
    List<ObjectNode> all = new ArrayList<>();
    for (String type : types) {
      record.resources(type).stream()
          .sorted(Comparator.comparing(r -> r.path("id").asText("")))
          .forEach(all::add);
    }
    List<ObjectNode> rest =
        after.map(place -> all.stream().filter(r -> isAfter(name(r), place)).toList()).orElse(all);
    ObjectNode bundle = bundle("searchset", all.size());
    String url = base + "/Patient/" + id + "/" + EVERYTHING + "?" + COUNT + "=" + count;
    url += parameter(request, "_type").map(t -> "&_type=" + String.join(",", types)).orElse("");
    link(bundle, "self", url + after.map(place -> "&_after=" + place).orElse(""));
    List<ObjectNode> page = rest.subList(0, Math.min(count, rest.size()));
    if (!page.isEmpty() && page.size() < rest.size()) {
      link(bundle, "next", url + "&_after=" + name(page.get(page.size() - 1)));
    }
    AccessNote.of(request).answering(page.size(), List.of());
    for (ObjectNode resource : page) {
      ObjectNode entry = entry(bundle, base + "/" + name(resource));
      entry.set("resource", resource);
      entry.putObject("search").put("mode", "match");
    }
    return bundle;
  }

  /** Whether a name comes after a place, which may be the name of what has gone since. */
  private static boolean isAfter(String name, String place) {
    if (!NAME.matcher(place).matches()) {
      throw incorrect("Follow the next link of the page before.", SearchReader.AFTER);
    }
    int type = Integer.compare(rank(name), rank(place));
    return type > 0 || (type == 0 && name.compareTo(place) > 0);
  }

  private static int rank(String name) {
    return TYPES.indexOf(name.substring(0, name.indexOf('/')));
  }

  private ProblemException missing(String id) {
    return store.read("Patient", id).isPresent()
        ? Problem.of(ProblemCategory.GONE, "resource-deleted", "The patient has been deleted.")
            .asException()
        : unknown("Patient");
  }

  private static ProblemException unknown(String type) {
    return Problem.of(
            ProblemCategory.NOT_FOUND, "resource-unknown", "There is no " + type + " with this id.")
        .asException();
  }

  /** In the order in which they are answered. */
  private static List<String> types(Optional<String> wanted) {
    if (wanted.isEmpty()) {
      return TYPES;
    }
    List<String> named = Arrays.asList(wanted.get().split(",", -1));
    if (!TYPES.containsAll(named)) {
      throw incorrect("A type in _type is not kept here.", "_type");
    }
    return TYPES.stream().filter(named::contains).toList();
  }

  private static void requireKnown(HttpServletRequest request, Set<String> known) {
    for (String name : request.getParameterMap().keySet()) {
      if (!known.contains(name) || request.getParameterValues(name).length != 1) {
        throw incorrect(
            "A parameter is not known here or comes twice; known are "
                + String.join(", ", known.stream().sorted().toList())
                + ".",
            known.contains(name) ? name : "");
      }
    }
  }

  private static int count(HttpServletRequest request) {
    return (int)
        Math.min(
            SearchQuery.MAX_COUNT,
            parameter(request, COUNT)
                .map(InstanceEndpoint::number)
                .orElse((long) SearchQuery.MAX_COUNT));
  }

  private static long number(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw incorrect("Give _count and _after as whole numbers, as the links do.", COUNT);
    }
    return Long.parseLong(text);
  }

  private static Optional<String> parameter(HttpServletRequest request, String name) {
    return Optional.ofNullable(request.getParameter(name));
  }

  private static ProblemException incorrect(String text, String parameter) {
    return (parameter.isEmpty()
            ? Problem.of(ProblemCategory.INCORRECT, "parameter", text)
            : Problem.of(ProblemCategory.INCORRECT, "parameter", text, parameter))
        .asException();
  }

  private static String name(ObjectNode resource) {
    return resource.path("resourceType").asText("") + "/" + resource.path("id").asText("");
  }

  private static ObjectNode bundle(String type, long total) {
    ObjectNode bundle = JsonNodeFactory.instance.objectNode().put("resourceType", "Bundle");
    return bundle.put("type", type).put("total", total);
  }

  private static void link(ObjectNode bundle, String relation, String url) {
    bundle.withArray("link").addObject().put("relation", relation).put("url", url);
  }

  private static ObjectNode entry(ObjectNode bundle, String fullUrl) {
    return bundle.withArray("entry").addObject().put("fullUrl", fullUrl);
  }
}
