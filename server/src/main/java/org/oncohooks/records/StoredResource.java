package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * A version of a resource, as kept.
 *
 * @param type FHIR type
 * @param id logical id
 * @param version from 1, the number in {@code meta.versionId}
 * @param lastUpdated the instant in {@code meta.lastUpdated}
 * @param json the whole resource; shared, not to be changed
 */
public record StoredResource(
    String type, String id, long version, Instant lastUpdated, ObjectNode json)
    implements ResourceVersion {}
