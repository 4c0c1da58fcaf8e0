package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

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

  /**
   * Those that are about one of some patients, the newest first.
   *
   * @param patients as {@link #patients} gives them
   * @param before only those with a number less than this
   * @param most how many
   */
  List<ObjectNode> about(Set<String> patients, long before, int most);

  /**
   * By which identifiers a patient may stand in AuditEvents.
   *
   * @param reference {@code Patient/} and an id, of this server's or of any that is known here, or
   *     an absolute URL
   */
  Set<String> patients(String reference);

  /**
   * By which identifier a resource of this server's stands in AuditEvents.
   *
   * @param reference type and id
   */
  String resource(String reference);

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

      @Override
      public List<ObjectNode> about(Set<String> patients, long before, int most) {
        return List.of();
      }

      @Override
      public Set<String> patients(String reference) {
        return Set.of();
      }

      @Override
      public String resource(String reference) {
        return reference;
      }
    };
  }
}
