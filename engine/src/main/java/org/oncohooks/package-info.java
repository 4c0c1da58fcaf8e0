/**
 * The words that every part of OncoHooks shares: problems, findings, deadlines, canonical URLs.
 * Immutable values; behaviour only to validate. Depends on the JDK alone.
 */
package org.oncohooks;
