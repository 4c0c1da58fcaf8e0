package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.OwnJava;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.http.TestCertificate;
import org.oncohooks.http.TlsFiles;

/** The real process with TLS, JSON logs and an operators' port; signals, and what it logs. */
class OperatesAsAProcessTest {

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"CANARY","context":{"userId":"Practitioner/CANARY","patientId":"anna"}}
      """;

  @TempDir private Path folder;

  @Test
  @Timeout(120)
  void readsItsContentAgainAtHangupAndLogsJson() throws Exception {
    assumeFalse(
        hangupIsIgnored(), "SIGHUP is ignored here, as under nohup, and what is started too");
    Path content = folder.resolve("content");
    TestContent.copyTo(content);
    TestCertificate certificate = TestCertificate.make("EC", folder);
    TlsFiles tls = certificate.writeTo(folder);
    HttpClient client =
        HttpClient.newBuilder().sslContext(TestCertificate.trusting(certificate)).build();
    try (ServiceProcess service =
        ServiceProcess.start(
            folder,
            "--content=" + content,
            "--log-format=json",
            "--admin-port=0",
            "--tls-certificate=" + tls.certificate(),
            "--tls-key=" + tls.key())) {
      assertThat(service.url().getScheme()).isEqualTo("https");
      URI place =
          URI.create("https://localhost:" + service.url().getPort() + "/cds-services/two-alerts");
      HttpRequest view =
          HttpRequest.newBuilder(place)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(VIEW))
              .build();
      HttpResponse<String> answer = client.send(view, BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      service.awaitLogged("\"service\":\"two-alerts\"");

      Path alert = content.resolve("cql/Alert.cql");
      String good = Files.readString(alert);
      Files.writeString(alert, good.replace("'Look at the record of '", "'Hung up: '"));
      hangUp(service);
      service.awaitLogged("content read again");
      assertThat(client.send(view, BodyHandlers.ofString()).body()).contains("Hung up: ");

      Files.writeString(alert, good.replace("'Look at the record of '", "'Broken: "));
      hangUp(service);
      service.awaitLogged("cql/Alert.cql:");
      assertThat(client.send(view, BodyHandlers.ofString()).body()).contains("Hung up: ");
      assertThat(
              client
                  .send(
                      HttpRequest.newBuilder(service.admin().resolve("/health/ready")).build(),
                      BodyHandlers.ofString())
                  .body())
          .contains("\"reload\":\"rejected\"");

      assertThat(service.terminate()).isEqualTo(143);
      everyLineIsJson(service.logged());
    }
  }

  /** Else patients were kept in memory by whoever forgot the database's URL. */
  @Test
  @Timeout(60)
  void aPasswordOfNoDatabaseIsRefused() throws Exception {
    List<String> command = OwnJava.command(Main.class, "-XX:TieredStopAtLevel=1");
    command.addAll(List.of("serve", "--port", "0"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ONCOHOOKS_DATABASE_PASSWORD", "open-sesame");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said)
        .contains("ONCOHOOKS_DATABASE_PASSWORD is set, and no --database-url names the database")
        .doesNotContain("open-sesame");
  }

  /** A process inherits this from the one that starts it, and Java leaves it so. */
  private static boolean hangupIsIgnored() throws Exception {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(ignored.split("\\s+")[1], 16) & 1) != 0;
  }

  private static void hangUp(ServiceProcess service) throws Exception {
    assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(service.pid())).start().waitFor())
        .isZero();
  }

  private static void everyLineIsJson(String log) throws Exception {
    JsonMapper json = JsonMapper.builder().build();
    List<String> lines = log.lines().toList();
    assertThat(lines).isNotEmpty();
    for (String line : lines) {
      JsonNode entry = json.readTree(line);
      assertThat(entry.fieldNames()).toIterable().contains("time", "level", "logger", "message");
    }
    assertThat(log).doesNotContain("CANARY").doesNotContain("anna");
  }
}
