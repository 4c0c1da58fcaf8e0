package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a search parameter looks at in a resource's JSON.
 *
 * @param name as written in a search
 * @param kind how its values are compared
 * @param definition the SearchParameter of FHIR R4 that defines it; empty where this service
 *     defines it
 * @param paths element paths below the resource, dots between names; lists are entered
 * @param system code system that a plain {@code code} element implies; empty for other elements
 */
public record SearchParameter(
    String name,
    Kind kind,
    Optional<String> definition,
    List<String> paths,
    Optional<String> system) {

  /** How a parameter compares (FHIR R4, Search, section 3.1.1.4.3 onwards). */
  public enum Kind {
    ID,
    TOKEN,
    /** Of a patient. */
    REFERENCE,
    /** Of any resource, which need not be kept here. */
    RESOURCE,
    DATE,
    STRING,
    URI
  }

  public SearchParameter {
    paths = List.copyOf(paths);
  }

  /** The elements that the parameter looks at, in one resource. */
  public Stream<JsonNode> values(ObjectNode resource) {
    return paths.stream().flatMap(path -> values(resource, path));
  }

  private static Stream<JsonNode> values(ObjectNode resource, String path) {
    Stream<JsonNode> found = Stream.of(resource);
    for (String name : (Iterable<String>) Arrays.stream(path.split("\\."))::iterator) {
      found = found.map(node -> node.path(name)).flatMap(SearchParameter::each);
    }
    return found;
  }

  private static Stream<JsonNode> each(JsonNode node) {
    if (node.isArray()) {
      return StreamSupport.stream(node.spliterator(), false);
    }
    return node.isMissingNode() || node.isNull() ? Stream.empty() : Stream.of(node);
  }
}
