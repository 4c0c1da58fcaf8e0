package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.OwnJava;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.ledger.LedgerKey;

/**
 * Commands as processes whose data folder is on a file system that is mounted read-only, for them
 * alone. Left out where this user may mount nothing.
 */
class ReadOnlyDiskTest {

  private static final String MOUNT =
      "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void dataFolder() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/unshare"))
            && run(List.of("true")).code() == 0
            && run(List.of("touch", data.resolve("x").toString())).code() != 0,
        "nothing can be mounted here");
  }

  private record Ended(int code, String said) {}

  private Ended run(List<String> command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", MOUNT));
    all.add(data.toString());
    all.addAll(command);
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  private Ended oncohooks(String... arguments) throws IOException, InterruptedException {
    List<String> command = OwnJava.command(Main.class, "-XX:TieredStopAtLevel=1");
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", data.toString()));
    return run(command);
  }

  private Ledger ledger() {
    return Ledger.open(
        new DatabaseSettings.Sqlite(data),
        LedgerKey.readOrMake(folder.resolve("ledger.key")),
        InstantSource.system());
  }

  private static void write(Ledger ledger) {
    ledger.record(new Entry.Event("started", "a test"), Duration.ofSeconds(60));
  }

  @Test
  void aLedgerIsReadThereAloneAndBesideAServiceThatWritesIt() throws Exception {
    try (Ledger ledger = ledger()) {
      write(ledger);
      assertThat(oncohooks("ledger", "verify").said()).contains("The ledger is whole: 1 rows");
      write(ledger);
      Ended beside = oncohooks("ledger", "verify");
      assertThat(beside.said()).contains("The ledger is whole: 2 rows");
      assertThat(beside.code()).isZero();
    }
    Ended alone = oncohooks("ledger", "verify");
    assertThat(alone.said()).contains("The ledger is whole: 2 rows");
    assertThat(alone.code()).isZero();
  }

  @Test
  void aCopyWhoseLastWritesAreBesideItIsNotReadWithoutThem() throws Exception {
    try (Ledger ledger = ledger()) {
      write(ledger);
      for (String suffix : List.of("", "-wal")) {
        Files.copy(data.resolve("ledger.db" + suffix), folder.resolve("copy" + suffix));
      }
    }
    Files.move(
        folder.resolve("copy"), data.resolve("ledger.db"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(folder.resolve("copy-wal"), data.resolve("ledger.db-wal"));
    Ended ended = oncohooks("ledger", "verify");
    assertThat(ended.said()).contains("ledger.db-wal beside it", "Copy both into a folder");
    assertThat(ended.code()).isEqualTo(2);
  }

  /** What would be told without a row about it is told only to who says so. */
  @Test
  void nothingIsTakenOutOfALedgerThatCanNotNoteIt() throws Exception {
    try (Ledger ledger = ledger()) {
      write(ledger);
    }
    for (String[] command :
        List.of(
            new String[] {"ledger", "audit"},
            new String[] {"feedback", "report"},
            new String[] {"feedback", "export"})) {
      Ended ended = oncohooks(command);
      assertThat(ended.said())
          .contains("This is not noted in the ledger", "is read-only", "So nothing is told.")
          .doesNotContain("AuditEvent", "sequence");
      assertThat(ended.code()).isEqualTo(2);
    }
    Ended all = oncohooks("ledger", "audit", "--unrecorded");
    assertThat(all.said()).contains("This is not noted in the ledger", "\"AuditEvent\"");
    assertThat(all.code()).isZero();
  }

  @Test
  void whatHasToWriteSaysWhichFileIsReadOnly() throws Exception {
    Ended load =
        oncohooks("load", TestContent.folder().resolve("fhir-resources/patients").toString());
    assertThat(load.said()).contains(data + " is read-only, or on a file system that is.");
    assertThat(load.code()).isEqualTo(1);

    Ended serve = oncohooks("serve", "--port", "0", "--content", TestContent.folder().toString());
    assertThat(serve.said()).contains(data + " is read-only, or on a file system that is.");
    assertThat(serve.code()).isEqualTo(1);
  }
}
