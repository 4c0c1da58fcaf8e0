package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.hooks.Mode;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SearchPage;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.StoredResource;
import org.oncohooks.security.Caller;

/** What the service says when it has started: what it is, where it listens, what to try. */
final class Greeting {

  private static final String EVALUATION_TIME = "2026-06-01T12:00:00-05:00";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ServeOptions options;
  private final Knowledge knowledge;
  private final PatientStore store;
  private final Map<String, CdsHooks> hooks;
  private final Access access;

  /**
   * @param hooks by the name of the caller
   */
  Greeting(
      ServeOptions options,
      Knowledge knowledge,
      PatientStore store,
      Map<String, CdsHooks> hooks,
      Access access) {
    this.options = options;
    this.knowledge = knowledge;
    this.store = store;
    this.hooks = hooks;
    this.access = access;
  }

  void print(int port, Optional<Integer> adminPort, PrintWriter out) {
    String scheme = options.operations().tls().isPresent() ? "https" : "http";
    String base = scheme + "://" + host() + ":" + port;
    // of a site's own patients none is anybody's example
    List<String> patients = List.of();
    long loaded = 0;
    if (options.database().isEmpty()) {
      SearchPage page = store.search(new SearchQuery("Patient", List.of(), SearchQuery.MAX_COUNT));
      patients = page.matches().stream().map(StoredResource::id).toList();
      loaded = page.total();
    }
    out.println("OncoHooks " + Version.text() + ", content " + knowledge.version());
    out.println(kind(loaded));
    out.println("Listening on " + base + "  (CDS Hooks: /cds-services, FHIR R4: /fhir)");
    if (options.mode() == Mode.DEVELOPMENT && access.isOpen()) {
      out.println("Workbench: " + base + "/  (patients, cards and reasons in a browser)");
    }
    adminPort.ifPresent(
        admin ->
            out.println(
                "Operators: "
                    + options.operations().admin().orElseThrow().host()
                    + ":"
                    + admin
                    + "  (/metrics, /health/details, POST /admin/reload)"));
    hooks.forEach((caller, served) -> services(caller, served, out));
    example(patients)
        .ifPresent(
            example -> {
              out.println("Try:");
              out.println("  curl -s " + base + "/cds-services/" + example.service() + " \\");
              out.println("    -H 'Content-Type: application/json' \\");
              out.println("    -d '" + example.body() + "'");
            });
    out.println("Ctrl-C stops it.");
    out.flush();
  }

  private void services(String caller, CdsHooks served, PrintWriter out) {
    out.println(access.isOpen() ? "Services:" : "Services for tenant " + caller + ":");
    for (Service service : served.services()) {
      out.println(
          "  "
              + service.id()
              + "  ("
              + String.join(", ", service.hooks())
              + ")  "
              + service.title());
    }
  }

  private String kind(long patients) {
    String kept =
        options
            .database()
            .map(
                database ->
                    "patients are kept in "
                        + words(database)
                        + ", and so is the ledger of calls and feedback")
            .orElse(
                "patients are kept in memory and gone when it stops ("
                    + patients
                    + " loaded), and so is the ledger of calls and feedback");
    if (!access.isOpen()) {
      return (options.mode() == Mode.PRODUCTION ? "Production mode" : "Development mode")
          + "; callers prove by tokens who they are; "
          + (access.remembersTokens()
              ? ""
              : "which tokens were used is remembered by this process alone, until it stops; ")
          + kept
          + ".";
    }
    return options.mode() == Mode.PRODUCTION
        ? "Production mode; callers are not authenticated, so loopback only; " + kept + "."
        : (options.database().isEmpty() ? "This is a demo: " : "No production mode: ")
            + kept
            + "; development mode, so a request may set the evaluation time; callers are not"
            + " authenticated"
            + (isDefaultHost()
                ? "; loopback only."
                : ". IT LISTENS BEYOND LOOPBACK: use no real data.");
  }

  private static String words(DatabaseSettings database) {
    return database instanceof DatabaseSettings.Sqlite sqlite
        ? "the folder " + sqlite.folder()
        : "PostgreSQL";
  }

  private boolean isDefaultHost() {
    return options.host().startsWith("127.")
        || options.host().equals("localhost")
        || options.host().equals("::1");
  }

  private String host() {
    return options.host().contains(":") ? "[" + options.host() + "]" : options.host();
  }

  private record Example(String service, String body) {}

  /** A call that shows a card; it is made here first, which also warms the service up. */
  private Optional<Example> example(List<String> patients) {
    if (options.mode() != Mode.DEVELOPMENT || !access.isOpen()) {
      return Optional.empty();
    }
    CdsHooks open = hooks.get(Caller.anyone().name());
    for (Service service : open.services()) {
      for (String patient : patients) {
        Example example = new Example(service.id(), body(patient));
        if (service.hooks().contains("patient-view") && showsCard(open, example)) {
          return Optional.of(example);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean showsCard(CdsHooks hooks, Example example) {
    try {
      byte[] body = example.body().getBytes(StandardCharsets.UTF_8);
      return hooks.answer(example.service(), body, Deadline.after(PATIENCE)).applies() > 0;
    } catch (ProblemException e) {
      return false;
    }
  }

  private static String body(String patient) {
    return "{\"hook\":\"patient-view\",\"hookInstance\":\"9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11\","
        + "\"context\":{\"userId\":\"Practitioner/demo\",\"patientId\":\""
        + patient
        + "\"},\"extension\":{\"org.oncohooks.evaluationTime\":\""
        + EVALUATION_TIME
        + "\"}}";
  }
}
