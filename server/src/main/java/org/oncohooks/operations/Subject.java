package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.ElementCheck;
import org.oncohooks.patient.ModifierElements;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;

/**
 * Whose record an operation evaluates: data that came with the call first, then the server's own.
 */
final class Subject {

  /** The inputs that say so. */
  static final Set<String> INPUTS = Set.of("subject", "data", "prefetchData", "useServerData");

  private static final Set<String> PREFETCH_PARTS = Set.of("key", "descriptor", "data");

  private Subject() {}

  private record Sent(ObjectNode resource, String place) {}

  /**
   * @return the record of the patient named by {@code subject}, or of the one Patient in the data;
   *     empty if there is neither
   * @throws ProblemException {@code INCORRECT} if the data is another patient's or not all there,
   *     {@code NOT_PROCESSABLE} if it may mean something else than it says, {@code NOT_FOUND} if
   *     nothing is known of the subject
   */
  static Optional<PatientRecord> read(Inputs inputs, PatientStore store) {
    List<Sent> sent = sent(inputs);
    Optional<String> id = inputs.text("subject").map(Subject::id).or(() -> onlyPatient(sent));
    if (id.isEmpty()) {
      if (!sent.isEmpty()) {
        throw Inputs.incorrect(
            "subject-missing", "Name the patient that the data is about.", "subject");
      }
      return Optional.empty();
    }
    PatientRecord.Builder record = PatientRecord.builder(id.get());
    Set<String> known = new HashSet<>();
    for (Sent each : sent) {
      record.add(each.resource(), each.place());
      known.add(name(each.resource()));
    }
    if (inputs.truth("useServerData").orElse(true)) {
      store
          .record(id.get())
          .ifPresent(
              stored -> {
                for (String type : stored.types()) {
                  for (ObjectNode resource : stored.resources(type)) {
                    if (!known.contains(name(resource))) {
                      record.add(resource, "store." + type);
                    }
                  }
                }
                stored.gaps().forEach(record::gap);
              });
    }
    PatientRecord built = record.build();
    if (built.size() == 0) {
      throw Problem.of(
              ProblemCategory.NOT_FOUND,
              "subject-unknown",
              "Nothing is known of this patient: send data, or name one that is kept here.",
              "subject")
          .asException();
    }
    return Optional.of(built);
  }

  private static String id(String reference) {
    String id = reference.startsWith("Patient/") ? reference.substring(8) : reference;
    if (!id.matches("[A-Za-z0-9\\-.]{1,64}")) {
      throw Inputs.incorrect("subject-form", "Give the subject as Patient/ and its id.", "subject");
    }
    return id;
  }

  private static Optional<String> onlyPatient(List<Sent> sent) {
    List<String> ids =
        sent.stream()
            .filter(each -> each.resource().path("resourceType").asText("").equals("Patient"))
            .map(each -> each.resource().path("id").asText(""))
            .filter(id -> !id.isEmpty())
            .distinct()
            .toList();
    return ids.size() == 1 ? Optional.of(ids.get(0)) : Optional.empty();
  }

  private static List<Sent> sent(Inputs inputs) {
    if (inputs.has("data") && inputs.has("prefetchData")) {
      throw Inputs.incorrect(
          "parameter-twice", "Send data or prefetchData, not both.", "prefetchData");
    }
    List<Sent> sent = new ArrayList<>();
    inputs.object("data").ifPresent(bundle -> add(bundle, "data", sent));
    for (Inputs prefetch : inputs.parts("prefetchData", PREFETCH_PARTS)) {
      prefetch.object("data").ifPresent(bundle -> add(bundle, "prefetchData", sent));
    }
    return sent;
  }

  private static void add(ObjectNode bundle, String place, List<Sent> sent) {
    if (!bundle.path("resourceType").asText("").equals("Bundle")) {
      // a prefetch of the patient is the resource itself
      sent.add(understood(bundle, place));
      return;
    }
    for (JsonNode link : bundle.path("link")) {
      if (link.path("relation").asText("").equals("next")) {
        throw incomplete("The Bundle has a next page. Send all of it.", place + ".link");
      }
    }
    int index = 0;
    int matches = 0;
    for (JsonNode entry : bundle.path("entry")) {
      String at = place + ".entry[" + index++ + "].resource";
      if (!(entry.path("resource") instanceof ObjectNode resource)) {
        throw Inputs.incorrect("resource-missing", "There has to be a FHIR resource here.", at);
      }
      if (!resource.path("resourceType").asText("").equals("OperationOutcome")) {
        sent.add(understood(resource, at));
        matches += entry.path("search").path("mode").asText("").equals("include") ? 0 : 1;
      } else if (reportsError(resource)) {
        throw incomplete("The Bundle says that something of it could not be had.", at);
      }
    }
    if (bundle.path("total").asLong(0) > matches) {
      throw incomplete(
          "The Bundle holds fewer resources than its total. Send all of it.", place + ".total");
    }
  }

  private static boolean reportsError(JsonNode outcome) {
    for (JsonNode issue : outcome.path("issue")) {
      if (!Set.of("warning", "information").contains(issue.path("severity").asText(""))) {
        return true;
      }
    }
    return false;
  }

  private static ProblemException incomplete(String text, String place) {
    return Inputs.incorrect("data-incomplete", text, place);
  }

  /** What is sent here has no gaps to tell of, so what can't be read is refused. */
  private static Sent understood(ObjectNode resource, String place) {
    if (!ElementCheck.check(resource, place)) {
      ModifierElements.requireNone(resource, place);
    }
    return new Sent(resource, place);
  }

  private static String name(ObjectNode resource) {
    return resource.path("resourceType").asText("") + "/" + resource.path("id").asText("");
  }
}
