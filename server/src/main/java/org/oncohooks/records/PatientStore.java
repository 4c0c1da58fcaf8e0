package org.oncohooks.records;

import java.util.List;
import java.util.Optional;
import org.oncohooks.patient.PatientRecord;

/**
 * Keeps patients' resources in all their versions. Thread-safe: a reader sees a transaction wholly
 * or not at all, and what {@link #transaction} has returned is seen by every later call.
 *
 * <p>Every method throws {@link org.oncohooks.ProblemException} with category {@code UNAVAILABLE}
 * if the store can't be reached, is full or can't be written; it never answers as if nothing were
 * kept.
 */
public interface PatientStore {

  /**
   * @param patientId logical id, without {@code Patient/}
   * @return the Patient and every resource whose subject it is; empty if there is no such Patient
   */
  Optional<PatientRecord> record(String patientId);

  /** The current version of one resource, which may be a deletion; empty if there never was one. */
  Optional<ResourceVersion> read(String type, String id);

  /**
   * Versions of one resource, the newest first.
   *
   * @param below only versions less than this
   * @param count at most so many
   * @return empty if there are none
   */
  List<ResourceVersion> history(String type, String id, long below, int count);

  /** One page of the resources of one type that meet all of a query's criteria. */
  SearchPage search(SearchQuery query);

  /**
   * Writes all or none. A resource whose type and id are new becomes version 1; any other change
   * makes its next version, a deletion and what is put after it too.
   *
   * @param writes FHIR R4 JSON of {@linkplain StoredTypes known types}, each with resourceType, id
   *     and, if their type has one, a {@linkplain SearchableType#subject subject} {@code
   *     Patient/<id>}; no two of the same type and id. Resources are copied; {@code meta.versionId}
   *     and {@code meta.lastUpdated} are set by the store
   * @return what each did, in the same order
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if a write is not as above, {@code
   *     PRECONDITION_FAILED} or {@code CONFLICT} if its {@linkplain WriteCondition condition} does
   *     not hold
   */
  List<Written> transaction(List<Write> writes);
}
