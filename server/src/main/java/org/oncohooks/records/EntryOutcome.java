package org.oncohooks.records;

import org.oncohooks.Problem;

/** What became of one entry of a Bundle. */
public sealed interface EntryOutcome {

  /** It was carried out. */
  record Done(Written written) implements EntryOutcome {}

  /** It was refused and changed nothing. */
  record Refused(Problem problem) implements EntryOutcome {}
}
