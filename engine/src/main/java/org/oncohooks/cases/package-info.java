/**
 * Runs content over patients in files: all defines of all libraries, or cases with what is expected
 * of them. For tests and authors; the service itself does not use it.
 */
package org.oncohooks.cases;
