package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
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
public final class BulkLoad implements AutoCloseable {

  private static final int CHUNK = 200;
  private static final Pattern CONDITIONAL =
      Pattern.compile("([A-Z][A-Za-z]+)\\?identifier=([^|&]*)(?:\\||%7C)([^&]+)");
  private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z]{1,40}");
  private static final List<String> LINES = List.of(".ndjson", ".ndjson.gz");

  private final PatientStore store;
  private final ResourceCheck check;
  private final LoadTally tally;
  private final Runnable progress;
  private final Map<String, Write> pending = new LinkedHashMap<>();
  private final AsideFile aside = new AsideFile();

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
   * Reads once, and keeps no more of it in memory than a transaction's resources and what a
   * Bundle's entries are called.
   *
   * @param name of the source, for places; {@code .ndjson} and {@code .ndjson.gz} say that each
   *     line is a value, else the first line tells
   * @param in not closed
   * @throws LoadBroken if it can't be read to its end; what came before that is kept
   * @throws ProblemException {@code UNAVAILABLE} if the store fails
   */
  public void take(String name, InputStream in) throws LoadBroken {
    try {
      ResourceSource.read(in, LINES.stream().anyMatch(name::endsWith), new Taking(name));
    } catch (LoadBroken e) {
      flush();
      throw e;
    }
    flush();
  }

  /** Takes what is read. */
  private final class Taking implements ResourceSource.Reader {

    private final String source;

    /** The relative reference by fullUrl, of the entries of this Bundle that have been read. */
    private final Map<String, String> names = new HashMap<>();

    private Taking(String source) {
      this.source = source;
    }

    @Override
    public void resource(ObjectNode resource, String fullUrl, String method, String place) {
      String type = resource.path("resourceType").asText("");
      String name = LoadedId.name(resource, fullUrl);
      if (!fullUrl.isEmpty()) {
        names.put(fullUrl, name);
      }
      if (TYPE.matcher(type).matches() && StoredTypes.named(type).isEmpty()) {
        tally.skipped(type);
      } else if (!fullUrl.isEmpty() && (aside.holds(name) || pointsAhead(resource))) {
        try {
          aside.add(name, resource, fullUrl, method, place);
        } catch (IOException e) {
          throw temporaryFile(e);
        }
      } else {
        take(resource, fullUrl, method, place);
      }
    }

    /** Whether it refers to what may be an entry that is still to come. */
    private boolean pointsAhead(JsonNode node) {
      String reference = node.path("reference").asText("");
      if (reference.indexOf(':') > 0 && !names.containsKey(reference)) {
        return true;
      }
      for (JsonNode child : node) {
        if (child.isContainerNode() && pointsAhead(child)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void end() {
      try {
        aside.empty(this::take);
      } catch (IOException e) {
        throw temporaryFile(e);
      }
      names.clear();
    }

    private void take(ObjectNode resource, String fullUrl, String method, String place) {
      String type = resource.path("resourceType").asText("");
      Write write;
      try {
        write = checked(resource, fullUrl, method);
      } catch (ProblemException e) {
        boolean known = StoredTypes.named(type).isPresent();
        String id =
            CompartmentCheck.isId(resource.path("id").asText())
                ? "/" + resource.path("id").asText()
                : "";
        tally.refused(
            known ? type : "Resource",
            e.problem(),
            source + " " + place + (known ? " " + type + id : ""));
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
        throw incorrect("load-method", "Only what is to be kept is loaded.").asException();
      }
      resource.put("id", LoadedId.of(resource, fullUrl));
      byIdentifier(resource);
      References.resolve(resource, names, type);
      CompartmentCheck.INSTANCE.check(resource, type);
      check.check(resource, type);
      return new Write.Put(resource, WriteCondition.IF_CHANGED);
    }

    @Override
    public void other(String place) {
      tally.refused("Entry", incorrect("load-other", "It holds no resource."), at(place));
    }

    @Override
    public void noJson(String place) {
      tally.refused("Line", incorrect("load-no-json", "It is not JSON."), at(place));
    }

    private String at(String place) {
      return source + " " + place;
    }
  }

  private static Problem incorrect(String code, String text) {
    return Problem.of(ProblemCategory.INCORRECT, code, text);
  }

  private static ProblemException temporaryFile(IOException e) {
    return Problem.of(
            ProblemCategory.UNAVAILABLE,
            "load-temporary-file",
            "The folder of temporary files (java.io.tmpdir) can't be written or is full. Entries"
                + " that refer to later ones of their Bundle are kept there until it ends.")
        .asException(e);
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

  @Override
  public void close() {
    aside.close();
  }
}
