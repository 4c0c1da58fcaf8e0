/**
 * Who is calling, what they may do, and where this service itself may call. The only place that
 * knows tokens, keys and outgoing HTTP. Thread-safe. Never writes a token, a claim of an
 * unauthenticated caller or a key to a log, and tells a caller nothing of why it was refused.
 */
package org.oncohooks.security;
