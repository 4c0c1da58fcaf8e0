/**
 * Asking CQL expressions of one patient in a terminal or from a script; everything about JLine
 * stays in here.
 */
package org.oncohooks.repl;
