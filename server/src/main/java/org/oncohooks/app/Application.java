package org.oncohooks.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CompiledCqlCache;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.fhirapi.FhirApi;
import org.oncohooks.fhirapi.ProblemAnswers;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.hooks.HookAnswer;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.Site;
import org.oncohooks.http.Call;
import org.oncohooks.http.HttpServer;
import org.oncohooks.http.HttpSettings;
import org.oncohooks.http.Mount;
import org.oncohooks.http.Refusal;
import org.oncohooks.http.Route;
import org.oncohooks.knowledge.Indicator;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.ledger.FeedbackReceipt;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.records.CodeSet;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SamplePatients;
import org.oncohooks.security.Door;
import org.oncohooks.workbench.Workbench;

/** The whole service: every part made once, wired by constructors, started and stopped. */
final class Application implements AutoCloseable {

  private final HttpServer server;
  private final Parts parts;

  private Application(HttpServer server, Parts parts) {
    this.server = server;
    this.parts = parts;
  }

  /**
   * @param clock gives the evaluation instant of calls and the time of writes
   * @param out gets what a person who starts the service wants to know
   * @param err gets findings about content and patients
   * @throws org.oncohooks.ProblemException if the content does not check, the database can't be
   *     opened or the address can't be listened on
   */
  static Application start(
      ServeOptions options, InstantSource clock, PrintWriter out, PrintWriter err) {
    Knowledge knowledge = knowledge(options, err);
    Site site = SiteSettings.of(options.site(), knowledge);
    Parts parts = Parts.open(options, knowledge, site, clock, err);
    try {
      options
          .patients()
          .ifPresent(folder -> SamplePatients.load(folder, parts.store()).forEach(err::println));
      err.flush();
      return start(options, parts, clock, out);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private static Application start(
      ServeOptions options, Parts parts, InstantSource clock, PrintWriter out) {
    HttpServer server =
        new HttpServer(
            HttpSettings.of(options.host(), options.port()),
            routes(parts, hooks(options, parts, clock, parts.ledger())),
            List.of(
                fhir(options, clock, parts.knowledge(), parts.store())
                    .behind(parts.access().fhir())),
            options.origins(),
            hasWorkbench(options, parts) ? new Workbench()::at : path -> Optional.empty());
    server.start();
    // the calls that it tries are nobody's
    Map<String, CdsHooks> rehearsal = hooks(options, parts, clock, Ledger.inMemory(clock));
    new Greeting(options, parts.knowledge(), parts.store(), rehearsal, parts.access())
        .print(server.port(), out);
    return new Application(server, parts);
  }

  /** It sets what only development mode takes, and a browser has no tenant's token. */
  private static boolean hasWorkbench(ServeOptions options, Parts parts) {
    return options.mode() == Mode.DEVELOPMENT && parts.access().isOpen();
  }

  /** The hooks as each caller sees them, by its name. */
  private static Map<String, CdsHooks> hooks(
      ServeOptions options, Parts parts, InstantSource clock, Ledger ledger) {
    Map<String, CdsHooks> hooks = new LinkedHashMap<>();
    parts
        .access()
        .sites()
        .forEach(
            (caller, site) ->
                hooks.put(
                    caller,
                    new CdsHooks(
                        parts::knowledge,
                        parts.store(),
                        parts.access().ehr(caller),
                        parts.engine(),
                        options.mode(),
                        clock,
                        options.zone(),
                        site,
                        ledger)));
    return hooks;
  }

  private static Knowledge knowledge(ServeOptions options, PrintWriter err) {
    Loaded loaded =
        KnowledgeLoader.load(options.content(), options.cache().map(CompiledCqlCache::new));
    loaded.findings().forEach(err::println);
    err.flush();
    return loaded
        .knowledge()
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCategory.FAULT,
                        "content-does-not-check",
                        "The content does not check, so nothing is served. Mend the findings above.")
                    .asException());
  }

  /**
   * @param hooks by the name of the caller
   */
  private static List<Route> routes(Parts parts, Map<String, CdsHooks> hooks) {
    Knowledge knowledge = parts.knowledge();
    Door door = parts.access().hooks();
    return List.of(
        Route.get("/cds-services", call -> hooks.get(call.caller().name()).discovery())
            .behind(door),
        Route.post(
                "/cds-services/{id}",
                call -> answer(knowledge, hooks.get(call.caller().name()), call))
            .behind(door),
        Route.post(
                "/cds-services/{id}/feedback",
                call -> feedback(knowledge, hooks.get(call.caller().name()), call))
            .behind(door),
        Route.get("/openapi.yaml", "application/yaml", call -> Description.openApi()),
        Route.get("/health/live", call -> json("{\"status\":\"live\"}")),
        Route.get("/health/ready", call -> ready(parts)));
  }

  private static byte[] ready(Parts parts) {
    parts.patients().requireReady();
    if (!parts.ledger().isRecording()) {
      throw notReady(
          "Calls and feedback can't be recorded; "
              + parts.ledger().missed()
              + " calls were not since the service started.",
          "ledger");
    }
    List<Recommendation> leftOut = parts.engine().quarantined(parts.knowledge());
    String ids = leftOut.stream().map(Recommendation::id).collect(Collectors.joining(", "));
    if (leftOut.stream().anyMatch(rule -> rule.indicator() == Indicator.CRITICAL)) {
      throw notReady("Recommendations that took too much computing are left out: " + ids, ids);
    }
    ObjectNode ready = JsonNodeFactory.instance.objectNode().put("status", "ready");
    leftOut.forEach(rule -> ready.withArray("quarantined").add(rule.id()));
    return json(ready.toString());
  }

  private static ProblemException notReady(String text, String place) {
    return Problem.of(ProblemCategory.UNAVAILABLE, "not-ready", text, place).asException();
  }

  private static Mount fhir(
      ServeOptions options, InstantSource clock, Knowledge knowledge, PatientStore store) {
    return new Mount(
        "/fhir",
        own ->
            new FhirApi(
                store,
                knowledge::resources,
                url -> codeSet(knowledge, url),
                problem -> {
                  Refusal refusal = Refusal.of(problem);
                  return new ProblemAnswers.Answer(refusal.status(), refusal.json());
                },
                clock,
                options.zone(),
                Version.text(),
                options.baseUrl().map(url -> url + "/fhir").orElse(own)),
        FhirApi::maxBody);
  }

  private static Optional<CodeSet> codeSet(Knowledge knowledge, String url) {
    ValueSets valueSets = knowledge.program().valueSets();
    return valueSets.urls().contains(url)
        ? Optional.of((system, code) -> valueSets.contains(url, system, code))
        : Optional.empty();
  }

  private static byte[] answer(Knowledge knowledge, CdsHooks hooks, Call call) {
    String id = service(knowledge, call);
    HookAnswer answer = hooks.answer(id, call.body(), call::whileAway, call.deadline());
    call.workedElsewhere(answer.cpu());
    call.note("cards", answer.cards());
    call.note("applies", answer.applies());
    if (answer.suppressed() > 0) {
      call.note("suppressed", answer.suppressed());
    }
    call.note("notEvaluated", answer.notEvaluated());
    call.note("resources", answer.resources());
    return answer.json();
  }

  private static byte[] feedback(Knowledge knowledge, CdsHooks hooks, Call call) {
    String id = service(knowledge, call);
    FeedbackReceipt receipt = hooks.feedback(id, call.body(), call.deadline());
    call.note("stored", receipt.stored());
    call.note("repeated", receipt.repeated());
    call.note("unknown", receipt.unknown());
    return json("{}");
  }

  /** An unknown id is whatever the caller wrote; only ids of the content go into the log. */
  private static String service(Knowledge knowledge, Call call) {
    String id = call.variable("id");
    knowledge.service(id).ifPresent(service -> call.note("service", service.id()));
    return id;
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    try {
      server.close();
    } finally {
      parts.close();
    }
  }
}
