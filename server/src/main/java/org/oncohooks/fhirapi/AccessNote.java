package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.operations.FhirOperations;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceVersion;
import org.oncohooks.records.StoredResource;
import org.oncohooks.records.StoredTypes;
import org.oncohooks.records.Write;
import org.oncohooks.security.Caller;

/**
 * What one request does, told to the {@link AccessLog} before its answer leaves: once, and a second
 * time if a change that was told beforehand then failed. Requests that are about no patient are not
 * told: metadata, and what only asks for the content.
 */
final class AccessNote {

  /** Header of an answer that is on no record. */
  static final String UNRECORDED = "X-Unrecorded";

  private static final String ATTRIBUTE = AccessNote.class.getName();
  private static final AccessNote NONE = new AccessNote();

  /** What an interaction of HTTP is in FHIR's words. */
  private record Interaction(String code, Optional<String> operation) {
    Interaction(String code) {
      this(code, Optional.empty());
    }
  }

  private static final Map<String, String> CHANGES =
      Map.of("POST", "create", "PUT", "update", "DELETE", "delete");

  private final AccessLog log;
  private final Optional<PatientStore> store;
  private final Caller caller;
  private final Interaction interaction;
  private final String type;
  private final Optional<String> id;
  private final Optional<HttpServletResponse> response;
  private final Set<String> patients = new TreeSet<>();
  private boolean told;

  /**
   * Whether the request was refused since it could not be recorded, which can't be recorded either.
   */
  private boolean untellable;

  private AccessNote() {
    this(
        AccessLog.none(),
        Optional.empty(),
        Caller.anyone(),
        new Interaction(""),
        List.of(),
        Optional.empty());
    told = true;
  }

  private AccessNote(
      AccessLog log,
      Optional<PatientStore> store,
      Caller caller,
      Interaction interaction,
      List<String> path,
      Optional<HttpServletResponse> response) {
    this.log = log;
    this.store = store;
    this.caller = caller;
    this.interaction = interaction;
    this.type = path.stream().findFirst().filter(FhirApi.PLACES::contains).orElse("");
    this.id =
        path.stream().skip(1).findFirst().filter(i -> !i.startsWith("_") && !i.startsWith("$"));
    this.response = response;
    id.filter(named -> type.equals("Patient")).ifPresent(patients::add);
  }

  /**
   * Begins the note of a request, and lays it beside it for those who come to know more.
   *
   * @param path the segments below the base
   */
  static AccessNote begin(
      AccessLog log,
      PatientStore store,
      HttpServletRequest request,
      HttpServletResponse response,
      List<String> path) {
    AccessNote note =
        interaction(request.getMethod(), path)
            .map(
                what ->
                    new AccessNote(
                        log,
                        Optional.of(store),
                        caller(request),
                        what,
                        path,
                        Optional.of(response)))
            .orElse(NONE);
    request.setAttribute(ATTRIBUTE, note);
    return note;
  }

  /** The note of a request; one that tells nothing if there is nothing to tell. */
  static AccessNote of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof AccessNote note ? note : NONE;
  }

  private static Caller caller(HttpServletRequest request) {
    return request.getAttribute(Caller.class.getName()) instanceof Caller known
        ? known
        : Caller.anyone();
  }

  private static Optional<Interaction> interaction(String method, List<String> path) {
    if (OperationEndpoint.serves(method, path)) {
      String name = path.get(path.size() - 1);
      return FhirOperations.isOnKnowledge(path.get(0), name.substring(1))
          ? Optional.empty()
          : Optional.of(
              new Interaction(
                  "operation",
                  Optional.of(name).filter(n -> FhirOperations.isKnown(n.substring(1)))));
    }
    if (WriteEndpoint.writes(method, path)) {
      boolean bundle = method.equals("POST") && path.isEmpty();
      return Optional.of(new Interaction(bundle ? "transaction" : CHANGES.get(method)));
    }
    String type = path.isEmpty() ? "" : path.get(0);
    if (StoredTypes.named(type).isEmpty() && !type.equals(AuditShelf.TYPE.type())) {
      return Optional.empty();
    }
    String last = path.get(path.size() - 1);
    if (path.size() == 1 || last.equals("_search")) {
      return Optional.of(new Interaction("search-type"));
    }
    if (last.equals(InstanceEndpoint.EVERYTHING)) {
      return Optional.of(new Interaction("operation", Optional.of(last)));
    }
    if (last.equals(InstanceEndpoint.HISTORY)) {
      return Optional.of(new Interaction("history-instance"));
    }
    return Optional.of(new Interaction(path.size() > 2 ? "vread" : "read"));
  }

  /** Whom it is about. */
  void about(Collection<String> ids) {
    if (this != NONE) {
      patients.addAll(ids);
    }
  }

  /** Whom a resource is about. */
  void about(ObjectNode resource) {
    about(StoredTypes.patientOf(resource).stream().toList());
  }

  /**
   * Data is about to be answered.
   *
   * @param entries how many resources
   * @param parameters names of search parameters
   * @throws ProblemException {@code UNAVAILABLE} if it must not be, since it is on no record
   */
  void answering(int entries, Collection<String> parameters) {
    if (told) {
      return;
    }
    untellable = true;
    boolean recorded =
        log.record(access(interaction.code(), id, entries, parameters, Optional.empty()));
    untellable = false;
    told = true;
    if (!recorded) {
      response.ifPresent(answer -> answer.setHeader(UNRECORDED, "true"));
    }
  }

  /**
   * Resources are about to change, all or none.
   *
   * @param found what is there already and is therefore not made; the answer tells of it
   * @throws ProblemException {@code UNAVAILABLE} if they must not, since it is on no record
   */
  void changing(List<Write> writes, List<StoredResource> found) {
    if (told) {
      return; // another attempt at the same
    }
    writes.forEach(this::about);
    found.forEach(there -> about(there.json()));
    Optional<String> made =
        interaction.code().equals("create")
            ? Stream.concat(writes.stream().map(Write::id), found.stream().map(ResourceVersion::id))
                .findFirst()
            : id;
    untellable = true;
    log.record(access(interaction.code(), made, writes.size(), List.of(), Optional.empty()));
    untellable = false;
    told = true;
  }

  /** As {@link #changing}, for one entry of a batch, which is a change of its own. */
  void changingOneOfABatch(List<Write> writes, List<StoredResource> found) {
    for (StoredResource there : found) {
      oneOfABatch("create", there.type(), there.id()).changing(List.of(), List.of(there));
    }
    for (Write write : writes) {
      oneOfABatch(write instanceof Write.Delete ? "delete" : "update", write.type(), write.id())
          .changing(List.of(write), List.of());
    }
  }

  private AccessNote oneOfABatch(String code, String type, String id) {
    return new AccessNote(log, store, caller, new Interaction(code), List.of(type, id), response);
  }

  /** After a batch of which some entries were refused. */
  void refusedOfABatch(List<Problem> refused) {
    refused.stream().findFirst().ifPresent(first -> tell("batch", refused.size(), first));
  }

  /** What was there counts as well: it may have been another patient's. */
  private void about(Write write) {
    if (write instanceof Write.Put put) {
      about(put.resource());
    }
    if (write.type().equals("Patient")) {
      about(List.of(write.id()));
    } else {
      store
          .flatMap(there -> there.read(write.type(), write.id()))
          .filter(StoredResource.class::isInstance)
          .ifPresent(there -> about(((StoredResource) there).json()));
    }
  }

  /** Nothing is answered or changed; the caller is told why either way. */
  void refused(Problem problem) {
    boolean change =
        interaction.code().equals("transaction") || CHANGES.containsValue(interaction.code());
    if (told && !change || untellable || this == NONE) {
      return;
    }
    told = true;
    tell(interaction.code(), 0, problem);
  }

  private void tell(String code, int entries, Problem problem) {
    try {
      log.record(access(code, id, entries, List.of(), Optional.of(problem)));
    } catch (ProblemException e) {
      // counted by who keeps the records
    }
  }

  private FhirAccess access(
      String code,
      Optional<String> which,
      int entries,
      Collection<String> parameters,
      Optional<Problem> problem) {
    return new FhirAccess(
        caller,
        code,
        interaction.operation(),
        type,
        which,
        patients,
        entries,
        parameters.stream().sorted().toList(),
        problem,
        response.map(answer -> answer.getHeader("X-Request-Id")));
  }
}
