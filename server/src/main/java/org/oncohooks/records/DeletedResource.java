package org.oncohooks.records;

import java.time.Instant;

/**
 * The version that a deletion made; there is nothing to read.
 *
 * @param type FHIR type
 * @param id logical id
 * @param version one more than the last that could be read
 * @param lastUpdated when it was deleted
 */
public record DeletedResource(String type, String id, long version, Instant lastUpdated)
    implements ResourceVersion {}
