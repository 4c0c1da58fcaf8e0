/**
 * Begins files for authors: a recommendation, a case from a hook request and a request from a case.
 * The service itself does not use it.
 */
package org.oncohooks.authoring;
