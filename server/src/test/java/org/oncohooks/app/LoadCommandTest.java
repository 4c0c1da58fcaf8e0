package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.OwnJava;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.ledger.LedgerReader;
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

  private List<String> ids(String type) {
    if (Files.notExists(folder.resolve("data/oncohooks.db"))) {
      return List.of();
    }
    try (Database database =
        Database.open(
            new DatabaseSettings.Sqlite(folder.resolve("data")), SqlPatientStore.TABLES)) {
      return database.query(
          handle ->
              handle
                  .createQuery("select id from resource where type = ? order by id")
                  .bind(0, type)
                  .mapTo(String.class)
                  .list());
    }
  }

  @Test
  void bundlesAndNdjsonPlainAndGzipAndAgainWithoutWriting() throws IOException {
    Path files = Files.createDirectories(folder.resolve("files/deep"));
    Files.writeString(files.resolve("bundle.json"), BUNDLE);
    Files.write(files.resolve("two.ndjson.gz"), gzip(NDJSON));
    Files.writeString(files.resolve("readme.txt"), "nothing");

    assertThat(load(folder.resolve("files").toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "8 resources: 6 written, 0 there already, 1 of types that are not kept, 1 refused")
        .contains("1 skipped: Claim is not kept")
        .contains("1 refused: Observation Observation")
        .contains(files.resolve("two.ndjson.gz") + " line 3 Observation/o2")
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
  void aBadLineIsToldWithItsPlaceAndTheOthersAreLoaded() throws IOException {
    Path file = folder.resolve("bad.ndjson");
    List<String> lines =
        new ArrayList<>(
            List.of(
                patient("p1"),
                // cut where a next line would still be taken for its rest
                "{\"resourceType\":\"Patient\",\"id\":\"" + CANARY + "\",",
                patient("p3"),
                "",
                "{\"resourceType\":\"Patient\",\"gender\":\"" + CANARY,
                "{\"resourceType\":\"Patient\",\"id\":\"p6\",\"gender\":\"" + CANARY + "\"}",
                "7",
                patient("p8")));
    Files.write(file, lines);

    assertThat(load(file.toString())).isEqualTo(1);
    assertThat(ids("Patient")).containsExactly("p1", "p3", "p8");
    assertThat(out.toString())
        .contains("7 resources: 3 written, 0 there already", "4 refused")
        .contains("2 refused: Line It is not JSON.")
        .contains(file + " line 2\n", file + " line 5\n")
        .contains(file + " line 6 Patient/p6\n", file + " line 7\n")
        .doesNotContain(CANARY);
    assertThat(err.toString()).doesNotContain(CANARY);

    lines.set(1, patient("p2"));
    lines.set(4, patient("p5"));
    lines.set(5, patient("p6"));
    lines.set(6, patient("p7"));
    Files.write(file, lines);
    assertThat(load(file.toString())).isZero();
    assertThat(ids("Patient")).containsExactly("p1", "p2", "p3", "p5", "p6", "p7", "p8");
    assertThat(out.toString()).contains("7 resources: 4 written, 3 there already");
  }

  @Test
  void ofACutArchiveEverythingBeforeTheCutIsLoadedAndTheMendedOneCompletesIt() throws IOException {
    Path file = folder.resolve("many.ndjson.gz");
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      text.append(patient("p" + i + "-" + Long.toHexString(random.nextLong()))).append('\n');
    }
    byte[] whole = gzip(text.toString());
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    assertThat(load(file.toString())).isEqualTo(1);
    Matcher said =
        Pattern.compile("many.ndjson.gz: cut off; loaded up to line (\\d+)")
            .matcher(err.toString());
    assertThat(said.find()).isTrue();
    assertThat(ids("Patient")).hasSize(Integer.parseInt(said.group(1)));
    assertThat(Integer.parseInt(said.group(1))).isBetween(1000, 2000);

    Files.write(file, whole);
    assertThat(load(file.toString())).isZero();
    assertThat(ids("Patient")).hasSize(3000);
  }

  @Test
  void ofABundleThatBreaksOffTheEntriesBeforeAreLoaded() throws IOException {
    Path file = folder.resolve("cut.json");
    int after = BUNDLE.indexOf("{\"fullUrl\":\"urn:uuid:k1\"");
    Files.writeString(file, BUNDLE.substring(0, after) + "{\"fullUrl\":7,,}");

    assertThat(load(file.toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("cut.json: not JSON at line 8, column 16; loaded up to line 6, entry 2");
    assertThat(read("Condition", "c1").at("/subject/reference").asText()).isEqualTo("Patient/p1");
    assertThat(ids("Patient")).containsExactly("p1");

    Files.writeString(file, BUNDLE.replace("urn:uuid:p1\"}", "urn:uuid:absent\"}"));
    assertThat(load(file.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "A reference is a URN that is no fullUrl", file + " line 2, entry 1 Condition/c1");
  }

  @Test
  void aVersionThatComesAfterOneThatHadToWaitForAnotherEntryIsStillTheLast() throws IOException {
    Path file = folder.resolve("twice.json");
    Files.writeString(
        file,
        """
        {"resourceType":"Bundle","type":"batch","entry":[
         {"fullUrl":"http://ehr/Condition/c","resource":{"resourceType":"Condition","id":"c",
           "subject":{"reference":"http://ehr/Patient/p"},"recordedDate":"2020"}},
         {"fullUrl":"http://ehr/Condition/c","resource":{"resourceType":"Condition","id":"c",
           "subject":{"reference":"Patient/p"},"recordedDate":"2021"}},
         {"fullUrl":"http://ehr/Patient/p","resource":{"resourceType":"Patient","id":"p"}}]}
        """);
    assertThat(load(file.toString())).isZero();
    assertThat(read("Condition", "c").path("recordedDate").asText()).isEqualTo("2021");
    assertThat(out.toString()).contains("3 resources: 3 written");
  }

  /** What is sent is there before the sender has ended, and nothing is left of it when killed. */
  @Test
  void standardInputIsLoadedAsItComesAndLeavesNothingBehindWhenKilled() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> command =
        OwnJava.command(
            Main.class,
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary,
            "-Dorg.sqlite.tmpdir=" + folder); // gets the library of SQLite itself
    command.addAll(List.of("load", "--data", folder.resolve("data").toString(), "-"));
    Process process =
        new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
    try {
      OutputStream in = process.getOutputStream();
      StringBuilder sent = new StringBuilder("{\"resourceType\":\"Bundle\",\"entry\":[");
      for (int i = 0; i < 599; i++) {
        sent.append("{\"fullUrl\":\"urn:uuid:c%d\",\"resource\":".formatted(i))
            .append("{\"resourceType\":\"Condition\",\"subject\":{\"reference\":")
            .append("\"urn:uuid:to-come\"}}},")
            .append("{\"resource\":%s},".formatted(patient("p" + i)));
      }
      in.write(sent.toString().getBytes(StandardCharsets.UTF_8));
      in.flush();
      for (int i = 0; i < 600 && ids("Patient").isEmpty(); i++) {
        assertThat(process.isAlive()).as(Files.readString(folder.resolve("err"))).isTrue();
        Thread.sleep(50);
      }
      assertThat(ids("Patient").size()).isIn(200, 400); // the last are not committed yet
      assertThat(ids("Condition")).isEmpty();
    } finally {
      process.destroyForcibly().waitFor();
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
    assertThat(Files.readString(folder.resolve("err"))).doesNotContain("\r");
  }

  private static String patient(String id) {
    return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}";
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
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

  private static String patients(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append(patient("p" + i)).append('\n');
    }
    return lines.toString();
  }

  /** Patients and ledger are files of their own, so that the one may fail while the other tells. */
  @Test
  void aLoadThatBreaksOffIsOnRecordWithItsNumbers() throws Exception {
    assertThat(load(Files.writeString(folder.resolve("p.json"), patient("p")).toString())).isZero();
    InputStream before = System.in;
    try (Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/oncohooks.db"));
        Statement statement = other.createStatement()) {
      // taken when the first half has been read
      InputStream lock =
          new ByteArrayInputStream(patients(500, 1000).getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
              try {
                if (pos == 0) {
                  statement.execute("begin immediate");
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
              return super.read(into, offset, length);
            }
          };
      System.setIn(
          new SequenceInputStream(
              new ByteArrayInputStream(patients(0, 500).getBytes(StandardCharsets.UTF_8)), lock));
      assertThat(load("-")).isEqualTo(1);
    } finally {
      System.setIn(before);
    }
    assertThat(err.toString()).contains("The database did not answer in time.");
    List<String> said = new ArrayList<>();
    try (LedgerReader ledger =
        LedgerReader.open(new DatabaseSettings.Sqlite(folder.resolve("data")))) {
      ledger.auditEvents(event -> said.add(event.path("outcomeDesc").asText()));
    }
    assertThat(said).hasSize(4);
    assertThat(said.get(2)).isEqualTo("1 sources");
    int there = ids("Patient").size() - 1;
    assertThat(there).isBetween(200, 500);
    assertThat(said.get(3)).startsWith("broken off after ").contains(": " + there + " written");
  }

  @Test
  void needsADatabaseAndFilesThatAreThere() {
    assertThat(Main.commandLine().execute("load", "x.json")).isEqualTo(2);
    assertThat(load(folder.resolve("absent.json").toString())).isEqualTo(2);
    assertThat(load()).isEqualTo(2);
  }
}
