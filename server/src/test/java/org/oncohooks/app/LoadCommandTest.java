package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.SqlPatientStore;
import org.oncohooks.records.StoredResource;
import picocli.CommandLine;

/** Patients from files into a database, by the command that an operator types. */
final class LoadCommandTest {

  private static final String CANARY = "Wilhelmina Canary";

  /**
   * As exports write them: the reference before its target, a type that is not kept, nothing PUT.
   */
  private static final String BUNDLE =
      """
      {"entry":[
        {"fullUrl":"urn:uuid:c1","resource":{"resourceType":"Condition",
          "subject":{"reference":"urn:uuid:p1"},
          "recorder":{"reference":"Practitioner?identifier=urn:npi|7"}},
         "request":{"method":"POST","url":"Condition"}},
        {"fullUrl":"urn:uuid:p1","resource":{"resourceType":"Patient","id":"p1"},
         "request":{"method":"POST","url":"Patient"}},
        {"fullUrl":"urn:uuid:k1","resource":{"resourceType":"Claim","id":"k1"}}],
       "type":"transaction",
       "resourceType":"Bundle"}
      """;

  private static final String NDJSON =
      """
      {"resourceType":"Patient","id":"p2"}
      {"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p2"},"valueQuantity":{"value":1.50}}
      {"resourceType":"Observation","id":"o2","status":"@","code":{"text":"x"},"subject":{"reference":"Patient/p2"}}
      {"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p2"}}
      {"resourceType":"Patient","id":"p2","gender":"female"}
      """
          .replace("@", CANARY);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int load(String... sources) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] all = new String[sources.length + 3];
    all[0] = "load";
    all[1] = "--data";
    all[2] = folder.resolve("data").toString();
    System.arraycopy(sources, 0, all, 3, sources.length);
    return line.execute(all);
  }

  private JsonNode read(String type, String id) {
    try (Database database =
        Database.open(
            new DatabaseSettings.Sqlite(folder.resolve("data")), SqlPatientStore.TABLES)) {
      return new SqlPatientStore(database, InstantSource.system(), ZoneOffset.UTC)
          .read(type, id)
          .map(found -> (JsonNode) ((StoredResource) found).json())
          .orElseThrow();
    }
  }

  @Test
  void bundlesAndNdjsonPlainAndGzipAndAgainWithoutWriting() throws IOException {
    Path files = Files.createDirectories(folder.resolve("files/deep"));
    Files.writeString(files.resolve("bundle.json"), BUNDLE);
    try (OutputStream zip =
        new GZIPOutputStream(Files.newOutputStream(files.resolve("two.ndjson.gz")))) {
      zip.write(NDJSON.getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(files.resolve("readme.txt"), "nothing");

    assertThat(load(folder.resolve("files").toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "8 resources: 6 written, 0 there already, 1 of types that are not kept, 1 refused")
        .contains("1 skipped: Claim is not kept")
        .contains("1 refused: Observation Observation")
        .doesNotContain(CANARY);
    assertThat(err.toString()).doesNotContain(CANARY);
    JsonNode condition = read("Condition", "c1");
    assertThat(condition.at("/subject/reference").asText()).isEqualTo("Patient/p1");
    assertThat(condition.at("/recorder/identifier/value").asText()).isEqualTo("7");
    assertThat(read("Observation", "o1").toString()).contains("1.50");
    assertThat(read("Patient", "p2").path("gender").asText()).isEqualTo("female");

    out.getBuffer().setLength(0);
    load(files.resolve("bundle.json").toString());
    assertThat(out.toString()).contains("0 written, 2 there already");
  }

  @Test
  void fileThatBreaksOffIsToldWithItsPlaceAndWhatCameBeforeIsKept() throws IOException {
    Path file = folder.resolve("cut.ndjson");
    Files.writeString(
        file, "{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n{\"resourceType\":\"Pat");

    assertThat(load(file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("cut.ndjson: not JSON at line 2");
  }

  @Test
  void standardInput() throws IOException {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(BUNDLE.getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(load("-")).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(read("Patient", "p1").path("resourceType").asText()).isEqualTo("Patient");
  }

  @Test
  void needsADatabaseAndFilesThatAreThere() {
    assertThat(Main.commandLine().execute("load", "x.json")).isEqualTo(2);
    assertThat(load(folder.resolve("absent.json").toString())).isEqualTo(2);
    assertThat(load()).isEqualTo(2);
  }
}
