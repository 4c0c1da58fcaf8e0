package org.oncohooks.fhirapi;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.security.Caller;

/**
 * What somebody did at the FHIR face, or wanted to do.
 *
 * @param interaction FHIR's code of it, such as {@code read} or {@code search-type}
 * @param operation its name with the dollar sign, if it is one of ours
 * @param type FHIR type; blank if the request names none that is known here
 * @param id logical id, if one resource is meant; as the caller wrote it
 * @param patients ids of those whom the request names or the answer is about
 * @param entries how many resources the answer holds or the request changes
 * @param parameters names of the search parameters
 * @param problem why nothing was answered or changed
 * @param request id of the request in the log
 */
public record FhirAccess(
    Caller caller,
    String interaction,
    Optional<String> operation,
    String type,
    Optional<String> id,
    Set<String> patients,
    int entries,
    List<String> parameters,
    Optional<Problem> problem,
    Optional<String> request) {

  private static final Set<String> CHANGES =
      Set.of("create", "update", "delete", "transaction", "batch");

  public FhirAccess {
    patients = Set.copyOf(patients);
    parameters = List.copyOf(parameters);
  }

  /** Whether patients' data is about to change. */
  public boolean isChange() {
    return CHANGES.contains(interaction) && problem.isEmpty();
  }
}
