/**
 * A second opinion: the content's CQL evaluated by an engine that shares no code with the one
 * OncoHooks runs (the cqframework line 4.x on HAPI FHIR structures, its own translator, its own
 * terminology), so that a defect of ours shows as a difference. Test only; it answers no call and
 * must never be on one class path with the engine module, whose dependencies have the same package
 * names.
 *
 * <p>{@link org.oncohooks.oracle.Content} is immutable and shared; a {@link
 * org.oncohooks.oracle.UsualPath} belongs to one thread.
 */
package org.oncohooks.oracle;
