package org.oncohooks;

/**
 * Is told what the parts of the service do, and how long it takes. Thread-safe.
 *
 * <p>What it is told ends up in metrics and traces, which operators read: names and words of this
 * service and its content and configuration, so few that each can have a line of its own. Never
 * what a caller sent, never patient data.
 */
@FunctionalInterface
public interface Monitor {

  /**
   * Something begins on this thread, which ends it by closing.
   *
   * @param part what does it ({@code store}); always with the same label
   * @param label what {@code value} is ({@code operation})
   * @param value one of few
   */
  Step begin(String part, String label, String value);

  /** What has begun. */
  interface Step extends AutoCloseable {

    /** How it ended, in one of few words; {@code done} unless said. The last word counts. */
    void ended(String outcome);

    @Override
    void close();
  }

  /** Tells nobody. */
  static Monitor none() {
    Step nothing =
        new Step() {
          @Override
          public void ended(String outcome) {}

          @Override
          public void close() {}
        };
    return (part, label, value) -> nothing;
  }
}
