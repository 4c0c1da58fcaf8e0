/**
 * Why a recommendation applied to a patient or did not, from a decision and the trace of its
 * evaluation: in plain words at the top, down to each expression of the CQL. {@code
 * docs/explain.md} describes the form.
 */
package org.oncohooks.explain;
