/**
 * What operators see of the running service: metrics for Prometheus, and traces where a collector
 * is configured. The only place that knows Micrometer and OpenTelemetry. Nothing in here reads a
 * request, a resource or an answer.
 */
package org.oncohooks.telemetry;
