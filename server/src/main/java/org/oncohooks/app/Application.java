package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.CompiledCqlCache;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.fhirapi.FhirApi;
import org.oncohooks.fhirapi.ProblemAnswers;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.hooks.HookAnswer;
import org.oncohooks.hooks.Site;
import org.oncohooks.http.Call;
import org.oncohooks.http.HttpServer;
import org.oncohooks.http.HttpSettings;
import org.oncohooks.http.Mount;
import org.oncohooks.http.Refusal;
import org.oncohooks.http.Route;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.records.MemoryPatientStore;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SamplePatients;

/** The whole service: every part made once, wired by constructors, started and stopped. */
final class Application implements AutoCloseable {

  private final HttpServer server;

  private Application(HttpServer server) {
    this.server = server;
  }

  /**
   * @param clock gives the evaluation instant of calls and the time of writes
   * @param out gets what a person who starts the service wants to know
   * @param err gets findings about content and patients
   * @throws org.oncohooks.ProblemException if the content does not check or the address can't be
   *     listened on
   */
  static Application start(
      ServeOptions options, InstantSource clock, PrintWriter out, PrintWriter err) {
    Knowledge knowledge = knowledge(options, err);
    Site site = SiteSettings.of(options.site(), knowledge);
    PatientStore store = new MemoryPatientStore(clock);
    options
        .patients()
        .ifPresent(folder -> SamplePatients.load(folder, store).forEach(err::println));
    err.flush();
    CdsHooks hooks =
        new CdsHooks(
            () -> knowledge,
            store,
            new DecisionEngine(),
            options.mode(),
            clock,
            options.zone(),
            site);
    HttpServer server =
        new HttpServer(
            HttpSettings.of(options.host(), options.port()),
            routes(knowledge, hooks),
            List.of(fhir(options, clock, knowledge, store)),
            options.origins());
    server.start();
    new Greeting(options, knowledge, store, hooks).print(server.port(), out);
    return new Application(server);
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

  private static List<Route> routes(Knowledge knowledge, CdsHooks hooks) {
    return List.of(
        Route.get("/cds-services", call -> hooks.discovery()),
        Route.post("/cds-services/{id}", call -> answer(knowledge, hooks, call)),
        Route.get("/health/live", call -> json("{\"status\":\"live\"}")),
        Route.get("/health/ready", call -> json("{\"status\":\"ready\"}")));
  }

  private static Mount fhir(
      ServeOptions options, InstantSource clock, Knowledge knowledge, PatientStore store) {
    return new Mount(
        "/fhir",
        own ->
            new FhirApi(
                store,
                knowledge::resources,
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

  private static byte[] answer(Knowledge knowledge, CdsHooks hooks, Call call) {
    String id = call.variable("id");
    // an unknown id is whatever the caller wrote; only ids of the content go into the log
    knowledge.service(id).ifPresent(service -> call.note("service", service.id()));
    HookAnswer answer = hooks.answer(id, call.body(), call.deadline());
    call.note("cards", answer.cards());
    call.note("applies", answer.applies());
    call.note("notEvaluated", answer.notEvaluated());
    call.note("resources", answer.resources());
    return answer.json();
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
