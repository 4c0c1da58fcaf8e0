package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/** What every store does alike with a write. */
final class Writes {

  /** Always to the millisecond: "10:00:00Z" would stand for a whole second. */
  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Writes() {}

  /**
   * @throws ProblemException {@code INCORRECT}, see {@link PatientStore#transaction}
   */
  static void check(List<Write> writes) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < writes.size(); i++) {
      String place = "resource[" + i + "]";
      if (writes.get(i) instanceof Write.Put put) {
        CompartmentCheck.INSTANCE.check(put.resource(), place);
      } else {
        CompartmentCheck.type(writes.get(i).type(), place);
      }
      if (!names.add(writes.get(i).name())) {
        throw Problem.of(
                ProblemCategory.INCORRECT,
                "resource-twice",
                "A transaction may write each resource only once.",
                place)
            .asException();
      }
    }
  }

  /** A copy of a resource as the version that it becomes. */
  static StoredResource stamped(Write.Put put, long version, Instant now) {
    ObjectNode json = put.resource().deepCopy();
    ObjectNode meta =
        json.path("meta") instanceof ObjectNode given ? given : json.putObject("meta");
    meta.put("versionId", Long.toString(version)).put("lastUpdated", INSTANT.format(now));
    return new StoredResource(put.type(), put.id(), version, now, json);
  }

  /**
   * Holds a write's condition on versions against what is there.
   *
   * @param current the current version, which may be a deletion
   * @throws ProblemException {@code PRECONDITION_FAILED}
   */
  static void requireVersion(Write write, Optional<Long> current) {
    if (write.condition() instanceof WriteCondition.IfVersion wanted
        && !current.equals(Optional.of(wanted.version()))) {
      throw Problem.of(
              ProblemCategory.PRECONDITION_FAILED,
              "version-changed",
              "The resource is not at the version that If-Match names. Read it again, and write what"
                  + " you changed on that.")
          .asException();
    }
  }

  /** When something came to match a condition that nothing matched. */
  static ProblemException conditionChanged() {
    return Problem.of(
            ProblemCategory.CONFLICT,
            WriteCondition.CONDITION_CHANGED,
            "Another request created what this one would create unless it exists. Try again.")
        .asException();
  }

  /** Whether a resource says the same as what is kept, apart from what the store sets in meta. */
  static boolean unchanged(Write write, ObjectNode kept) {
    return write.condition() instanceof WriteCondition.IfChanged
        && write instanceof Write.Put put
        && content(put.resource()).equals(content(kept));
  }

  private static ObjectNode content(ObjectNode resource) {
    ObjectNode copy = resource.deepCopy();
    if (copy.path("meta") instanceof ObjectNode meta) {
      meta.remove(List.of("versionId", "lastUpdated"));
      if (meta.isEmpty()) {
        copy.remove("meta");
      }
    }
    return copy;
  }
}
