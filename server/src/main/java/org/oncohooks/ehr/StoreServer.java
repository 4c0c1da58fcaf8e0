package org.oncohooks.ehr;

import java.net.URI;

/**
 * A FHIR server that stands in for the service's own store: it is asked where a call names no
 * server that may be asked. Without a token: how the two trust each other is between their
 * networks.
 *
 * @param client may ask it and nobody else
 * @param base of its FHIR R4 REST API
 */
public record StoreServer(EhrClient client, URI base) {}
