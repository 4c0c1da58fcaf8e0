/**
 * What one call may look at: the FHIR R4 JSON of a single patient as it arrived, checked to be that
 * patient's, and the types that could not be had. Values here are immutable and are dropped with
 * the call.
 */
package org.oncohooks.patient;
