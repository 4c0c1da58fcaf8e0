package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a resource has to pass before it is kept. */
@FunctionalInterface
public interface ResourceCheck {

  /**
   * @param resource FHIR JSON with resourceType and id; not to be changed
   * @param place where it stands in what was sent, for the problem
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if it does not pass
   */
  void check(ObjectNode resource, String place);
}
