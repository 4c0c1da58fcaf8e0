/**
 * The FHIR operations on knowledge: terminology, data requirements, evaluation of libraries and
 * plans, and of CQL that a caller sends. FHIR JSON in, FHIR JSON out; who may call is decided
 * before.
 */
package org.oncohooks.operations;
