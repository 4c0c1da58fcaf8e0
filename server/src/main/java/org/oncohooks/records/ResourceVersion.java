package org.oncohooks.records;

import java.time.Instant;

/** One version of a resource: what it was, or that it was deleted (FHIR R4, RESTful API, vread). */
public sealed interface ResourceVersion permits StoredResource, DeletedResource {

  /** FHIR type. */
  String type();

  /** Logical id. */
  String id();

  /** From 1, without gaps; a deletion is a version too. */
  long version();

  /** When this version was written, to the millisecond. */
  Instant lastUpdated();
}
