/**
 * The CDS Hooks 2.0 wire: discovery, the strict reading of a hook request, and the rendering of a
 * decision as cards. Knows no HTTP; bytes in, bytes out. Everything here is immutable and
 * thread-safe. Never evaluates anything itself, never reads a clock deeper than {@link
 * org.oncohooks.hooks.CdsHooks}, never puts what was sent into a {@link org.oncohooks.Problem}.
 */
package org.oncohooks.hooks;
