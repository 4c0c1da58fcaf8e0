package org.oncohooks.app;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** A line at a terminal that says what a command is doing; it goes when that is done. */
final class Working implements AutoCloseable {

  private static final int WIDTH = 60;

  private final PrintWriter err;
  private final boolean shown;

  private Working(PrintWriter err, boolean shown) {
    this.err = err;
    this.shown = shown;
  }

  /** Shown at a terminal only: nothing of it gets into a file. */
  static Working on(CommandSpec command, String what) {
    Working working = new Working(command.commandLine().getErr(), Terminal.isThere());
    working.at(what);
    return working;
  }

  void at(String what) {
    line(what.isEmpty() ? "" : what + " ...");
  }

  @Override
  public void close() {
    line("");
  }

  private void line(String text) {
    if (shown) {
      err.print("\r" + text + " ".repeat(Math.max(0, WIDTH - text.length())) + "\r");
      err.flush();
    }
  }
}
