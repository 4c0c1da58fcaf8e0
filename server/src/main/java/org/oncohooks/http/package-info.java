/**
 * The HTTP edge: listener, limits, routes, request log, and the one table that turns a {@link
 * org.oncohooks.Problem} into a status and an OperationOutcome. The only place that knows Jetty.
 * Thread-safe. Never writes a path, a query, a header or a body to a log, and never tells a caller
 * more than a Problem says.
 */
package org.oncohooks.http;
