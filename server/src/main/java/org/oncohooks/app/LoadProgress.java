package org.oncohooks.app;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.oncohooks.records.LoadTally;

/**
 * How far a load is, by the bytes of its files: a bar that is drawn anew on a terminal, and a line
 * every ten seconds elsewhere.
 */
final class LoadProgress {

  private static final int WIDTH = 30;
  private static final long BAR_NANOS = 200_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;

  private final LoadTally tally;
  private final boolean terminal;
  private final PrintWriter out;
  private final long bytes;
  private String file = "";
  private long read;
  private long told;

  /**
   * @param bytes of all files; 0 if it is not known
   */
  LoadProgress(long bytes, LoadTally tally, boolean terminal, PrintWriter out) {
    this.tally = tally;
    this.terminal = terminal;
    this.out = out;
    this.told = System.nanoTime();
    this.bytes = bytes;
  }

  void begin(String next) {
    file = Path.of(next).getFileName().toString();
  }

  InputStream counted(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int one = super.read();
        read += one < 0 ? 0 : 1;
        return one;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int some = super.read(into, offset, length);
        read += Math.max(0, some);
        return some;
      }
    };
  }

  void tell() {
    long now = System.nanoTime();
    if (now - told >= (terminal ? BAR_NANOS : LINE_NANOS)) {
      told = now;
      out.print(terminal ? "\r" + bar() : words() + System.lineSeparator());
      out.flush();
    }
  }

  void end() {
    if (terminal) {
      out.println("\r" + bar());
      out.flush();
    }
  }

  private String bar() {
    if (bytes == 0) {
      return words();
    }
    int full = (int) (WIDTH * Math.min(read, bytes) / bytes);
    return "[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] " + words();
  }

  private String words() {
    String share =
        bytes == 0
            ? ""
            : String.format(Locale.ROOT, "%3d %%  ", 100 * Math.min(read, bytes) / bytes);
    return share + String.format(Locale.ROOT, "%,d resources  %s", tally.all(), file);
  }
}
