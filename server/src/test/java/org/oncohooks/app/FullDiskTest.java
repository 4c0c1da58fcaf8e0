package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.OwnJava;
import org.oncohooks.hooks.TestContent;

/**
 * Commands as processes whose data folder is on a disk that is really full, made for them alone.
 * Left out where this user may mount nothing.
 */
class FullDiskTest {

  private static final Pattern COUNTS =
      Pattern.compile("([\\d,]+) resources: ([\\d,]+) written, ([\\d,]+) there already");

  @TempDir private Path folder;

  @BeforeEach
  void mayMount() throws Exception {
    Files.createDirectory(folder.resolve("data"));
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/unshare")) && run(64, "true").code() == 0,
        "nothing can be mounted here");
  }

  private record Ended(int code, String said) {}

  /** Runs a shell's command line as a user with a disk of so many KiB at {@code $DATA}. */
  private Ended run(int kib, String commands) throws IOException, InterruptedException {
    String mount = "mount -t tmpfs -o size=" + kib + "k tmpfs \"$DATA\" && " + commands;
    ProcessBuilder shell = new ProcessBuilder("unshare", "-rm", "sh", "-c", mount);
    shell.environment().put("DATA", folder.resolve("data").toString());
    Process process = shell.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  private static String oncohooks(String... arguments) {
    List<String> command = OwnJava.command(Main.class, "-XX:TieredStopAtLevel=1");
    command.addAll(List.of(arguments));
    return String.join(" ", command) + " --data \"$DATA\"";
  }

  private static long count(Matcher counts, int group) {
    return Long.parseLong(counts.group(group).replace(",", ""));
  }

  /** However much fits: nothing, the first file, the tables. */
  @ParameterizedTest
  @ValueSource(ints = {20, 60})
  void aStartIsToldThatTheDiskIsFull(int kib) throws Exception {
    Ended ended =
        run(
            kib,
            oncohooks("serve", "--port 0", "--stop-when-ready", "--content")
                .replace("--content", "--content " + TestContent.folder()));
    assertThat(ended.said())
        .contains("The database's disk is full")
        .doesNotContain("can't be reached", "\tat ");
    assertThat(ended.code()).isEqualTo(1);
  }

  /** What was written stays, and the numbers are true: with room the rest follows. */
  @Test
  void aLoadTellsWhatItWroteAndGoesOnWhenThereIsRoom() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      lines.append("{\"resourceType\":\"Patient\",\"id\":\"p").append(i).append("\"}\n");
    }
    Path file = Files.writeString(folder.resolve("many.ndjson"), lines);
    String load = oncohooks("load", file.toString());
    Ended ended =
        run(
            1400,
            load
                + "; mount -o remount,size=64m \"$DATA\" && "
                + load
                + " && "
                + oncohooks("ledger", "audit"));
    assertThat(ended.said())
        .contains("The database's disk is full")
        .doesNotContain("nothing was written", "can't be reached", "\tat ");
    Matcher counts = COUNTS.matcher(ended.said());
    assertThat(counts.find()).as(ended.said()).isTrue();
    long written = count(counts, 2);
    assertThat(written).isBetween(1L, 2999L);
    assertThat(counts.find()).as(ended.said()).isTrue();
    assertThat(count(counts, 2)).isEqualTo(3000 - written);
    assertThat(count(counts, 3)).isEqualTo(written);
    assertThat(ended.code()).isZero();
  }
}
