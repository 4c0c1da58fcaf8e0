package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
    return ofType(type).stream().filter(r -> r.path("id").asText("").equals(id)).findFirst();
  }

  @Override
  public Optional<ObjectNode> read(String type, String id, long version) {
    return Optional.empty();
  }

  @Override
  public SearchQuery.Page<ObjectNode> search(SearchQuery query) {
    return query.page(ofType(query.type()), Function.identity());
  }

  private List<ObjectNode> ofType(String type) {
    return resources.get().getOrDefault(type, List.of());
  }
}
