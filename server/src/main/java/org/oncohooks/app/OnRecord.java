package org.oncohooks.app;

import picocli.CommandLine.Option;

/** Whether a command that tells what the ledger holds may do so without a row about that. */
final class OnRecord {

  static final String UNRECORDED = "--unrecorded";

  @Option(
      names = UNRECORDED,
      description =
          "go on where the ledger can't be written, such as on a copy that can only be read, without"
              + " a row that tells who did this (default: nothing is told then)")
  private boolean unrecorded;

  boolean isRequired() {
    return !unrecorded;
  }
}
