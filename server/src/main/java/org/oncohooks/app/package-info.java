/**
 * Reads the command line, makes every part once, starts and stops. The only place that knows the
 * environment, the file system's layout and the process. Nothing depends on it.
 */
package org.oncohooks.app;
