package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.http.TestCertificate;
import org.oncohooks.http.TlsFiles;
import org.oncohooks.records.TestPostgres;

/** What {@code docs/operations.md} alarms about does move when it is meant to. */
class AlarmsTest {

  private static final Operations WATCHED =
      new Operations(
          Optional.empty(),
          Optional.of(new Operations.Listen("127.0.0.1", 0)),
          false,
          Optional.empty());

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;

  @TempDir private Path folder;

  private RunningService running(DatabaseSettings database, Operations operations) {
    return RunningService.operated(
        TestContent.folder(), Optional.of(database), Optional.empty(), operations);
  }

  /** The sum of all samples whose name and labels match; 0 if there is none. */
  private static double metric(String metrics, String pattern) {
    Matcher found = Pattern.compile("(?m)^oncohooks_" + pattern + " (\\S+)$").matcher(metrics);
    double sum = 0;
    while (found.find()) {
      sum += Double.parseDouble(found.group(1));
    }
    return sum;
  }

  private static double metric(RunningService running, String pattern) throws Exception {
    return metric(running.admin("/metrics").body(), pattern);
  }

  private static void awaits(Callable<Boolean> good) throws Exception {
    Deadline soon = Deadline.after(Duration.ofSeconds(20));
    while (!good.call()) {
      assertThat(soon.expired()).isFalse();
      Thread.sleep(20);
    }
  }

  private static CompletableFuture<Integer> send(HttpClient client, HttpRequest.Builder request) {
    return client
        .sendAsync(request.build(), BodyHandlers.ofString())
        .thenApply(HttpResponse::statusCode);
  }

  private static HttpRequest.Builder call(RunningService running) {
    return running
        .request("/cds-services/two-alerts")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(VIEW));
  }

  private static HttpResponse<String> write(RunningService running) throws Exception {
    return running.send(
        running
            .request("/fhir/Patient/ben")
            .header("Content-Type", "application/fhir+json")
            .PUT(BodyPublishers.ofString("{\"resourceType\":\"Patient\",\"id\":\"ben\"}")));
  }

  /**
   * Reading hangs: calls wait for connections, then for places, and clinicians for them. On two
   * cores as many calls are worked on as there are connections, so that others read beside them.
   */
  @Test
  @Timeout(120)
  void aSlowDatabaseMakesCallsWaitAndTurnsThemAway() throws Exception {
    DatabaseSettings.Postgres postgres = TestPostgres.database();
    try (RunningService running = running(postgres, WATCHED);
        Connection connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        Statement statement = connection.createStatement()) {
      assertThat(running.post("/cds-services/two-alerts", VIEW).statusCode()).isEqualTo(200);
      assertThat(metric(running, "refusals_total\\{.*problem=\"busy\".*}")).isZero();
      connection.setAutoCommit(false);
      statement.execute("lock table resource in access exclusive mode");
      HttpClient client = HttpClient.newHttpClient();
      List<CompletableFuture<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        calls.add(send(client, call(running)));
        calls.add(send(client, running.request("/fhir/Patient/anna")));
      }
      awaits(() -> metric(running, "pool_waiting\\{pool=\"oncohooks-reading\"}") > 0);
      for (CompletableFuture<Integer> call : calls) {
        assertThat(call.get()).isEqualTo(503);
      }
      assertThat(metric(running, "ready\\{part=\"database\"}")).as("select 1 answers").isOne();
      connection.rollback();

      String metrics = running.admin("/metrics").body();
      assertThat(metric(metrics, "refusals_total\\{.*problem=\"busy\".*}")).isPositive();
      String hooks = "\\{place=\"/cds-services/\\{id}\",[^}]*";
      assertThat(metric(metrics, "requests_seconds_bucket" + hooks + "le=\"0.5\"}"))
          .as("the share under half a second")
          .isLessThan(0.99 * metric(metrics, "requests_seconds_count" + hooks + "}"));
      assertThat(
              metric(
                  metrics, "store_seconds_count\\{operation=\"record\",outcome=\"unavailable\".*}"))
          .isPositive();
    }
  }

  /** In SQLite patients and ledger are files of their own, so that one may fail alone. */
  @Test
  @Timeout(120)
  void patientsThatCanNotBeWrittenAreToldWhereTheyCanBeRead() throws Exception {
    Path data = folder.resolve("data");
    try (RunningService running = running(new DatabaseSettings.Sqlite(data), WATCHED);
        Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("oncohooks.db"));
        Statement statement = other.createStatement()) {
      statement.execute("begin immediate");
      assertThat(write(running).statusCode()).isEqualTo(503);
      assertThat(
              metric(
                  running,
                  "store_seconds_count\\{operation=\"transaction\",outcome=\"unavailable\".*}"))
          .isOne();
      assertThat(metric(running, "ready\\{part=\"database\"}")).isOne();
      assertThat(metric(running, "ready\\{part=\"ledger\"}")).isOne();
      assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
      statement.execute("rollback");
      assertThat(write(running).statusCode()).isEqualTo(201);
    }
  }

  @Test
  void anEhrThatDoesNotAnswerIsCounted() throws Exception {
    String nobody = "http://127.0.0.1:1/fhir";
    try (RunningService running =
        RunningService.asking(TestContent.folder(), Mode.DEVELOPMENT, nobody)) {
      String call = VIEW.replace("\"context\"", "\"fhirServer\":\"" + nobody + "\",\"context\"");
      assertThat(running.post("/cds-services/two-alerts", call).statusCode()).isEqualTo(412);
      String metrics = running.get("/metrics").body();
      assertThat(metric(metrics, "fetch_seconds_count\\{(?!outcome=\"done\").*}")).isPositive();
      assertThat(metric(metrics, "fetch_seconds_count\\{outcome=\"done\".*}")).isZero();
    }
  }

  @Test
  void aCertificateThatEndsSoonIsToldAndOneThatReplacesItToo() throws Exception {
    TlsFiles files = TestCertificate.make("EC", folder, 5).writeTo(folder);
    Operations tls = new Operations(Optional.of(files), WATCHED.admin(), false, Optional.empty());
    double twoWeeks = Duration.ofDays(14).toSeconds();
    try (RunningService running =
        running(new DatabaseSettings.Sqlite(folder.resolve("data")), tls)) {
      assertThat(left(running)).isBetween(0.0, twoWeeks);
      Path fresh = Files.createDirectory(folder.resolve("fresh"));
      TestCertificate.make("EC", fresh, 90).writeTo(folder);
      awaits(() -> left(running) > twoWeeks);
    }
  }

  /** Seconds. */
  private static double left(RunningService running) throws Exception {
    return metric(running, "tls_certificate_end_seconds") - Instant.now().getEpochSecond();
  }
}
