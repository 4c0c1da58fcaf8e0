package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.oncohooks.Monitor;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.fhirapi.FhirApi;
import org.oncohooks.fhirapi.ProblemAnswers;
import org.oncohooks.fhirapi.ProfileChecks;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.hooks.HookAnswer;
import org.oncohooks.hooks.Mode;
import org.oncohooks.http.Call;
import org.oncohooks.http.HttpServer;
import org.oncohooks.http.HttpSettings;
import org.oncohooks.http.Mount;
import org.oncohooks.http.Refusal;
import org.oncohooks.http.Route;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.ledger.FeedbackReceipt;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.operations.FhirOperations;
import org.oncohooks.records.CodeSet;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceCheck;
import org.oncohooks.records.SamplePatients;
import org.oncohooks.security.Door;
import org.oncohooks.telemetry.Telemetry;
import org.oncohooks.workbench.Workbench;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service: every part made once, wired by constructors, started and stopped. */
final class Application implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Application.class);

  /** So many entries of feedback cost a tenant as much of its rate as one call. */
  private static final int ENTRIES_OF_A_CALL = 10;

  private final HttpServer server;
  private final Optional<HttpServer> admin;
  private final Parts parts;
  private final ContentReload reload;
  private final ContentLoader loader;
  private final CaseRuns cases;
  private final Telemetry telemetry;

  private Application(
      HttpServer server,
      Optional<HttpServer> admin,
      Parts parts,
      ContentReload reload,
      ContentLoader loader,
      CaseRuns cases,
      Telemetry telemetry) {
    this.server = server;
    this.admin = admin;
    this.parts = parts;
    this.reload = reload;
    this.loader = loader;
    this.cases = cases;
    this.telemetry = telemetry;
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
    ContentLoader loader = new ContentLoader(options.content(), options.cache());
    Knowledge knowledge = knowledge(loader, err);
    Telemetry telemetry = new Telemetry(Version.text(), options.operations().collector());
    Parts parts = null;
    try {
      parts = Parts.open(options, knowledge, loader, clock, telemetry, err);
      PatientStore store = parts.store();
      options
          .patients()
          .ifPresent(folder -> SamplePatients.load(folder, store).forEach(err::println));
      err.flush();
      return start(options, loader, parts, clock, telemetry, out);
    } catch (RuntimeException e) {
      if (parts != null) {
        parts.close();
      }
      telemetry.close();
      throw e;
    }
  }

  private static Application start(
      ServeOptions options,
      ContentLoader loader,
      Parts parts,
      InstantSource clock,
      Telemetry telemetry,
      PrintWriter out) {
    ContentReload reload = new ContentReload(parts.content(), parts.ledger());
    OperatorRoutes operators = new OperatorRoutes(parts, reload, telemetry.metrics());
    Operations operations = options.operations();
    CaseRuns cases = new CaseRuns(options.content().resolve("cql/tests"), parts.content(), clock);
    List<Route> routes =
        new ArrayList<>(routes(parts, hooks(options, parts, clock, parts.ledger(), telemetry)));
    routes.addAll(operators.health());
    if (options.mode() == Mode.DEVELOPMENT && parts.access().isOpen()) {
      routes.add(
          Route.get("/dev/content", call -> ContentStatus.of(parts.content(), cases)).quietly());
      routes.add(Route.get("/dev/cases", call -> cases.results()).quietly());
      routes.add(Route.post("/dev/cases", call -> cases.start(call.body())));
    }
    if (operations.admin().isEmpty() && parts.access().isOpen()) {
      routes.addAll(operators.watching());
    }
    HttpServer server =
        new HttpServer(
            HttpSettings.of(options.host(), options.port()),
            routes,
            List.of(
                fhir(options, clock, parts)
                    .behind(Accesses.told(parts.access().fhir(), "/fhir", parts.refusals()))),
            options.origins(),
            hasWorkbench(options, parts) ? new Workbench()::at : path -> Optional.empty(),
            operations.tls(),
            telemetry);
    server
        .certificateEnd()
        .ifPresent(
            end ->
                telemetry
                    .metrics()
                    .gauge(
                        "tls.certificate.end.seconds",
                        "when the TLS certificate in use ends, in seconds since 1970",
                        Map.of(),
                        () -> server.certificateEnd().orElse(end).getEpochSecond()));
    Optional<HttpServer> admin = operations.admin().map(listen -> admin(listen, operators));
    server.start();
    try {
      admin.ifPresent(HttpServer::start);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    // the calls that it tries are nobody's
    Map<String, CdsHooks> rehearsal =
        hooks(options, parts, clock, Ledger.inMemory(clock), Monitor.none());
    new Greeting(options, parts.content().get(), parts.store(), rehearsal, parts.access())
        .print(server.port(), admin.map(HttpServer::port), out);
    return new Application(server, admin, parts, reload, loader, cases, telemetry);
  }

  private static HttpServer admin(Operations.Listen listen, OperatorRoutes operators) {
    List<Route> routes = new ArrayList<>(operators.health());
    routes.addAll(operators.watching());
    routes.addAll(operators.acting());
    return new HttpServer(HttpSettings.small(listen.host(), listen.port()), routes, List.of());
  }

  /** It sets what only development mode takes, and a browser has no tenant's token. */
  private static boolean hasWorkbench(ServeOptions options, Parts parts) {
    return options.mode() == Mode.DEVELOPMENT && parts.access().isOpen();
  }

  /** The hooks as each caller sees them, by its name. */
  private static Map<String, CdsHooks> hooks(
      ServeOptions options, Parts parts, InstantSource clock, Ledger ledger, Monitor monitor) {
    Map<String, CdsHooks> hooks = new LinkedHashMap<>();
    parts
        .access()
        .sites()
        .forEach(
            (caller, site) ->
                hooks.put(
                    caller,
                    new CdsHooks(
                        parts.content(),
                        parts.store(),
                        parts.access().ehr(caller),
                        parts.engine(),
                        options.mode(),
                        clock,
                        options.zone(),
                        site,
                        ledger,
                        monitor)));
    return hooks;
  }

  private static Knowledge knowledge(Supplier<Loaded> loader, PrintWriter err) {
    Loaded loaded = loader.get();
    loaded.findings().forEach(err::println);
    err.flush();
    return loaded
        .knowledge()
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCategory.FAULT,
                        "content-does-not-check",
                        "The content does not check, so nothing is served. Mend the findings"
                            + " above.")
                    .asException());
  }

  /**
   * @param hooks by the name of the caller
   */
  private static List<Route> routes(Parts parts, Map<String, CdsHooks> hooks) {
    Supplier<Knowledge> knowledge = parts.content();
    Door door = Accesses.told(parts.access().hooks(), "/cds-services", parts.refusals());
    return List.of(
        Route.get("/cds-services", call -> hooks.get(call.caller().name()).discovery())
            .behind(door),
        Route.post(
                "/cds-services/{id}",
                call -> answer(knowledge, hooks.get(call.caller().name()), call))
            .behind(door),
        Route.post(
                "/cds-services/{id}/feedback",
                call -> feedback(knowledge, hooks.get(call.caller().name()), call, door))
            .behind(door),
        Route.get("/openapi.yaml", "application/yaml", call -> Description.openApi()));
  }

  private static Mount fhir(ServeOptions options, InstantSource clock, Parts parts) {
    Supplier<Knowledge> knowledge = parts.content();
    FhirOperations operations =
        new FhirOperations(
            knowledge,
            parts.store(),
            parts.engine(),
            SiteSettings.of(options.site(), knowledge.get()).settings(),
            clock,
            options.zone(),
            parts.sentCql());
    Accesses accesses =
        new Accesses(parts.ledger(), options.site().ledgerRequired(), parts.access().servers());
    // read now, so that the service does not start without it
    Optional<ResourceCheck> profiles = options.profiles().map(ProfileChecks::in);
    return new Mount(
        "/fhir",
        own ->
            new FhirApi(
                parts.store(),
                () -> knowledge.get().resources(),
                accesses,
                accesses,
                operations,
                url -> codeSet(knowledge.get(), url),
                profiles,
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

  private static byte[] answer(Supplier<Knowledge> knowledge, CdsHooks hooks, Call call) {
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

  private static byte[] feedback(
      Supplier<Knowledge> knowledge, CdsHooks hooks, Call call, Door door) {
    String id = service(knowledge, call);
    FeedbackReceipt receipt = hooks.feedback(id, call.body(), call.deadline());
    door.charge(call.caller(), (receipt.stored() + receipt.repeated()) / ENTRIES_OF_A_CALL);
    call.note("stored", receipt.stored());
    call.note("repeated", receipt.repeated());
    call.note("unknown", receipt.unknown());
    return json("{}");
  }

  /** An unknown id is whatever the caller wrote; only ids of the content go into the log. */
  private static String service(Supplier<Knowledge> knowledge, Call call) {
    String id = call.variable("id");
    knowledge.get().service(id).ifPresent(service -> call.note("service", service.id()));
    return id;
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Serves what is saved in the content's folder from now on, as soon as it checks. */
  void watch(PrintWriter out) {
    new ContentWatch(loader, parts.content(), cases, out).start();
  }

  int port() {
    return server.port();
  }

  /** Where operators are listened to; empty = nowhere apart. */
  Optional<Integer> adminPort() {
    return admin.map(HttpServer::port);
  }

  /** Reads the content again and serves it if it checks; the log says which. */
  void reload() {
    try {
      reload.reload();
    } catch (RuntimeException e) { // the last resort of a signal's thread
      LOG.error("content was not read again: {}", e.getClass().getName());
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } finally {
      try {
        admin.ifPresent(HttpServer::close);
      } finally {
        try {
          parts.close();
        } finally {
          telemetry.close();
        }
      }
    }
  }
}
