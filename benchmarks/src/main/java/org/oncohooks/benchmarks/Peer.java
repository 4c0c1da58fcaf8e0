package org.oncohooks.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs something to compare with in a Java virtual machine of its own. */
final class Peer {

  /** The launcher's for the server, so that all run alike; the deep stack is for the compiler. */
  private static final List<String> JAVA_OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx512m", "-Xss8m");

  private Peer() {}

  /**
   * @param main the class to run
   * @return what it printed, by lines
   * @throws IOException if it failed; its messages went to this process's error output
   */
  static List<String> run(Class<?> main, PeerTask task) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JAVA_OPTIONS);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(task.arguments());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(main.getSimpleName() + " failed; see above");
      }
      return out.lines().toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }

  private static String classPath() {
    StringBuilder absolute = new StringBuilder();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
      absolute.append(absolute.isEmpty() ? "" : File.pathSeparator);
      absolute.append(Path.of(part).toAbsolutePath());
    }
    return absolute.toString();
  }
}
