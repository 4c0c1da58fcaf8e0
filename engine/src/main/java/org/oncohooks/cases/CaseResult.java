package org.oncohooks.cases;

import java.util.List;

/**
 * What running a case gave.
 *
 * @param differences empty if it holds
 */
public record CaseResult(Case tested, List<Difference> differences) {

  public boolean holds() {
    return differences.isEmpty();
  }
}
