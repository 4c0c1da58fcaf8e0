package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.oncohooks.records.SearchQuery;

/**
 * The knowledge resources of the current snapshot.
 *
 * @param resources by type; asked once for each request, so that a reload can't tear it
 */
record KnowledgeShelf(Supplier<Map<String, List<ObjectNode>>> resources) implements Shelf {

  @Override
  public Optional<ObjectNode> read(String type, String id) {
    return ofType(type).stream().filter(r -> id(r).equals(id)).findFirst();
  }

  @Override
  public Page search(SearchQuery query) {
    List<ObjectNode> found =
        ofType(query.type()).stream()
            .filter(query::matches)
            .sorted(Comparator.comparing(KnowledgeShelf::id))
            .toList();
    List<ObjectNode> rest =
        found.stream()
            .filter(r -> query.after().map(after -> id(r).compareTo(after) > 0).orElse(true))
            .toList();
    List<ObjectNode> page = rest.subList(0, Math.min(query.count(), rest.size()));
    Optional<String> next =
        page.isEmpty() || page.size() == rest.size()
            ? Optional.empty()
            : Optional.of(id(page.get(page.size() - 1)));
    return new Page(found.size(), page, next);
  }

  private List<ObjectNode> ofType(String type) {
    return resources.get().getOrDefault(type, List.of());
  }

  private static String id(ObjectNode resource) {
    return resource.path("id").asText("");
  }
}
