package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.TestContent;

/** Cases run over HTTP, in development mode, against the content that is served. */
@Timeout(60)
class CaseRunsTest {

  @TempDir private Path content;
  private RunningService service;

  @BeforeEach
  void start() throws IOException {
    TestContent.copyTo(content);
    service =
        RunningService.operated(content, Optional.empty(), Optional.empty(), Operations.none());
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private Path newCase(String summary) throws IOException {
    Path folder = Files.createDirectories(content.resolve("cql/tests/Alert/cancer"));
    Files.writeString(
        folder.resolve("Patient-p.json"),
        "{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":\"female\",\"birthDate\":\"1960-01-01\"}");
    Files.writeString(
        folder.resolve("expected.yaml"),
        "evaluationTime: \"2026-06-01T12:00:00-05:00\"\ndefines: {" + summary + "}\n");
    return folder.resolve("expected.yaml");
  }

  private JsonNode whenDone() throws Exception {
    while (RunningService.json(service.get("/dev/content")).at("/cases/running").asBoolean()) {
      Thread.sleep(20);
    }
    return RunningService.json(service.get("/dev/cases"));
  }

  @Test
  void saysWhatHeldAndWhatDidNot() throws Exception {
    newCase("Inclusion Criteria: false");
    assertThat(service.get("/dev/cases").body()).isEqualTo("{\"libraries\":{}}");

    assertThat(service.post("/dev/cases", "{}").statusCode()).isEqualTo(200);
    JsonNode held = whenDone().at("/libraries/Alert");
    assertThat(held.path("cases").asInt()).isEqualTo(1);
    assertThat(held.path("failed").asInt()).isZero();
    assertThat(held.at("/coverage/expressions/part").asInt()).isPositive();
    assertThat(held.path("content").asText())
        .isEqualTo(RunningService.json(service.get("/dev/content")).path("version").asText());

    newCase("Inclusion Criteria: true");
    assertThat(service.post("/dev/cases", "{\"only\":\"Alert\"}").statusCode()).isEqualTo(200);
    JsonNode failed = whenDone().at("/libraries/Alert");
    assertThat(failed.path("failed").asInt()).isEqualTo(1);
    assertThat(failed.at("/failures/0/case").asText()).isEqualTo("Alert/cancer");
    assertThat(failed.at("/failures/0/file").asText())
        .isEqualTo("cql/tests/Alert/cancer/expected.yaml");
    assertThat(failed.at("/failures/0/differences/0/expected").asText()).isEqualTo("true");
    assertThat(RunningService.json(service.get("/dev/content")).at("/cases/runs").asInt())
        .isEqualTo(2);
    assertThat(service.logged()).contains("POST /dev/cases").doesNotContain("GET /dev/");
  }

  @Test
  void saysWhyNothingWasRun() throws Exception {
    HttpResponse<String> none = service.post("/dev/cases", "{}");
    assertThat(none.statusCode()).isEqualTo(422);
    assertThat(none.body()).contains("The content has no cases");

    Files.writeString(newCase(""), "evaluationTime: yesterday");
    assertThat(service.post("/dev/cases", "{\"only\":\"Other\"}").body())
        .contains("No library with cases is called so");
    assertThat(service.post("/dev/cases", "{}").statusCode()).isEqualTo(200);
    assertThat(whenDone().path("problem").asText()).contains("Alert/cancer needs evaluationTime");

    newCase("Inclusion Criteria: false");
    service.post("/dev/cases", "{}");
    assertThat(whenDone().has("problem")).isFalse();
  }

  @Test
  void isOffInProduction() throws Exception {
    try (RunningService production = RunningService.withTestContent(Mode.PRODUCTION)) {
      assertThat(production.get("/dev/cases").statusCode()).isEqualTo(404);
      assertThat(production.post("/dev/cases", "{}").statusCode()).isEqualTo(404);
    }
  }
}
