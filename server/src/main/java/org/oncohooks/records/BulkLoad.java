package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Loads resources in bulk: NDJSON and Bundles of any type, of which each resource is kept or
 * refused by itself, some hundred in a transaction. What is there already is not written again, so
 * a load that was cut off is done again from its beginning. Not thread-safe.
 *
 * <p>Ids follow from what is loaded, see {@link LoadedId}. References to an entry's fullUrl lead to
 * what is kept of it. A conditional reference, which names a resource by its identifier, becomes a
 * reference by identifier.
 */
public final class BulkLoad {

  private static final int CHUNK = 200;
  private static final Pattern CONDITIONAL =
      Pattern.compile("([A-Z][A-Za-z]+)\\?identifier=([^|&]*)(?:\\||%7C)([^&]+)");
  private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z]{1,40}");

  private final PatientStore store;
  private final ResourceCheck check;
  private final LoadTally tally;
  private final Runnable progress;
  private final Map<String, Write> pending = new LinkedHashMap<>();

  /** Opens what is loaded, from its beginning each time. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /**
   * @param check what each resource has to pass besides what the store itself asks for
   * @param tally counts
   * @param progress is told after each transaction
   */
  public BulkLoad(PatientStore store, ResourceCheck check, LoadTally tally, Runnable progress) {
    this.store = store;
    this.check = check;
    this.tally = tally;
    this.progress = progress;
  }

  /**
   * @param source read twice: references may point forward
   * @throws IOException if it can't be read or is not JSON; what came before that is kept
   * @throws ProblemException {@code UNAVAILABLE} if the store fails
   */
  public void take(Source source) throws IOException {
    Map<Integer, Map<String, String>> names;
    try (InputStream in = source.open()) {
      names = ResourceSource.names(in);
    }
    try (InputStream in = source.open()) {
      ResourceSource.read(in, new Taking(names));
    } finally {
      flush();
    }
  }

  /** Takes what is read. */
  private final class Taking implements ResourceSource.Reader {

    private final Map<Integer, Map<String, String>> names;
    private int bundle = -1;

    private Taking(Map<Integer, Map<String, String>> names) {
      this.names = names;
    }

    @Override
    public void bundle() {
      bundle++;
    }

    @Override
    public void resource(ObjectNode resource, String fullUrl, String method) {
      String type = resource.path("resourceType").asText("");
      if (TYPE.matcher(type).matches() && StoredTypes.named(type).isEmpty()) {
        tally.skipped(type);
        return;
      }
      Write write;
      try {
        write = checked(resource, fullUrl, method);
      } catch (ProblemException e) {
        tally.refused(StoredTypes.named(type).isPresent() ? type : "Resource", e.problem());
        return;
      }
      if (pending.containsKey(write.name()) || pending.size() == CHUNK) {
        flush();
      }
      pending.put(write.name(), write);
    }

    private Write checked(ObjectNode resource, String fullUrl, String method) {
      String type = resource.path("resourceType").asText("");
      if (method.equals("DELETE") || method.equals("PATCH")) {
        throw Problem.of(
                ProblemCategory.INCORRECT, "load-method", "Only what is to be kept is loaded.")
            .asException();
      }
      resource.put("id", LoadedId.of(resource, fullUrl));
      byIdentifier(resource);
      References.resolve(resource, names.getOrDefault(bundle, Map.of()), type);
      CompartmentCheck.INSTANCE.check(resource, type);
      check.check(resource, type);
      return new Write.Put(resource, WriteCondition.IF_CHANGED);
    }

    @Override
    public void other() {
      tally.refused(
          "Entry", Problem.of(ProblemCategory.INCORRECT, "load-other", "It holds no resource."));
    }
  }

  private void flush() {
    List<Write> writes = new ArrayList<>(pending.values());
    pending.clear();
    store.transaction(writes).forEach(tally::written);
    progress.run();
  }

  private static void byIdentifier(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("reference").isTextual()) {
      Matcher parts = CONDITIONAL.matcher(object.path("reference").textValue());
      if (parts.matches() && !object.has("identifier")) {
        object.remove("reference");
        object.put("type", parts.group(1));
        object.putObject("identifier").put("system", parts.group(2)).put("value", parts.group(3));
      }
    }
    node.forEach(BulkLoad::byIdentifier);
  }
}
