package org.oncohooks.hooks;

/** How a call waits for an EHR's FHIR server: what it holds may be others' meanwhile. */
@FunctionalInterface
public interface Waiting {

  /**
   * @param waits run once, on the thread of the caller
   */
  void whileAway(Runnable waits);

  /** Waits, and keeps all it has. */
  static Waiting here() {
    return Runnable::run;
  }
}
