package org.oncohooks.ehr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.oncohooks.patient.DataGap;

/** What came of one question to an EHR's FHIR server. */
public sealed interface Fetched {

  /**
   * The whole answer; nobody has checked yet whose data it is.
   *
   * @param resource the resource read, a searchset Bundle with the entries of all pages, or an
   *     OperationOutcome
   */
  record Answer(ObjectNode resource) implements Fetched {}

  /** No answer, or not a whole one. */
  record Nothing(DataGap.Reason reason) implements Fetched {}
}
