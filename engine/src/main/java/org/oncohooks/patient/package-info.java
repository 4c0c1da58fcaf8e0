/**
 * This patient's data for one call, and what is missing from it. Holds FHIR R4 JSON as it arrived,
 * never a copy, never another patient's. A {@link org.oncohooks.patient.PatientRecord} is immutable
 * and belongs to one evaluation.
 */
package org.oncohooks.patient;
