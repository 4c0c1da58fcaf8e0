package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.records.TestPostgres;

/**
 * The whole service while its database fails: it says so, never that there is nothing to say, and
 * recovers by itself.
 */
@DisplayName("F6: the database goes away, hangs or can not be written")
final class DatabaseFaultsTest {

  private static final long RECOVERY_NANOS = 10_000_000_000L;
  private static final String CALL =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;
  private static final String PATIENT = "{\"resourceType\":\"Patient\",\"id\":\"ben\"}";

  @TempDir private Path folder;
  private EmbeddedPostgres postgres;
  private RunningService running;

  @BeforeEach
  void start() throws Exception {
    postgres = postgres(0);
    running = RunningService.withDatabase(TestPostgres.settings(postgres, "postgres"));
    assertThat(hook().statusCode()).isEqualTo(200);
    assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
  }

  @AfterEach
  void stop() throws IOException {
    running.close();
    postgres.close();
  }

  @Test
  void stoppedDatabaseIsToldAndItsReturnIsEnough() throws Exception {
    int port = postgres.getPort();
    postgres.close();

    refused(hook());
    refused(running.get("/fhir/Patient/anna"));
    refused(running.get("/fhir/Condition?patient=anna"));
    refused(write());
    HttpResponse<String> ready = running.get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("\"database\"");
    assertThat(running.get("/health/live").statusCode()).isEqualTo(200);

    postgres = postgres(port);
    recovers(() -> hook().statusCode() == 200);
    recovers(() -> write().statusCode() == 201);
    recovers(() -> running.get("/health/ready").statusCode() == 200);
  }

  @Test
  void connectionsThatAreCutAreMadeAnewWithoutAWord() throws Exception {
    sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name ="
            + " 'oncohooks'");

    assertThat(hook().statusCode()).isEqualTo(200);
    assertThat(running.get("/fhir/Condition?patient=anna").statusCode()).isEqualTo(200);
  }

  @Test
  void slowDatabaseIsNotWaitedFor() throws Exception {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table resource in access exclusive mode");
      HttpResponse<String> answer = hook();

      refused(answer);
      assertThat(answer.body()).contains("database-slow");
      connection.rollback();
    }
    assertThat(hook().statusCode()).isEqualTo(200);
  }

  @Test
  void databaseThatCannotBeWrittenIsStillRead() throws Exception {
    sql("alter database postgres set default_transaction_read_only = on");
    sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name ="
            + " 'oncohooks'");
    // the first write may still meet a connection of before
    write();

    HttpResponse<String> answer = write();
    refused(answer);
    // a change is recorded before it is made, and the ledger is in the same database
    assertThat(answer.body()).containsAnyOf("database-read-only", "ledger-unavailable");
    assertThat(hook().statusCode()).isEqualTo(200);
    assertThat(running.get("/fhir/Patient/ben").statusCode()).isEqualTo(404);

    sql("alter database postgres reset default_transaction_read_only");
    recovers(() -> write().statusCode() < 300);
    recovers(() -> running.get("/health/ready").statusCode() == 200);
  }

  private EmbeddedPostgres postgres(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("postgres"))
            .setCleanDataDirectory(false);
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setReadOnly(false);
      statement.execute("set default_transaction_read_only = off");
      statement.execute(sql);
    }
  }

  private HttpResponse<String> hook() throws Exception {
    return running.post("/cds-services/two-alerts", CALL);
  }

  private HttpResponse<String> write() throws Exception {
    return running.send(
        running
            .request("/fhir/Patient/ben")
            .header("Content-Type", "application/fhir+json")
            .PUT(BodyPublishers.ofString(PATIENT)));
  }

  private static void recovers(Callable<Boolean> good) throws Exception {
    long began = System.nanoTime();
    while (!good.call()) {
      assertThat(System.nanoTime() - began).isLessThan(RECOVERY_NANOS);
      Thread.sleep(100);
    }
  }

  private static void refused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("OperationOutcome").doesNotContain("cards");
  }
}
