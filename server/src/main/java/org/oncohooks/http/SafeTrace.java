package org.oncohooks.http;

/**
 * A failure for the log, without the messages of exceptions: those may quote what a parser or an
 * evaluator was looking at, which may be patient data.
 */
final class SafeTrace {

  private static final int FRAMES = 12;
  private static final int CAUSES = 4;

  private SafeTrace() {}

  static String of(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable current = failure;
    for (int depth = 0; current != null && depth < CAUSES; depth++) {
      text.append(depth == 0 ? "" : "\n  caused by ").append(current.getClass().getName());
      StackTraceElement[] frames = current.getStackTrace();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        text.append("\n    at ").append(frames[i]);
      }
      current = current.getCause();
    }
    return text.toString();
  }
}
