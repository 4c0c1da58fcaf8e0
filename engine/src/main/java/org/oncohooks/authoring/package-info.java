/**
 * Begins files for authors: a recommendation, and a case from a hook request. The service itself
 * does not use it.
 */
package org.oncohooks.authoring;
