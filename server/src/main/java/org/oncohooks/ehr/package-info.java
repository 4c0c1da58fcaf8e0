/**
 * Asking an EHR's FHIR server for what a hook call did not bring: which servers may be asked, with
 * which token, for how long and for how much. What comes is JSON that nobody has looked at yet;
 * what does not come has a reason. Thread-safe. Never logs what was asked for, what came or a
 * token, and never puts them into an exception.
 */
package org.oncohooks.ehr;
