package org.oncohooks.hooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.oncohooks.Deadline;
import org.oncohooks.Monitor;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.decision.Answer;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.decision.NothingEvaluated;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Question;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.explain.Explanation;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.FeedbackReceipt;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The CDS Hooks service: discovery, and a hook call from bytes to bytes. Thread-safe. */
public final class CdsHooks {

  private static final Logger LOG = LoggerFactory.getLogger(CdsHooks.class);

  /** Kept of a call's time for what follows its evaluation: cards, ledger, answer. */
  private static final Duration KEPT = Duration.ofMillis(200);

  private static final ObjectWriter JSON = JsonMapper.builder().build().writer();

  private final Supplier<Knowledge> knowledge;
  private final GuardedEngine engine;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Site site;
  private final Ledger ledger;
  private final CallLedger calls;
  private final Monitor monitor;
  private final HookCodec codec;
  private final RecordReader records;
  private final CardRenderer renderer;
  private final Supplier<String> uuids;

  /**
   * @param knowledge the current content; asked once a call
   * @param store where patients are whose data a caller does not send
   * @param ehr asks the EHR's FHIR server for what a caller does not send
   * @param engine decides
   * @param mode what a request may set
   * @param clock read once a call, when it arrives
   * @param zone in which a calendar day of the clock begins and ends
   * @param site what the callers that this serves decide about the content
   * @param ledger gets every call that names a patient, and all feedback
   */
  public CdsHooks(
      Supplier<Knowledge> knowledge,
      PatientStore store,
      EhrClient ehr,
      GuardedEngine engine,
      Mode mode,
      InstantSource clock,
      ZoneId zone,
      Site site,
      Ledger ledger) {
    this(knowledge, store, ehr, engine, mode, clock, zone, site, ledger, Monitor.none());
  }

  /**
   * @param monitor is told how long evaluation and ledger take
   */
  public CdsHooks(
      Supplier<Knowledge> knowledge,
      PatientStore store,
      EhrClient ehr,
      GuardedEngine engine,
      Mode mode,
      InstantSource clock,
      ZoneId zone,
      Site site,
      Ledger ledger,
      Monitor monitor) {
    this.monitor = monitor;
    this.knowledge = knowledge;
    this.engine = engine;
    this.clock = clock;
    this.zone = zone;
    this.codec = new HookCodec(mode);
    this.records =
        new RecordReader(site, site.readsStore() ? Optional.of(store) : Optional.empty(), ehr);
    this.uuids = () -> UUID.randomUUID().toString();
    this.renderer = new CardRenderer(uuids, new Links(site.linkHosts()), site.systemActions());
    this.site = site;
    this.ledger = ledger;
    this.calls = new CallLedger(ledger, site, monitor);
  }

  /** The discovery answer, as JSON in UTF-8. */
  public byte[] discovery() {
    return bytes(Discovery.of(services(), site));
  }

  /** The services that are offered here, by id. */
  public List<Service> services() {
    return knowledge.get().services().stream().filter(this::isOffered).toList();
  }

  private boolean isOffered(Service service) {
    return site.offers(service.id(), service.offByDefault());
  }

  /**
   * @param serviceId path segment of the service
   * @param body the request as it came
   * @param deadline when the answer is due
   * @throws ProblemException {@code NOT_FOUND} for an unknown service, {@code INCORRECT} with the
   *     place for a request that can't be understood, {@code DATA_MISSING} naming the prefetch
   *     keys, {@code TIMED_OUT} or {@code FAULT} if no recommendation could be evaluated
   */
  public HookAnswer answer(String serviceId, byte[] body, Deadline deadline) {
    return answer(serviceId, body, Waiting.here(), deadline);
  }

  /**
   * As {@link #answer(String, byte[], Deadline)}.
   *
   * @param waiting how to wait for an EHR's FHIR server
   */
  public HookAnswer answer(String serviceId, byte[] body, Waiting waiting, Deadline deadline) {
    ZonedDateTime arrival = clock.instant().atZone(zone);
    Knowledge snapshot = knowledge.get();
    Service service =
        snapshot.service(serviceId).filter(this::isOffered).orElseThrow(CdsHooks::unknownService);
    HookRequest request = codec.decode(body, service.hooks());
    ZonedDateTime evaluatedAt = request.evaluationTime().orElse(arrival);
    CallLedger.Entered call =
        calls.enter(
            service,
            request,
            snapshot.version(),
            arrival.toInstant(),
            evaluatedAt.toInstant(),
            deadline);
    Prepared answer;
    try {
      answer = prepare(snapshot, service, request, evaluatedAt, call, waiting, deadline);
    } catch (ProblemException e) {
      call.refused(e.problem(), clock.instant());
      throw e;
    }
    Decision decision = answer.decision();
    ObjectNode response = answer.response();
    call.answered(decision, response, clock.instant());
    dialect(request).spell(response);
    return new HookAnswer(
        bytes(response),
        response.path("cards").size(),
        decision.superseded().size() + (decision.speaking().isPresent() ? 1 : 0),
        decision.suppressed().size(),
        decision.notEvaluated().size(),
        answer.record().size(),
        answer.cpu());
  }

  /**
   * What a call is evaluated on: the same that {@link #answer} reads in it.
   *
   * @param settings what the site and the request set, by name
   */
  public record Reading(
      Service service,
      HookContext context,
      PatientRecord record,
      ZonedDateTime evaluatedAt,
      Map<String, JsonNode> settings) {}

  /**
   * Reads a request and answers nothing.
   *
   * @param serviceId path segment of the service
   * @param body the request as it came
   * @throws ProblemException as {@link #answer}, but for what an evaluation meets
   */
  public Reading read(String serviceId, byte[] body, Deadline deadline) {
    ZonedDateTime arrival = clock.instant().atZone(zone);
    Service service =
        knowledge
            .get()
            .service(serviceId)
            .filter(this::isOffered)
            .orElseThrow(CdsHooks::unknownService);
    HookRequest request = codec.decode(body, service.hooks());
    return new Reading(
        service,
        request.context(),
        records.read(service, request, Waiting.here(), deadline, new Fetches()),
        request.evaluationTime().orElse(arrival),
        settings(request));
  }

  private Map<String, JsonNode> settings(HookRequest request) {
    Map<String, JsonNode> settings = new HashMap<>(site.settings());
    settings.putAll(request.parameters());
    return settings;
  }

  private DialectWriter dialect(HookRequest request) {
    return new DialectWriter(request.dialect().orElse(site.dialect()), uuids);
  }

  private record Prepared(
      Decision decision, ObjectNode response, PatientRecord record, Duration cpu) {}

  private Prepared prepare(
      Knowledge snapshot,
      Service service,
      HookRequest request,
      ZonedDateTime evaluatedAt,
      CallLedger.Entered call,
      Waiting waiting,
      Deadline deadline) {
    PatientRecord record = records.read(service, request, waiting, deadline, call.fetches());
    Map<String, JsonNode> settings = settings(request);
    Optional<CqlTrace> trace =
        request.explain() ? Optional.of(new CqlTrace(snapshot.program())) : Optional.empty();
    List<Answer> answers = call.answers();
    GuardedEngine.Guarded decided;
    try (Monitor.Step step = monitor.begin("evaluation", "service", service.id())) {
      decided =
          engine.decide(
              new Question(
                  trace.map(snapshot::recording).orElse(snapshot),
                  service,
                  site.tenant(),
                  request.context(),
                  record,
                  evaluatedAt,
                  settings,
                  answers,
                  deadline.minus(KEPT)));
      if (!decided.decision().notEvaluated().isEmpty()) {
        step.ended("in-part");
      }
    }
    Decision decision = decided.decision();
    tellTheOperator(decision);
    Optional<Problem> nothing = NothingEvaluated.in(decision, record, site.readsStore());
    if (nothing.isPresent()) {
      Problem told = withUnreadKeys(nothing.get(), service, request);
      throw (request.explain() ? NothingEvaluated.explained(told, decision) : told).asException();
    }
    ObjectNode response = renderer.response(decision, request.context());
    dialect(request).offer(response);
    ObjectNode extension = (ObjectNode) response.get("extension");
    Map<String, JsonNode> changed = snapshot.program().changed(settings);
    if (!changed.isEmpty()) {
      extension.putObject(HookCodec.PARAMETERS).setAll(changed);
    }
    trace.ifPresent(
        t ->
            extension.set(
                HookCodec.EXPLAIN,
                Explanation.of(decision, request.context().hook(), snapshot, t)));
    return new Prepared(decision, response, record, decided.cpu());
  }

  /**
   * Keeps what clinicians did with cards (CDS Hooks 2.0, feedback): all of a batch or none of it,
   * and each entry once however often it is sent. An entry on a card that the ledger does not know
   * is kept and marked.
   *
   * @param serviceId path segment of the service; also one that is off, since feedback may be late
   * @param body the request as it came
   * @throws ProblemException {@code NOT_FOUND} for an unknown service, {@code INCORRECT} with the
   *     place for a batch that can't be understood, {@code UNAVAILABLE} if it is not known to be
   *     stored
   */
  public FeedbackReceipt feedback(String serviceId, byte[] body, Deadline deadline) {
    Service service = knowledge.get().service(serviceId).orElseThrow(CdsHooks::unknownService);
    List<Entry.Feedback> feedback = FeedbackCodec.decode(body, site.tenant(), service.id());
    return feedback.isEmpty()
        ? new FeedbackReceipt(0, 0, 0)
        : ledger.record(feedback, deadline.remaining());
  }

  /** A rule that fails is the operator's to mend; a problem's text holds no patient data. */
  private static void tellTheOperator(Decision decision) {
    for (Outcome.NotEvaluated outcome : decision.notEvaluated()) {
      Problem problem = outcome.problem();
      if (problem.category() == ProblemCategory.FAULT
          || problem.category() == ProblemCategory.TIMED_OUT) {
        LOG.error(
            "not evaluated: {} {}: {}",
            outcome.recommendation().canonical(),
            problem.code(),
            problem.text());
      }
    }
  }

  /** Where data is missing, a key that was sent under another name is likely why. */
  private Problem withUnreadKeys(Problem problem, Service service, HookRequest request) {
    Set<String> keys = site.prefetch(service, request.context().hook()).templates().keySet();
    long unread = request.prefetch().keySet().stream().filter(key -> !keys.contains(key)).count();
    return problem.category() != ProblemCategory.DATA_MISSING || unread == 0
        ? problem
        : new Problem(
            problem.category(),
            problem.code(),
            problem.text()
                + (unread == 1 ? " 1 key was" : " " + unread + " keys were")
                + " sent that this service does not read; it reads "
                + String.join(", ", new TreeSet<>(keys))
                + ".",
            problem.places());
  }

  private static ProblemException unknownService() {
    return Problem.of(
            ProblemCategory.NOT_FOUND,
            "service-unknown",
            "There is no such service; GET /cds-services lists them.")
        .asException();
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree is always JSON", e);
    }
  }
}
