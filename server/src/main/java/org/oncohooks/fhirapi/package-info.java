/**
 * The FHIR R4 REST face: reading and searching patients and knowledge through HAPI's plain server,
 * and taking resources and Bundles in as JSON. The only place that knows HAPI. Thread-safe. Answers
 * JSON alone; no error says more than a {@link org.oncohooks.Problem}, and no patient data reaches
 * a log.
 */
package org.oncohooks.fhirapi;
