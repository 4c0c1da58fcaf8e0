package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What was done, as FHIR R4 AuditEvents that are numbered from 1 in the order of their recording.
 */
public interface AuditTrail {

  /** The number of the last one; 0 if there is none. */
  long last();

  /** The number of the last one before the first that is kept; 0 if all are. */
  long begin();

  /**
   * Those after a number, in order.
   *
   * @param after a number
   * @param most how many
   * @return AuditEvents whose id is {@code ledger-} and their number
   */
  List<ObjectNode> events(long after, int most);

  /** Where nothing is recorded. */
  static AuditTrail none() {
    return new AuditTrail() {
      @Override
      public long last() {
        return 0;
      }

      @Override
      public long begin() {
        return 0;
      }

      @Override
      public List<ObjectNode> events(long after, int most) {
        return List.of();
      }
    };
  }
}
