/**
 * Which recommendations apply to this patient, what they advise, and why: from a {@link
 * org.oncohooks.patient.PatientRecord} and a {@link org.oncohooks.knowledge.Knowledge} snapshot to
 * a {@link org.oncohooks.decision.Decision}. Thread-safe; reads no clock and renders no card.
 */
package org.oncohooks.decision;
