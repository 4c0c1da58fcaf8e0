package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SearchPage;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.StoredResource;

/** The patients' resources. */
record PatientShelf(PatientStore store) implements Shelf {

  @Override
  public Optional<ObjectNode> read(String type, String id) {
    return store.read(type, id).map(StoredResource::json);
  }

  @Override
  public Page search(SearchQuery query) {
    SearchPage page = store.search(query);
    return new Page(
        page.total(), page.matches().stream().map(StoredResource::json).toList(), page.next());
  }
}
