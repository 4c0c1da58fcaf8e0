package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.ledger.LedgerKey;
import org.oncohooks.records.TestPostgres;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;
import picocli.CommandLine;

/** The ledger on the command line. */
class LedgerCommandsTest {

  private static final Instant NOW = Instant.parse("2026-06-01T17:00:00Z");
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void threeAnsweredCards() throws Exception {
    data = Files.createDirectories(folder.resolve("data"));
    try (Ledger ledger =
        Ledger.open(
            new DatabaseSettings.Sqlite(data),
            LedgerKey.readOrMake(data.resolve("ledger.key")),
            InstantSource.fixed(NOW))) {
      for (String card : List.of("c1", "c2", "c3")) {
        ledger.record(
            new Entry.Invocation(
                "open",
                Optional.of("Practitioner/u"),
                "s",
                "patient-view",
                "i",
                "hash",
                "abc",
                NOW,
                Duration.ZERO,
                List.of(),
                List.of(
                    new Entry.Shown(
                        card, "t", Optional.of("https://e.org/R|1"), Optional.of("e"), List.of())),
                Optional.empty(),
                Optional.empty()),
            LONG);
      }
      Optional<Entry.Reason> reason =
          Optional.of(
              new Entry.Reason("https://e.org/reasons", "done", Optional.of("Done \u001b[1m")));
      ledger.record(
          List.of(
              feedback("c1", true, Optional.empty(), Optional.empty()),
              feedback("c2", false, reason, Optional.of("=cmd(),\"CANARY\"")),
              feedback("c3", false, reason, Optional.empty()),
              feedback("other", false, Optional.empty(), Optional.empty())),
          LONG);
    }
  }

  private static Entry.Feedback feedback(
      String card, boolean accepted, Optional<Entry.Reason> reason, Optional<String> comment) {
    return new Entry.Feedback(
        "open", "s", card, accepted, accepted ? List.of("x") : List.of(), reason, comment, NOW);
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  private void tamper(String... statements) throws Exception {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("ledger.db"));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void verifyTellsThatItIsWholeAndGivesTheLastHash() {
    assertThat(run("ledger", "verify", "--data", data.toString())).isZero();
    assertThat(out.toString()).matches("The ledger is whole: 7 rows, the last [0-9a-f]{64}\\s+");
    String hash = out.toString().strip().replaceFirst(".* ", "");
    assertThat(run("ledger", "verify", "--data", data.toString(), "--holds", hash)).isZero();
    assertThat(run("ledger", "verify", "--data", data.toString(), "--holds", "0123")).isEqualTo(1);
    assertThat(out.toString()).contains("rows were taken away");
  }

  @Test
  void verifyNamesTheFirstBrokenRow() throws Exception {
    tamper("drop trigger ledger_update", "update ledger set entry = '{}' where sequence >= 2");
    assertThat(run("ledger", "verify", "--data", data.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("broken at row 2: it was changed");
  }

  @Test
  void verifyReadsNothingWhereThereIsNone() {
    assertThat(run("ledger", "verify", "--data", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("There is no ledger.db");
    assertThat(run("ledger", "verify")).isEqualTo(2);
    assertThat(err.toString()).contains("--data");
  }

  @Test
  void auditWritesAnAuditEventForEveryRow() {
    assertThat(run("ledger", "audit", "--data", data.toString())).isZero();
    assertThat(out.toString().lines())
        .hasSize(8) // that somebody looks is one
        .allMatch(line -> line.startsWith("{\"resourceType\":\"AuditEvent\""));
  }

  @Test
  void reportCountsByRecommendationAndReason() {
    assertThat(run("feedback", "report", "--data", data.toString())).isZero();
    assertThat(out.toString())
        .containsPattern(" 3 +1 +2 +33 % +https://e.org/R\\|1")
        .containsPattern(" 2 +overridden: done \\(Done  \\[1m\\)")
        .containsPattern(" 0 +0 +1 +0 % +\\(cards that this ledger does not know\\)")
        .doesNotContain("\u001b", "CANARY");
  }

  @Test
  void notesWhoTookWhat() {
    String[] at = {"--data", data.toString()};
    assertThat(run("feedback", "report", at[0], at[1])).isZero();
    assertThat(run("feedback", "export", "--comments", at[0], at[1])).isZero();
    assertThat(run("ledger", "audit", at[0], at[1])).isZero();
    String user = "\"display\":\"" + System.getProperty("user.name") + "\"";
    List<String> lines = out.toString().lines().skip(7).toList();
    assertThat(lines).hasSize(3).allMatch(line -> line.contains(user));
    assertThat(lines.get(0)).contains("110106", "feedback by recommendation");
    assertThat(lines.get(1)).contains("110106", "all feedback with comments");
    assertThat(lines.get(2)).contains("110101");
    assertThat(run("ledger", "verify", at[0], at[1])).isZero();
  }

  @Test
  void notesALoadAlsoBeforeTheFirstStart() throws Exception {
    Path fresh = folder.resolve("fresh");
    Path patients = TestContent.folder().resolve("fhir-resources/patients");
    assertThat(run("load", "--data", fresh.toString(), patients.toString())).isZero();
    assertThat(run("ledger", "audit", "--data", fresh.toString())).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.get(0)).contains("110107", "sources");
    assertThat(lines.get(1)).contains("110107", " written");
    // the service goes on with it, and with a key of its own
    try (Ledger ledger =
        Ledger.open(
            new DatabaseSettings.Sqlite(fresh), LedgerKey.random(), InstantSource.fixed(NOW))) {
      assertThat(ledger.last()).isEqualTo(3);
    }
    assertThat(run("ledger", "verify", "--data", fresh.toString())).isZero();
  }

  @Test
  void exportWritesCommentsOnlyWhenAsked() {
    assertThat(run("feedback", "export", "--data", data.toString())).isZero();
    assertThat(out.toString().lines()).hasSize(5);
    assertThat(out.toString())
        .contains("5,2026-06-01T17:00:00Z,open,s,c2,true,https://e.org/R|1,e,overridden,")
        .doesNotContain("CANARY");
    assertThat(run("feedback", "export", "--data", data.toString(), "--comments")).isZero();
    assertThat(out.toString()).contains("\"'=cmd(),\"\"CANARY\"\"\"");
  }

  @Test
  void exportWritesLinesOfJson() {
    assertThat(
            run(
                "feedback",
                "export",
                "--format",
                "ndjson",
                "--comments",
                "--data",
                data.toString()))
        .isZero();
    assertThat(out.toString().lines())
        .hasSize(4)
        .anyMatch(line -> line.contains("\"comment\":\"=cmd(),\\\"CANARY\\\"\""));
  }

  @Test
  void exportSaysThatItHasNoKey() throws Exception {
    Files.delete(data.resolve("ledger.key"));
    assertThat(run("feedback", "export", "--comments", "--data", data.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("key can't be read");
  }

  @Test
  void serveNotesThatItStartsAndStops() {
    assertThat(
            run(
                "serve",
                "--stop-when-ready",
                "--port",
                "0",
                "--content",
                TestContent.folder().toString(),
                "--data",
                data.toString()))
        .isZero();
    assertThat(run("ledger", "verify", "--data", data.toString())).isZero();
    assertThat(out.toString()).contains("9 rows"); // started and stopped
  }

  @Test
  void tablesThatAreNotThereOrOfAnEarlierVersionAreNamed() throws Exception {
    DatabaseSettings.Postgres postgres = TestPostgres.database();
    Path password = Files.writeString(folder.resolve("password"), "x");
    String[] verify = {
      "ledger",
      "verify",
      "--database-url",
      postgres.url(),
      "--database-user",
      postgres.user(),
      "--database-password-file",
      password.toString()
    };
    assertThat(run(verify)).isEqualTo(2);
    assertThat(err.toString()).contains("has no tables of this kind (ledger)");

    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(postgres.url());
    source.setUser(postgres.user());
    migrateToTheFirstVersion(source, "postgresql");
    assertThat(run(verify)).isEqualTo(2);
    assertThat(err.toString()).contains("of an earlier version", "Start the service");

    err.getBuffer().setLength(0);
    Path old = Files.createDirectory(folder.resolve("old"));
    SQLiteDataSource file = new SQLiteDataSource();
    file.setUrl("jdbc:sqlite:" + old.resolve("ledger.db"));
    migrateToTheFirstVersion(file, "sqlite");
    assertThat(run("ledger", "verify", "--data", old.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("of an earlier version", "Start the service");
  }

  /** A role of auditors that may read alone, and one that may add rows. */
  @Test
  void whoMayOnlyReadIsToldNothingOffTheRecord() throws Exception {
    DatabaseSettings.Postgres postgres = TestPostgres.database();
    try (Ledger ledger = Ledger.open(postgres, LedgerKey.random(), InstantSource.fixed(NOW))) {
      ledger.record(new Entry.Event("started", "a test"), LONG);
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(postgres.url());
    source.setUser(postgres.user());
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop role if exists auditor");
      statement.execute("create role auditor login");
      statement.execute("grant select on all tables in schema public to auditor");
    }
    String[] export = {
      "feedback", "export", "--database-url", postgres.url(), "--database-user", "auditor"
    };
    assertThat(run(export)).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .contains("user is not allowed", "(42501)", "So nothing is told.", "--unrecorded");
    List<String> unrecorded = new ArrayList<>(List.of(export));
    unrecorded.add("--unrecorded");
    assertThat(run(unrecorded.toArray(String[]::new))).isZero();
    assertThat(out.toString()).startsWith("sequence,");

    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String line : granted()) {
        statement.execute(line.replace("auditors", "auditor"));
      }
    }
    assertThat(run(export)).as(err.toString()).isZero();
    assertThat(
            run("ledger", "audit", "--database-url", postgres.url(), "--database-user", "auditor"))
        .isZero();
    assertThat(out.toString()).contains("all feedback without comments");
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop owned by auditor");
      statement.execute("drop role auditor");
    }
  }

  /** What the operators' page says. */
  private static List<String> granted() throws Exception {
    Path page = Path.of(System.getProperty("oncohooks.home"), "docs/operations.md");
    List<String> lines =
        Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("    grant "))
            .map(line -> line.strip().replace(";", ""))
            .toList();
    assertThat(lines).hasSize(3);
    return lines;
  }

  private static void migrateToTheFirstVersion(DataSource source, String dialect) {
    Flyway.configure()
        .dataSource(source)
        .locations("classpath:org/oncohooks/ledger/" + dialect)
        .table("ledger_history")
        .target("1")
        .load()
        .migrate();
  }
}
