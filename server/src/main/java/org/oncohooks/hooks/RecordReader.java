package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.ehr.EhrClient.Question;
import org.oncohooks.ehr.Fetched;
import org.oncohooks.ehr.StoreServer;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the patient's record for one call: prefetch first. Keys that were not sent or sent as null
 * are asked of the request's FHIR server if that one may be asked, else of this service's own
 * store, or of the FHIR server that stands in for it. What neither has is a gap. Of a searchset
 * that was sent with a next page, that FHIR server is asked for the other pages.
 *
 * <p>Where the caller or its FHIR server says that data could not be had in full, the store does
 * not stand in for it: a stored copy may be older than what could not be shown.
 */
final class RecordReader {

  private static final Logger LOG = LoggerFactory.getLogger(RecordReader.class);

  /** What a resource is refused with that is another patient's, or could be. */
  private static final Set<String> WHOSE =
      Set.of("other-patient", "other-server", "subject-unclear");

  private static final Set<String> MEDICATION = Set.of("Medication");

  /** Each is a question of its own. */
  private static final int MOST_MEDICATIONS = 50;

  private final Site site;
  private final Optional<PatientStore> store;
  private final EhrClient ehr;

  /** Asks the server of this call, and comes back with what there is, by the same keys. */
  private interface Asking {
    Map<String, Fetched> ask(Map<String, Question> questions);
  }

  /**
   * @param site says what its EHR is asked for
   * @param store empty = what is not sent is not looked for in it
   */
  RecordReader(Site site, Optional<PatientStore> store, EhrClient ehr) {
    this.site = site;
    this.store = store;
    this.ehr = ehr;
  }

  /**
   * @param fetches counts what is asked
   * @throws org.oncohooks.ProblemException {@code INCORRECT} with the place if prefetch holds what
   *     it may not, such as another patient's data, even where it is not used, {@code UNAVAILABLE}
   *     if the store is needed and can't be reached
   */
  PatientRecord read(
      Service service, HookRequest request, Waiting waiting, Deadline deadline, Fetches fetches) {
    String patientId = request.context().patientId();
    Optional<StoreServer> other =
        request.fhirServer().flatMap(ehr::base).isEmpty() && store.isPresent()
            ? ehr.store()
            : Optional.empty();
    Optional<String> home =
        request.fhirServer().or(() -> other.map(instead -> instead.base().toString()));
    PatientRecord.Builder record = PatientRecord.builder(patientId, home);
    Optional<URI> server = request.fhirServer().flatMap(ehr::base);
    Map<String, Question> questions = new TreeMap<>();
    SortedMap<String, DataGap.Reason> unsent = new TreeMap<>();
    PrefetchTemplates prefetch = site.prefetch(service, request.context().hook());
    SortedMap<String, Set<String>> typesOfKey = typesOfKey(prefetch);
    boolean asksServer = server.isPresent() || other.isPresent();
    typesOfKey.forEach(
        (key, types) -> {
          if (asksServer
              || Optional.ofNullable(request.prefetch().get(key))
                  .filter(v -> !v.isNull())
                  .isPresent()) {
            types.forEach(type -> tellPart(record, type));
          }
        });
    typesOfKey.forEach(
        (key, types) -> {
          JsonNode value = request.prefetch().get(key);
          if (value == null) {
            unsent.put(key, DataGap.Reason.NOT_SENT);
          } else if (value.isNull()) {
            unsent.put(key, DataGap.Reason.SENT_AS_NULL);
          } else {
            PrefetchValue read = PrefetchValue.read(value, types, "prefetch." + key);
            PatientRecord.Builder aside = PatientRecord.builder(patientId, home);
            read.unused().forEach(placed -> aside.add(placed.resource(), placed.place()));
            boolean searchset = value.path("type").asText("").equals("searchset");
            if (read.hasMorePages() && searchset && server.isPresent()) {
              questions.put(key, question(prefetch, key, request, Optional.of((ObjectNode) value)));
            } else {
              add(record, key, types, read);
            }
          }
        });
    if (server.isPresent() || other.isPresent()) {
      unsent.forEach(
          (key, reason) -> questions.put(key, question(prefetch, key, request, Optional.empty())));
    }
    Asking asking =
        asked -> {
          Map<String, Fetched> answers = new TreeMap<>();
          waiting.whileAway(
              () ->
                  answers.putAll(
                      server.isPresent()
                          ? ehr.fetch(server.get(), request.token(), patientId, asked, deadline)
                          : other
                              .orElseThrow()
                              .client()
                              .fetch(
                                  other.get().base(),
                                  Optional.empty(),
                                  patientId,
                                  asked,
                                  deadline)));
          fetches.count(
              server.or(() -> other.map(StoreServer::base)).orElseThrow(), answers.values());
          return answers;
        };
    if (!questions.isEmpty()) {
      asking
          .ask(questions)
          .forEach(
              (key, fetched) -> add(record, key, typesOfKey.get(key), fetched, patientId, home));
    }
    if (server.isPresent() || other.isPresent()) {
      addMedications(record, asking);
    }
    if (unsent.isEmpty() || server.isPresent() || other.isPresent()) {
      return record.build();
    }
    Optional<PatientRecord> stored = store.flatMap(own -> own.record(patientId));
    boolean refused = ehr.asksAny() && request.fhirServer().isPresent();
    unsent.forEach(
        (key, reason) ->
            typesOfKey
                .get(key)
                .forEach(
                    type ->
                        fill(
                            record,
                            key,
                            type,
                            refused ? DataGap.Reason.SERVER_NOT_ALLOWED : reason,
                            stored)));
    return record.build();
  }

  private void tellPart(PatientRecord.Builder record, String type) {
    List<String> searches = site.searches().getOrDefault(type, List.of());
    if (!searches.isEmpty()) {
      record.part(type, String.join(" or ", searches));
    }
  }

  private static Question question(
      PrefetchTemplates prefetch, String key, HookRequest request, Optional<ObjectNode> begun) {
    return new Question(FhirQuestion.of(prefetch.templates().get(key), request.context()), begun);
  }

  /**
   * What was fetched gets the checks of what is sent. What does not pass is a gap: it is not the
   * caller who is wrong.
   */
  private static void add(
      PatientRecord.Builder record,
      String key,
      Set<String> types,
      Fetched fetched,
      String patientId,
      Optional<String> home) {
    if (fetched instanceof Fetched.Nothing nothing) {
      types.forEach(type -> record.gap(new DataGap(type, key, nothing.reason())));
    } else if (fetched instanceof Fetched.Answer answer) {
      try {
        PrefetchValue value = PrefetchValue.read(answer.resource(), types, "fetched." + key);
        PatientRecord.Builder trial = PatientRecord.builder(patientId, home);
        value.resources().forEach(placed -> trial.add(placed.resource(), placed.place()));
        add(record, key, types, value);
      } catch (ProblemException e) {
        boolean whose = WHOSE.contains(e.problem().code());
        LOG.error(
            "not usable, as fetched: {} {} {}", key, e.problem().code(), e.problem().places());
        types.forEach(
            type ->
                record.gap(
                    new DataGap(
                        type,
                        key,
                        whose
                            ? DataGap.Reason.FETCHED_OF_OTHER_PATIENT
                            : DataGap.Reason.FETCHED_INVALID)));
      }
    }
  }

  /**
   * Medicines that orders and statements only refer to, read one by one: templates can't ask for
   * them. One that does not come, or not as it should, stays a reference that nobody can follow,
   * and the content tells of it.
   */
  private static void addMedications(PatientRecord.Builder record, Asking asking) {
    Map<String, Question> questions = new TreeMap<>();
    record.missingMedications().stream()
        .limit(MOST_MEDICATIONS)
        .map(id -> "Medication/" + id)
        .forEach(read -> questions.put(read, Question.of(read)));
    if (questions.isEmpty()) {
      return;
    }
    asking
        .ask(questions)
        .forEach(
            (read, fetched) -> {
              if (fetched instanceof Fetched.Answer answer) {
                try {
                  PrefetchValue.read(answer.resource(), MEDICATION, "fetched." + read)
                      .resources()
                      .stream()
                      .filter(
                          placed ->
                              read.equals("Medication/" + placed.resource().path("id").asText()))
                      .forEach(placed -> record.add(placed.resource(), placed.place()));
                } catch (ProblemException e) {
                  LOG.error(
                      "not usable, as fetched: {} {} {}",
                      read,
                      e.problem().code(),
                      e.problem().places());
                }
              }
            });
  }

  /** The first gap of a type is the one that is told. */
  private static void add(
      PatientRecord.Builder record, String key, Set<String> types, PrefetchValue value) {
    value.resources().forEach(placed -> record.add(placed.resource(), placed.place()));
    value.gaps().forEach((type, reason) -> record.gap(new DataGap(type, key, reason)));
    if (types.contains("Patient") && value.resources().isEmpty()) {
      record.gap(new DataGap("Patient", key, DataGap.Reason.SENT_WITHOUT_PATIENT));
    }
  }

  private static void fill(
      PatientRecord.Builder record,
      String key,
      String type,
      DataGap.Reason reason,
      Optional<PatientRecord> stored) {
    if (stored.isEmpty()) {
      record.gap(new DataGap(type, key, reason));
      return;
    }
    int index = 0;
    for (ObjectNode resource : stored.get().resources(type)) {
      record.add(resource, "store." + type + "[" + index++ + "]");
    }
    stored.get().gap(type).ifPresent(record::gap);
  }

  private static SortedMap<String, Set<String>> typesOfKey(PrefetchTemplates prefetch) {
    SortedMap<String, Set<String>> types = new TreeMap<>();
    prefetch.typeOfKey().forEach((key, type) -> types.put(key, Set.of(type)));
    return types;
  }
}
