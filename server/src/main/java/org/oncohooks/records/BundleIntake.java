package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.records.BundleEntry.Method;

/**
 * Takes what is sent for keeping into a {@link PatientStore}: single resources, and Bundles of type
 * transaction and batch whose entries are POST, PUT and DELETE (FHIR R4, RESTful API, sections
 * 3.1.0.4 to 3.1.0.8 and 3.1.0.11). Thread-safe if its check is.
 *
 * <p>In a transaction, references that equal an entry's fullUrl become references to what that
 * entry wrote, or to what a conditional create found. Conditional references are refused, and so
 * are conditional updates and deletions other than by version.
 */
public final class BundleIntake {

  /** Something may come to match a condition between the look and the write. */
  private static final int ATTEMPTS = 3;

  private final PatientStore store;
  private final ResourceCheck check;
  private final SearchReader reader;
  private final Supplier<String> newId;
  private final WriteCondition otherwise;
  private final BiConsumer<List<Write>, List<StoredResource>> before;

  /**
   * @param check what each resource has to pass besides what the store itself asks for
   * @param reader reads the criteria of conditional creates
   * @param newId gives an id never given before
   */
  public BundleIntake(
      PatientStore store, ResourceCheck check, SearchReader reader, Supplier<String> newId) {
    this(store, check, reader, newId, WriteCondition.ALWAYS, (writes, found) -> {});
  }

  private BundleIntake(
      PatientStore store,
      ResourceCheck check,
      SearchReader reader,
      Supplier<String> newId,
      WriteCondition otherwise,
      BiConsumer<List<Write>, List<StoredResource>> before) {
    this.otherwise = otherwise;
    this.before = before;
    this.store = store;
    this.check = check;
    this.reader = reader;
    this.newId = newId;
  }

  /** The same, which makes no version of what is kept already. */
  BundleIntake ofChanges() {
    return new BundleIntake(store, check, reader, newId, WriteCondition.IF_CHANGED, before);
  }

  /**
   * The same, which tells what it is about to write as one transaction, and what conditional
   * creates found there already; it writes and answers nothing if that throws. After a conflict it
   * is told again.
   */
  public BundleIntake telling(BiConsumer<List<Write>, List<StoredResource>> about) {
    return new BundleIntake(store, check, reader, newId, otherwise, about);
  }

  /**
   * @param bundle handed over: its resources are changed in place, which spares a large Bundle a
   *     second tree
   * @return one outcome for each entry, in order; of a transaction, all are carried out
   * @throws ProblemException {@code INCORRECT} if it is no such Bundle, or as {@link
   *     PatientStore#transaction} if an entry of a transaction is refused; then nothing is changed
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

  /**
   * Keeps a resource, which is handed over, under a new id.
   *
   * @param ifNoneExist query of a conditional create, as sent: what matches it is left as it is
   * @throws ProblemException {@code INCORRECT}, or {@code PRECONDITION_FAILED} if several match
   */
  public Written create(String type, ObjectNode resource, Optional<String> ifNoneExist) {
    return single(
        new BundleEntry(
            Method.POST,
            type,
            newId.get(),
            "",
            Optional.of(resource),
            type,
            Optional.empty(),
            ifNoneExist));
  }

  /**
   * Keeps a resource, which is handed over, under the id that it bears.
   *
   * @param ifMatch the version that has to be current; empty = whatever is there
   */
  public Written update(String type, String id, ObjectNode resource, Optional<Long> ifMatch) {
    return single(
        new BundleEntry(
            Method.PUT, type, id, "", Optional.of(resource), type, ifMatch, Optional.empty()));
  }

  /**
   * Deletes a resource; what is not there stays so.
   *
   * @param ifMatch the version that has to be current; empty = whatever is there
   */
  public Written delete(String type, String id, Optional<Long> ifMatch) {
    List<Write> writes = List.of(new Write.Delete(type, id, condition(ifMatch)));
    before.accept(writes, List.of());
    return store.transaction(writes).get(0);
  }

  private Written single(BundleEntry entry) {
    return carryOut(List.of(entry)).get(0);
  }

  private List<EntryOutcome> transaction(JsonNode entries) {
    List<BundleEntry> read = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> fullUrls = new HashSet<>();
    Set<String> conditions = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      BundleEntry entry = BundleEntry.of(entries.get(i), place(i), newId);
      read.add(entry);
      if (!names.add(entry.name())
          || (!entry.fullUrl().isEmpty() && !fullUrls.add(entry.fullUrl()))
          || entry.ifNoneExist().filter(c -> !conditions.add(entry.type() + "?" + c)).isPresent()) {
        throw incorrect(
            "entry-twice",
            "Two entries of the transaction write the same resource, or have the same fullUrl or"
                + " ifNoneExist.",
            place(i));
      }
    }
    return carryOut(read).stream().<EntryOutcome>map(EntryOutcome.Done::new).toList();
  }

  private List<EntryOutcome> batch(JsonNode entries) {
    List<EntryOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        BundleEntry entry = BundleEntry.of(entries.get(i), place(i), newId);
        outcomes.add(new EntryOutcome.Done(single(entry)));
      } catch (ProblemException e) {
        outcomes.add(new EntryOutcome.Refused(e.problem()));
      }
    }
    return List.copyOf(outcomes);
  }

  /** All or none, as one transaction of the store. */
  private List<Written> carryOut(List<BundleEntry> entries) {
    for (int attempt = 1; ; attempt++) {
      try {
        return carryOutOnce(entries);
      } catch (ProblemException e) {
        boolean meanwhile = e.problem().code().equals(WriteCondition.CONDITION_CHANGED);
        if (!meanwhile || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private List<Written> carryOutOnce(List<BundleEntry> entries) {
    Map<Integer, StoredResource> found = new HashMap<>();
    Map<Integer, SearchQuery> conditions = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      BundleEntry entry = entries.get(i);
      String name = entry.name();
      if (entry.ifNoneExist().isPresent()) {
        SearchQuery query = query(entry, entry.ifNoneExist().get());
        conditions.put(i, query);
        Optional<StoredResource> there = onlyMatch(query, entry.place());
        if (there.isPresent()) {
          found.put(i, there.get());
          name = entry.type() + "/" + there.get().id();
        }
      }
      if (!entry.fullUrl().isEmpty()) {
        names.put(entry.fullUrl(), name);
      }
    }
    List<Write> writes = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (!found.containsKey(i)) {
        BundleEntry entry = entries.get(i);
        // another attempt has to find the references as they were sent
        Optional<ObjectNode> resource =
            conditions.isEmpty() ? entry.resource() : entry.resource().map(ObjectNode::deepCopy);
        writes.add(write(entry, resource, Optional.ofNullable(conditions.get(i)), names));
      }
    }
    before.accept(List.copyOf(writes), List.copyOf(found.values()));
    List<Written> written = new ArrayList<>(store.transaction(writes));
    found.keySet().stream()
        .sorted()
        .forEach(i -> written.add(i, Written.of(Written.Effect.NONE, found.get(i))));
    return List.copyOf(written);
  }

  private Write write(
      BundleEntry entry,
      Optional<ObjectNode> content,
      Optional<SearchQuery> none,
      Map<String, String> names) {
    if (content.isEmpty()) {
      return new Write.Delete(entry.type(), entry.id(), condition(entry.ifMatch()));
    }
    return new Write.Put(
        resource(entry, content.get(), names),
        none.<WriteCondition>map(WriteCondition.IfNoneExist::new)
            .or(() -> entry.ifMatch().map(WriteCondition.IfVersion::new))
            .orElse(otherwise));
  }

  private static WriteCondition condition(Optional<Long> ifMatch) {
    return ifMatch.<WriteCondition>map(WriteCondition.IfVersion::new).orElse(WriteCondition.ALWAYS);
  }

  private SearchQuery query(BundleEntry entry, String condition) {
    SearchableType type =
        StoredTypes.named(entry.type())
            .orElseThrow(
                () -> incorrect("entry-type", "The type is not kept here.", entry.place()));
    try {
      return reader.readCondition(type, QueryString.read(condition));
    } catch (ProblemException e) {
      Problem problem = e.problem();
      throw Problem.of(problem.category(), problem.code(), problem.text(), entry.place())
          .asException();
    }
  }

  private Optional<StoredResource> onlyMatch(SearchQuery query, String place) {
    SearchPage page = store.search(query);
    if (page.total() > 1) {
      throw Problem.of(
              ProblemCategory.PRECONDITION_FAILED,
              "several-match",
              "Several resources match the condition, so it can't be told which one is meant.",
              place)
          .asException();
    }
    return page.matches().stream().findFirst();
  }

  /** The entry's resource as it is to be kept. */
  private ObjectNode resource(BundleEntry entry, ObjectNode resource, Map<String, String> names) {
    String place = entry.place();
    if (!resource.path("resourceType").asText("").equals(entry.type())) {
      throw incorrect("entry-type", "The resource is not of the type that the URL names.", place);
    }
    if (entry.method() == Method.PUT && !resource.path("id").asText("").equals(entry.id())) {
      throw incorrect("entry-id", "The resource's id is not the id that the URL names.", place);
    }
    resource.put("id", entry.id());
    References.resolve(resource, names, place);
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
