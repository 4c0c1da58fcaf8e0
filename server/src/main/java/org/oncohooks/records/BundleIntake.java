package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Takes what is sent for keeping into a {@link PatientStore}: single resources, and Bundles of type
 * transaction and batch whose entries are POST and PUT (FHIR R4, RESTful API, sections 3.1.0.7,
 * 3.1.0.8 and 3.1.0.11). Thread-safe if its check is.
 *
 * <p>Conditional requests and conditional references are refused. In a transaction, references that
 * equal an entry's fullUrl become references to what that entry wrote.
 */
public final class BundleIntake {

  private final PatientStore store;
  private final ResourceCheck check;
  private final Supplier<String> newId;

  /**
   * @param check what each resource has to pass besides what the store itself asks for
   * @param newId gives an id never given before
   */
  public BundleIntake(PatientStore store, ResourceCheck check, Supplier<String> newId) {
    this.store = store;
    this.check = check;
    this.newId = newId;
  }

  /**
   * @param bundle handed over: its resources are changed in place, which spares a large Bundle a
   *     second tree
   * @return one outcome for each entry, in order; of a transaction, all are stored
   * @throws ProblemException {@code INCORRECT} if it is no such Bundle, or if an entry of a
   *     transaction is refused; then nothing is kept
   */
  public List<EntryOutcome> take(ObjectNode bundle) {
    if (!bundle.path("resourceType").asText("").equals("Bundle")) {
      throw incorrect("bundle-expected", "Send a Bundle of type transaction or batch.", "Bundle");
    }
    if (bundle.has("id") && !bundle.get("id").isTextual()) {
      throw incorrect("structure", "Bundle.id has to be a string.", "Bundle.id");
    }
    JsonNode entries = bundle.path("entry");
    if (!entries.isMissingNode() && !entries.isArray()) {
      throw incorrect("bundle-entry", "Bundle.entry has to be a list.", "Bundle.entry");
    }
    return switch (bundle.path("type").asText("")) {
      case "transaction" -> transaction(entries);
      case "batch" -> batch(entries);
      default ->
          throw incorrect(
              "bundle-type", "Bundle.type has to be transaction or batch.", "Bundle.type");
    };
  }

  /** Keeps a resource, which is handed over, under a new id. */
  public StoredResource create(String type, ObjectNode resource) {
    return single(new BundleEntry(true, type, newId.get(), "", resource, type));
  }

  /** Keeps a resource, which is handed over, under the id that it bears. */
  public StoredResource update(String type, String id, ObjectNode resource) {
    return single(new BundleEntry(false, type, id, "", resource, type));
  }

  private StoredResource single(BundleEntry entry) {
    return store.transaction(List.of(resource(entry, Map.of()))).get(0);
  }

  private List<EntryOutcome> transaction(JsonNode entries) {
    List<BundleEntry> read = new ArrayList<>();
    Map<String, String> written = new HashMap<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      BundleEntry entry = BundleEntry.of(entries.get(i), place(i), newId);
      read.add(entry);
      if (!names.add(entry.name())
          || (!entry.fullUrl().isEmpty() && written.put(entry.fullUrl(), entry.name()) != null)) {
        throw incorrect(
            "entry-twice",
            "Two entries of the transaction write the same resource or have the same fullUrl.",
            place(i));
      }
    }
    List<ObjectNode> resources = read.stream().map(entry -> resource(entry, written)).toList();
    return store.transaction(resources).stream()
        .<EntryOutcome>map(EntryOutcome.Stored::new)
        .toList();
  }

  private List<EntryOutcome> batch(JsonNode entries) {
    List<EntryOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        BundleEntry entry = BundleEntry.of(entries.get(i), place(i), newId);
        outcomes.add(new EntryOutcome.Stored(single(entry)));
      } catch (ProblemException e) {
        outcomes.add(new EntryOutcome.Refused(e.problem()));
      }
    }
    return List.copyOf(outcomes);
  }

  /** The entry's resource as it is to be kept. */
  private ObjectNode resource(BundleEntry entry, Map<String, String> written) {
    ObjectNode resource = entry.resource();
    String place = entry.place();
    if (!resource.path("resourceType").asText("").equals(entry.type())) {
      throw incorrect("entry-type", "The resource is not of the type that the URL names.", place);
    }
    if (!entry.create() && !resource.path("id").asText("").equals(entry.id())) {
      throw incorrect("entry-id", "The resource's id is not the id that the URL names.", place);
    }
    resource.put("id", entry.id());
    References.resolve(resource, written, place);
    CompartmentCheck.INSTANCE.check(resource, place);
    check.check(resource, place);
    return resource;
  }

  private static String place(int index) {
    return "entry[" + index + "]";
  }

  private static ProblemException incorrect(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
