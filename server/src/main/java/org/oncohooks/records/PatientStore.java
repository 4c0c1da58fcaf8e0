package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.oncohooks.patient.PatientRecord;

/**
 * Keeps the current version of patients' resources. Thread-safe: a reader sees a transaction wholly
 * or not at all.
 *
 * <p>Every method throws {@link org.oncohooks.ProblemException} with category {@code UNAVAILABLE}
 * if the store can't be reached; it never answers as if nothing were kept.
 */
public interface PatientStore {

  /**
   * @param patientId logical id, without {@code Patient/}
   * @return the Patient and every resource whose subject it is; empty if there is no such Patient
   */
  Optional<PatientRecord> record(String patientId);

  /** The current version of one resource. */
  Optional<StoredResource> read(String type, String id);

  /** One page of the resources of one type that meet all of a query's criteria, by ascending id. */
  SearchPage search(SearchQuery query);

  /**
   * Writes all or none: a resource whose type and id are new is created as version 1, any other
   * gets its next version.
   *
   * @param resources FHIR R4 JSON of {@linkplain StoredTypes known types}, each with resourceType,
   *     id and, if their type has one, a {@linkplain SearchableType#subject subject} {@code
   *     Patient/<id>}; no two with the same type and id. They are copied; {@code meta.versionId}
   *     and {@code meta.lastUpdated} are set by the store
   * @return what is now kept, in the same order
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if a resource is not as above
   */
  List<StoredResource> transaction(List<ObjectNode> resources);
}
