package org.oncohooks.app;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.FetchLimits;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.json.StrictJson;
import org.slf4j.LoggerFactory;

/** The whole service on a free port, with what it prints and logs, and a client to talk to it. */
final class RunningService implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-06-01T17:00:00Z");

  static final String BASE_URL = "https://cds.example.org/onco";

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  private static final InstantSource FIXED = InstantSource.fixed(NOW);

  private static final GuardedEngine.Limits RULES = GuardedEngine.Limits.standard();

  private static final EhrOptions NONE = EhrOptions.none();

  private final HttpClient client = HttpClient.newHttpClient();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Application application;

  private RunningService(
      Path content,
      Mode mode,
      Optional<Path> patients,
      Optional<DatabaseSettings> database,
      GuardedEngine.Limits rules,
      EhrOptions ehr,
      Optional<ConfigFile> config,
      InstantSource clock) {
    this(content, mode, patients, database, rules, ehr, config, clock, Operations.none());
  }

  private RunningService(
      Path content,
      Mode mode,
      Optional<Path> patients,
      Optional<DatabaseSettings> database,
      GuardedEngine.Limits rules,
      EhrOptions ehr,
      Optional<ConfigFile> config,
      InstantSource clock,
      Operations operations) {
    log.start();
    ((Logger) LoggerFactory.getLogger("org.oncohooks")).addAppender(log);
    application =
        Application.start(
            new ServeOptions(
                "127.0.0.1",
                0,
                Optional.of(BASE_URL),
                content,
                Optional.empty(),
                patients,
                database,
                Optional.of(ledgerKey()),
                Optional.empty(),
                ZoneId.of("America/Chicago"),
                mode,
                Set.of(),
                rules,
                ehr,
                SiteOptions.none(),
                operations,
                config),
            clock,
            new PrintWriter(out),
            new PrintWriter(err));
  }

  static RunningService withTestContent(Mode mode) {
    return new RunningService(
        TestContent.folder(),
        mode,
        patients(TestContent.folder()),
        Optional.empty(),
        RULES,
        NONE,
        Optional.empty(),
        FIXED);
  }

  /** The content of this checkout, with its sample patients. */
  static RunningService withOwnContent() {
    return new RunningService(
        HOME,
        Mode.DEVELOPMENT,
        patients(HOME),
        Optional.empty(),
        RULES,
        NONE,
        Optional.empty(),
        FIXED);
  }

  /** As {@link #withTestContent}, with the patients in a database. */
  static RunningService withDatabase(DatabaseSettings database) {
    return new RunningService(
        TestContent.folder(),
        Mode.DEVELOPMENT,
        patients(TestContent.folder()),
        Optional.of(database),
        RULES,
        NONE,
        Optional.empty(),
        FIXED);
  }

  /** A content in development mode, watched and reached by operators. */
  static RunningService operated(
      Path content,
      Optional<DatabaseSettings> database,
      Optional<Path> config,
      Operations operations) {
    return new RunningService(
        content,
        Mode.DEVELOPMENT,
        patients(content),
        database,
        RULES,
        NONE,
        config.map(file -> ConfigFile.read(file, Map.of())),
        FIXED,
        operations);
  }

  /** The test content, for the tenants of a configuration file. */
  static RunningService withTenants(Path config, InstantSource clock) {
    return new RunningService(
        TestContent.folder(),
        Mode.PRODUCTION,
        patients(TestContent.folder()),
        Optional.empty(),
        RULES,
        NONE,
        Optional.of(ConfigFile.read(config, Map.of())),
        clock);
  }

  /** Of every service of a run of the tests, so that one goes on with another's ledger. */
  private static Path ledgerKey() {
    return Path.of("target", "test-ledger.key");
  }

  /**
   * Other content, of which each recommendation may take so much computing, for the tenants of a
   * configuration file.
   */
  static RunningService withTenantsAndRules(
      Path content, Path config, DatabaseSettings database, GuardedEngine.Limits rules) {
    return new RunningService(
        content,
        Mode.PRODUCTION,
        Optional.empty(),
        Optional.of(database),
        rules,
        NONE,
        Optional.of(ConfigFile.read(config, Map.of())),
        FIXED,
        new Operations(
            Optional.empty(),
            Optional.of(new Operations.Listen("127.0.0.1", 0)),
            false,
            Optional.empty()));
  }

  /** Knows no patient itself, and has a FHIR server for its store. */
  static RunningService withStore(URI store) {
    return new RunningService(
        HOME,
        Mode.DEVELOPMENT,
        Optional.empty(),
        Optional.empty(),
        RULES,
        new EhrOptions(List.of(), FetchLimits.standard(), Optional.of(store)),
        Optional.empty(),
        FIXED);
  }

  /** Knows no patient, and asks a FHIR server. */
  static RunningService asking(Path content, Mode mode, String fhirBase) {
    return new RunningService(
        content,
        mode,
        Optional.empty(),
        Optional.empty(),
        RULES,
        new EhrOptions(
            List.of(EhrOptions.base(fhirBase)), FetchLimits.standard(), Optional.empty()),
        Optional.empty(),
        FIXED);
  }

  private static Optional<Path> patients(Path content) {
    return Optional.of(content.resolve("fhir-resources/patients"));
  }

  int port() {
    return application.port();
  }

  /** Serves what is saved from now on, as {@code oncohooks dev} does. */
  void watch() {
    application.watch(new PrintWriter(out));
  }

  /** What operators are told. */
  HttpResponse<String> admin(String path) throws Exception {
    return send(adminRequest(path));
  }

  HttpRequest.Builder adminRequest(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + application.adminPort().orElseThrow() + path))
        .timeout(Duration.ofSeconds(60));
  }

  /** What a person who started it saw. */
  String printed() {
    return out.toString() + err;
  }

  String logged() {
    List<ILoggingEvent> events = List.copyOf(log.list);
    return String.join("\n", events.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  HttpResponse<String> post(String path, String json) throws Exception {
    return post(path, BodyPublishers.ofString(json), "application/json");
  }

  HttpResponse<String> post(String path, BodyPublisher body, String type) throws Exception {
    return send(request(path).header("Content-Type", type).POST(body));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> answer) {
    return StrictJson.object(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    application.close();
    ((Logger) LoggerFactory.getLogger("org.oncohooks")).detachAppender(log);
  }
}
