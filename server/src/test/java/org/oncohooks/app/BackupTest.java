package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.ledger.LedgerReader;

/** A backup that was made while the service ran is a service again. */
class BackupTest {

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;

  @TempDir private Path folder;

  private RunningService serve(Path data) {
    return RunningService.operated(
        TestContent.folder(),
        Optional.of(new DatabaseSettings.Sqlite(data)),
        Optional.empty(),
        Operations.none());
  }

  /** What sqlite3's {@code .backup} does. */
  private static void backUp(Path file, Path to) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("backup to '" + to + "'");
    }
  }

  @Test
  void ofSqliteIsRestored() throws Exception {
    Path data = folder.resolve("data");
    Path restored = Files.createDirectories(folder.resolve("restored"));
    String card;
    try (RunningService running = serve(data)) {
      card =
          RunningService.json(running.post("/cds-services/two-alerts", VIEW))
              .at("/cards/0/uuid")
              .asText();
      assertThat(
              running
                  .post(
                      "/cds-services/two-alerts/feedback",
                      """
                      {"feedback":[{"card":"%s","outcome":"overridden","outcomeTimestamp":"2026-06-01T16:00:00Z"}]}
                      """
                          .formatted(card))
                  .statusCode())
          .isEqualTo(200);
      backUp(data.resolve("oncohooks.db"), restored.resolve("oncohooks.db"));
      backUp(data.resolve("ledger.db"), restored.resolve("ledger.db"));
    }
    try (RunningService running = serve(restored)) {
      assertThat(running.get("/fhir/Condition/anna-cancer").statusCode()).isEqualTo(200);
      assertThat(
              RunningService.json(running.post("/cds-services/two-alerts", VIEW))
                  .at("/extension/org.oncohooks/suppressed/0/card")
                  .asText())
          .isEqualTo(card);
    }
    try (LedgerReader ledger = LedgerReader.open(new DatabaseSettings.Sqlite(restored))) {
      assertThat(ledger.verify().broken()).isEmpty();
    }
  }
}
